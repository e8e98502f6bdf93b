# SPDX-License-Identifier: Apache-2.0
"""A scripted legacy server for what a real one would rarely do.

A script is a function that gets one accepted connection and misbehaves on it; what the
connection was sent is kept line by line.
"""

import contextlib
import socket
import struct
import threading

from support.waiting import PATIENCE, until


class Connection:
    """The server's end of one connection."""

    def __init__(self, sock, stopped):
        self.socket = sock
        self.lines = []
        self.ended = threading.Event()
        self._stopped = stopped
        self._buffer = b""

    def send(self, data):
        self.socket.sendall(data)

    def read_line(self):
        """The next line with its end; b"" when the gateway has ended the connection."""
        while b"\n" not in self._buffer:
            data = self.socket.recv(4096)
            if not data:
                return b""
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        self.lines.append(line + b"\n")
        return line + b"\n"

    def greet(self):
        self.send(b"+OK legacy server ready\r\n")

    def login(self):
        """Greets and takes any USER and PASS; answers CAPA if asked."""
        self.greet()
        while line := self.read_line().upper():
            if line.startswith(b"CAPA"):
                self.send(b"+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n")
            else:
                self.send(b"+OK\r\n")
            if line.startswith(b"PASS"):
                return

    def serve(self, replies=None):
        """After login: canned replies by verb, else +OK; QUIT ends."""
        while line := self.read_line():
            verb = line.split()[0].upper() if line.split() else b""
            self.send((replies or {}).get(verb, b"+OK\r\n"))
            if verb == b"QUIT":
                return

    def send_apart(self, pieces):
        """Each piece as a segment of its own; the pause makes reads of their own likely, and no
        result depends on it."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            self.send(piece)
            self._stopped.wait(0.002)

    def drip(self, data):
        """Sends it again and again, slowly, until the gateway ends the connection."""
        while not self._stopped.wait(0.05):
            self.send(data)

    def flood(self, data, times):
        for _ in range(times):
            self.send(data)

    def wait_for_end(self):
        """Reads and drops until the gateway ends the connection."""
        with contextlib.suppress(OSError):
            while self.socket.recv(4096):
                pass

    def hold(self):
        """Says nothing more and reads nothing more, until the test is over."""
        self._stopped.wait(PATIENCE * 4)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class LegacyBackend:
    """Listens on a port of its own; each connection runs the script of that time in a thread."""

    def __init__(self, script=None, address=("127.0.0.1", 0)):
        self.script = script
        self.connections = []
        self._stopped = threading.Event()
        self._listener = socket.create_server(address, backlog=512)
        self.address = self._listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def play(self, script):
        """From now on connections run this; what was recorded before is forgotten."""
        self.connections = []
        self.script = script

    def close(self):
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self.connections:
            with contextlib.suppress(OSError):
                each.socket.shutdown(socket.SHUT_RDWR)

    def lines(self):
        """Every line that was received, over all connections."""
        return [line for each in self.connections for line in each.lines]

    def wait_until_idle(self):
        """Until each connection was ended."""
        until(lambda: all(each.ended.is_set() for each in self.connections),
              "the gateway has ended its backend connections")

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            connection = Connection(sock, self._stopped)
            self.connections.append(connection)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        with contextlib.suppress(OSError):
            self.script(connection)
        with contextlib.suppress(OSError):
            connection.socket.close()
        connection.ended.set()
