# SPDX-License-Identifier: Apache-2.0
"""A client that can do everything wrong: raw bytes over TCP or TLS, and a strict reader.

Lines that come back must end with CRLF. How the other side ended the connection is kept
apart: "clean" (a FIN in clear, or close_notify under TLS), "cut" (a FIN without
close_notify under TLS) or "reset".
"""

import contextlib
import socket
import ssl
import struct

from support.waiting import PATIENCE

BLOCK = 64 * 1024


class RawPeer:
    """One connection, from `source` if that is said. `ending` is None until the other side has
    ended it."""

    def __init__(self, address, receive_buffer=None, timeout=PATIENCE, source=None):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        try:
            if source:
                self.socket.bind((source, 0))
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ending = None
        self._buffer = bytearray()

    @property
    def origin(self):
        """Its own address and port: `rip` and `rport` in the log."""
        return self.socket.getsockname()[:2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # Speaking

    def start_tls(self, context, name="localhost", session=None):
        """The handshake, at once; a cut is later told apart from a clean end."""
        self.socket = context.wrap_socket(self.socket, server_hostname=name, session=session,
                                          suppress_ragged_eofs=False)
        return self

    def send(self, data):
        self.socket.sendall(data)

    def try_send(self, data):
        """Sends as much as the other side takes before it ends the connection."""
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def send_bytewise(self, data):
        for position in range(len(data)):
            self.socket.sendall(data[position:position + 1])

    def command(self, text):
        """Sends a line; returns the first line of the reply."""
        self.send((text if isinstance(text, bytes) else text.encode()) + b"\r\n")
        return self.read_line()

    def login(self, user, password):
        """USER and PASS; both must be answered with +OK."""
        for text in (f"USER {user}", f"PASS {password}"):
            reply = self.command(text)
            if not reply.startswith(b"+OK"):
                raise AssertionError(f"{text.split()[0]}: {reply!r}")
        return self

    # Listening

    def read_line(self):
        """One line without its CRLF; AssertionError if the connection ends before."""
        while b"\n" not in self._buffer:
            self._receive_more()
        end = self._buffer.index(b"\n") + 1
        line = bytes(self._buffer[:end])
        del self._buffer[:end]
        if not line.endswith(b"\r\n"):
            raise AssertionError(f"line without CRLF: {line!r}")
        return line[:-2]

    def read_body(self):
        """A multi-line body as it stands, dot-stuffed and with its CRLF.CRLF."""
        while len(self._buffer) < 3:
            self._receive_more()
        if self._buffer[:3] == b".\r\n":
            return self._take(3)
        start = 0
        while (found := self._buffer.find(b"\r\n.\r\n", start)) < 0:
            start = max(0, len(self._buffer) - 4)
            self._receive_more()
        return self._take(found + 5)

    def read_exactly(self, count):
        while len(self._buffer) < count:
            self._receive_more()
        return self._take(count)

    def read_to_end(self):
        """Everything until the other side ends; see `ending` for how it did."""
        while self._receive():
            pass
        return self._take(len(self._buffer))

    # Ending

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.close()

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Ends the connection with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _take(self, count):
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _receive_more(self):
        if not self._receive():
            raise AssertionError(f"ended ({self.ending}) after {len(self._buffer)} bytes, "
                                 f"last {bytes(self._buffer[-200:])!r}")

    def _receive(self):
        if self.ending:
            return False
        try:
            data = self.socket.recv(BLOCK)
        except ssl.SSLError as error:
            if error.reason != "UNEXPECTED_EOF_WHILE_READING":
                raise
            self.ending = "cut"
            return False
        except (ConnectionResetError, BrokenPipeError):
            self.ending = "reset"
            return False
        if not data:
            self.ending = "clean"
            return False
        self._buffer += data
        return True
