# SPDX-License-Identifier: Apache-2.0
"""A scripted backend with TLS of Python's, from the first byte or by STLS, for what a real one would
not do: wrong certificates, odd versions, answers that should not be."""

import contextlib
import ssl

from support.legacy_backend import LegacyBackend


def server_context(pair, **settings):
    """Shows this pair; `settings` are attributes of the context."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert_file, pair.key_file)
    for name, value in settings.items():
        setattr(context, name, value)
    return context


class TlsBackend(LegacyBackend):
    """`context` is for the handshakes, `implicit` says when they are. `failed` are the reasons of
    those that came to nothing, `resumed` tells of each other one."""

    def __init__(self, context=None, implicit=False):
        self.context = context
        self.implicit = implicit
        self.failed = []
        self.resumed = []
        super().__init__(self.talk)

    def talk(self, connection):
        """Takes every login and every command."""
        if self.secure(connection):
            connection.login()
            connection.serve()

    def secure(self, connection, answer=b"+OK begin\r\n"):
        """Whether it came to TLS."""
        if not self.implicit:
            connection.greet()
            if connection.read_line() != b"STLS\r\n":
                return False
            connection.send(answer)
        try:
            connection.socket = self.context.wrap_socket(connection.socket, server_side=True)
        except OSError as error:
            self.failed.append(str(error))
            return False
        self.resumed.append(connection.socket.session_reused)
        if not self.implicit:
            connection.greet = lambda: None  # behind STLS nobody greets again
        return True

    def words(self):
        """All lines that anybody has said, in clear or under TLS."""
        return [line for each in self.connections for line in each.lines]


def leave_without_goodbye(connection):
    """Closes as SChannel does: no close_notify."""
    with contextlib.suppress(OSError):
        connection.socket.close()
