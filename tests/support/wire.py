# SPDX-License-Identifier: Apache-2.0
"""A peer that knows how many bytes of its connection were on the wire, TLS's own included."""

import ssl

from support.raw_peer import BLOCK, RawPeer


class CountedSocket:
    """As much of a socket as a RawPeer needs."""

    def __init__(self, sock):
        self.sent = 0
        self.received = 0
        self._socket = sock
        self._tls = None
        self._arrived, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()

    def __getattr__(self, name):
        return getattr(self._socket, name)

    def start_tls(self, context, name, session):
        self._tls = context.wrap_bio(self._arrived, self._leaving, server_hostname=name,
                                     session=session)
        self._until_done(self._tls.do_handshake)
        self._flush()

    def sendall(self, data):
        if self._tls is None:
            self._put(data)
        else:
            self._tls.write(data)
            self._flush()

    def recv(self, most):
        if self._tls is None:
            return self._get(most)
        return self._until_done(lambda: self._tls.read(most))

    def _until_done(self, step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._flush()
                if data := self._get(BLOCK):
                    self._arrived.write(data)
                else:
                    self._arrived.write_eof()

    def _flush(self):
        self._put(self._leaving.read())

    def _put(self, data):
        self._socket.sendall(data)
        self.sent += len(data)

    def _get(self, most):
        data = self._socket.recv(most)
        self.received += len(data)
        return data


class CountedPeer(RawPeer):
    """`sent` and `received` are what the gateway's log calls `in` and `out`."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.socket = CountedSocket(self.socket)

    def start_tls(self, context, name="localhost", session=None):
        self.socket.start_tls(context, name, session)
        return self

    @property
    def sent(self):
        return self.socket.sent

    @property
    def received(self):
        return self.socket.received
