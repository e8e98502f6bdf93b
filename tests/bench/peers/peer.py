# SPDX-License-Identifier: Apache-2.0
"""One server under measurement: how it is configured, started, found and ended.

A subclass says what it can do and returns the command that runs it in the foreground. Everything
it writes lies in a directory of its own.
"""

import os
import signal
import socket
import subprocess
from typing import NamedTuple

from harness.descriptors import MOST_SESSIONS
from support.waiting import until

class World(NamedTuple):
    """What all peers stand between: the backend, and the certificate they show."""

    build: str  # the directory with the benchmark's own programs
    certificate: tuple  # (cert_file, key_file)
    bundle: str  # both in one file
    ca_file: str  # who signed it
    pop3_port: int
    http_port: int
    pop3s_port: int = 0  # the same backend behind TLS, with the same certificate, as localhost


def free_port():
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Peer:
    """One run of one server."""

    name = ""
    doors = ("implicit", "stls")  # how a client may begin
    slowness = 1  # how many times fewer units of work are enough to measure it
    most_sessions = MOST_SESSIONS  # more would not fit into a machine
    group = "X25519"  # of the key agreement
    resumes = True  # takes its own session tickets
    secures = False  # can speak TLS to the backend, and verify whom it speaks to

    def __init__(self, directory, world, door):
        self.directory = directory
        self.world = world
        self.door = door
        self.port = None
        self._process = None
        os.makedirs(directory, exist_ok=True)

    @property
    def pid(self):
        return self._process.pid

    @property
    def behind_tls(self):
        """Whether the backend is to be reached under TLS."""
        return self.world.pop3s_port != 0

    @property
    def backend_port(self):
        return self.world.pop3s_port or self.world.pop3_port

    def command(self):
        """Writes the configuration for self.door at self.port; returns what to run."""
        raise NotImplementedError

    def start(self, prepare):
        """Returns when it takes connections. prepare() runs in the new process before all else."""
        self.port = free_port()
        command = self.command()
        with open(self.path("output"), "wb") as output:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                             stderr=output, preexec_fn=prepare)
        until(lambda: self.listens() or self._process.poll() is not None, f"{self.name} listens")
        if self._process.poll() is not None:
            raise AssertionError(f"{self.name} ended at once: {self.output()}")

    def stop(self):
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)

    def listens(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return True
        except OSError:
            return False

    def output(self):
        with open(self.path("output"), encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        """A file of the server's; returns its path."""
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)
