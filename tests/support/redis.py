# SPDX-License-Identifier: Apache-2.0
"""A real Redis, or a Sentinel, on a port of its own; it keeps nothing and is ended by its id."""

import os
import signal
import socket
import subprocess

from support.dovecot import free_port
from support.waiting import until


class Redis:
    def __init__(self, directory, *arguments, host="127.0.0.1", configuration=None, prefix=()):
        """configuration: the text of a file that it may rewrite. prefix: a command that ends by
        being Redis."""
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        self.host = host
        self.port = None
        self._arguments = arguments
        self._configuration = configuration
        self._prefix = prefix
        self._process = None

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def start(self):
        for _ in range(5):  # somebody else may take the port first
            self.port = self.port or free_port()
            if self._starts():
                return self
            self.port = None
        raise AssertionError("no redis-server starts; see " + self._log())

    def _log(self):
        return os.path.join(self.directory, "redis.log")

    def _starts(self):
        command = [*self._prefix, "redis-server"]
        if self._configuration is not None:
            file = os.path.join(self.directory, "redis.conf")
            if not os.path.exists(file):
                with open(file, "w", encoding="ascii") as out:
                    out.write(self._configuration)
            command.append(file)
        command += [*self._arguments, "--port", str(self.port), "--bind", self.host,
                    "--dir", self.directory, "--save", "", "--daemonize", "no",
                    "--logfile", self._log()]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self._process.poll() is not None or self._answers(), "Redis is up or has ended")
        return self._process.poll() is None

    def _answers(self):
        try:
            return self.ask("PING") == "PONG"
        except OSError:
            return False

    def ask(self, *words):
        """A command's answer: text, a number, None or a list."""
        with socket.create_connection((self.host, self.port), timeout=30) as line:
            parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
            line.sendall(b"*%d\r\n" % len(parts) + b"".join(
                b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
            with line.makefile("rb") as file:
                return self._reply(file)

    def _reply(self, file):
        line = file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError(line)
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b"+":
            return rest.decode()
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if rest == b"-1":
                return None
            data = file.read(int(rest) + 2)[:-2]
            try:
                return data.decode()
            except UnicodeDecodeError:
                return data
        return None if rest == b"-1" else [self._reply(file) for _ in range(int(rest))]

    def kill(self):
        self._process.kill()
        self._process.wait(30)

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def close(self):
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self.kill()
