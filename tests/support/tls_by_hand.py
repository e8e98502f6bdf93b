# SPDX-License-Identifier: Apache-2.0
"""TLS whose records the test cuts itself: every byte alone, or several flights in one."""

import ssl


class TlsByHand:
    """The client side of TLS over a connected socket, through memory."""

    def __init__(self, sock, context, name="localhost"):
        self.socket = sock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    def handshake(self, piece=None, hold_last=False):
        """Sends in pieces of this size; with hold_last the final flight waits for flush()."""
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.flush(piece)
                self._fill()
        if not hold_last:
            self.flush(piece)

    def write(self, data):
        """Makes records of it; nothing goes out before flush()."""
        self.tls.write(data)

    def flush(self, piece=None):
        """Everything waiting goes out, at once or in pieces, each its own segment."""
        data = self._outgoing.read()
        for start in range(0, len(data), piece or max(1, len(data))):
            self.socket.sendall(data[start:start + (piece or len(data))])

    def read_line(self):
        """One line with its end."""
        line = b""
        while not line.endswith(b"\n"):
            line += self._read(1)
        return line

    def _read(self, count):
        while True:
            try:
                return self.tls.read(count)
            except ssl.SSLWantReadError:
                self._fill()

    def _fill(self):
        data = self.socket.recv(64 * 1024)
        if not data:
            raise AssertionError("ended in the middle of TLS")
        self._incoming.write(data)
