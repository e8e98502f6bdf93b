# SPDX-License-Identifier: Apache-2.0
"""A real HAProxy before the gateway: one process, one port for each way to a server."""

import os
import socket
import subprocess

from support.dovecot import free_port
from support.waiting import until

CONFIGURATION = """
global
    maxconn 500
    stats socket {directory}/stats mode 600
defaults
    mode tcp
    timeout connect 10s
    timeout client 5m
    timeout server 5m
"""

LISTEN = """
listen {name}
    bind 127.0.0.1:{port} {bind}
    server gateway {host}:{to} source 127.0.0.1 {server}
"""


class Haproxy:
    """ways: name -> (address of the gateway, options of `server`, options of `bind`)."""

    def __init__(self, directory, ways):
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        self.ports = {}
        self._ways = ways
        self._process = None

    def configuration(self):
        """The text of its file, with the ports that are to be taken."""
        text = CONFIGURATION.format(directory=self.directory)
        for name, ((host, to), server, bind) in self._ways.items():
            text += LISTEN.format(name=name, port=self.ports[name], bind=bind, host=host, to=to,
                                  server=server)
        return text

    def address(self, name):
        return ("127.0.0.1", self.ports[name])

    def start(self):
        """Returns when all ports are open."""
        for _ in range(5):
            self.ports = {name: free_port() for name in self._ways}
            self._write_configuration()
            with open(self._path("log"), "wb") as log:
                self._process = subprocess.Popen(
                    ["/usr/sbin/haproxy", "-db", "-f", self._path("haproxy.cfg")],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            until(lambda: self._answers() or self._process.poll() is not None,
                  "HAProxy is up or has ended")
            if self._process.poll() is None:
                return self
        with open(self._path("log"), encoding="utf-8") as log:
            raise AssertionError("HAProxy does not start: " + log.read())

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def checks(self, name, server="gateway"):
        """The state of a server that is checked, and what its last check found."""
        header, *rows = self._ask("show stat").splitlines()
        keys = header.removeprefix("# ").split(",")
        for row in rows:
            told = dict(zip(keys, row.split(",")))
            if told.get("pxname") == name and told.get("svname") == server:
                return told["status"], told["check_status"]
        raise AssertionError(f"no {name} in {rows}")

    def _answers(self):
        try:
            return self._ask("show info")
        except OSError:
            return ""

    def _ask(self, command):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(30)
            peer.connect(self._path("stats"))
            peer.sendall(command.encode() + b"\n")
            answer = b""
            while part := peer.recv(65536):
                answer += part
        return answer.decode()

    def _write_configuration(self):
        with open(self._path("haproxy.cfg"), "w", encoding="utf-8") as file:
            file.write(self.configuration())

    def _path(self, name):
        return os.path.join(self.directory, name)
