# SPDX-License-Identifier: Apache-2.0
"""The small world of a test: a directory, an authority, a legacy server, a gateway.

A test case says by class attributes what it needs; each class has a world of its own, so
that classes can run side by side. Fixtures end in reverse order, also after a failure.
"""

import contextlib
import os
import tempfile
import unittest

from support import mailbox, process
from support.certificates import Authority
from support.configuration import toml
from support.crowd_backend import CrowdBackend
from support.dovecot import Dovecot
from support.gateway import Gateway
from support.legacy_backend import LegacyBackend
from support.raw_peer import RawPeer
from support.tap import Tap
from support.tls_backend import server_context

USER = "alice"
PASSWORD = "open sesame"


def enter(peer, door, context):
    """Has the peer, new at this door, under TLS and greeted; returns it."""
    if door == "pop3":
        DovecotWorld.greeted(peer)
        assert peer.command("STLS").startswith(b"+OK")
    peer.start_tls(context)
    if door == "pop3s":
        DovecotWorld.greeted(peer)
    return peer


class Directory:
    """A temporary directory that unprivileged servers may enter."""

    def __enter__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="postern-test-")
        os.chmod(self._directory.name, 0o755)
        return self._directory.name

    def __exit__(self, *_):
        self._directory.cleanup()


class World(unittest.TestCase):
    """A base with TLS and a directory, and nothing running yet."""

    @classmethod
    def setUpClass(cls):
        cls.directory = cls.enterClassContext(Directory())
        cls.authority = Authority(os.path.join(cls.directory, "certificates"))
        cls.certificate = cls.authority.issue("server")
        cls.context = cls.authority.client_context()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.directory, name)

    @classmethod
    def start_gateway(cls, address, keep, name="gateway", nofile=None, environment=None, prefix=(),
                      **configuration):
        """Starts one; `keep` (addClassCleanup or addCleanup) says how long it lives."""
        certificates = configuration.pop("certificates", [cls.certificate])
        gateway = Gateway(cls.path(name), toml(address, certificates, **configuration), nofile,
                          environment, prefix)
        keep(gateway.stop)
        return gateway.start()

    @classmethod
    def start_dovecot(cls, messages, names=(USER,), mechanisms="plain", tls=None, old=False,
                      where="dovecot", vouchers=None):
        """Each of these users has the same password."""
        users = {name: (PASSWORD, messages) for name in names}
        dovecot = Dovecot(cls.path(where), users, tls, mechanisms, old, vouchers)
        cls.addClassCleanup(dovecot.stop)
        return dovecot.start()


class DovecotWorld(World):
    """Dovecot, a tap before it, and a gateway before that, one for the class."""

    messages = staticmethod(mailbox.small)
    names = (USER,)
    mechanisms = "plain"  # what Dovecot offers
    doors_of_its_own = False  # whether Dovecot has TLS, for those who go past the gateway
    configuration = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.start_dovecot(cls.messages(), cls.names, cls.mechanisms,
                                        cls.certificate if cls.doors_of_its_own else None)
        cls.tap = Tap(cls.dovecot.address)
        cls.addClassCleanup(cls.tap.close)
        cls.gateway = cls.start_gateway(cls.tap.address, cls.addClassCleanup,
                                        **cls.configuration)

    def implicit(self, **options):
        """A peer under TLS on the implicit door, the greeting read."""
        return self.secure(self.gateway, **options)

    def stls(self, **options):
        """A peer that has gone through STLS."""
        peer = self.plain(self.gateway, **options)
        reply = peer.command("STLS")
        if not reply.startswith(b"+OK"):
            raise AssertionError(f"STLS: {reply!r}")
        return peer.start_tls(self.context)

    def secure(self, gateway, door="pop3s", **options):
        peer = RawPeer(gateway.address(door), **options)
        self.addCleanup(peer.close)
        peer.start_tls(self.context)
        self.greeted(peer)
        return peer

    def plain(self, gateway, door="pop3", **options):
        """A peer in clear on the STLS door, the greeting read."""
        peer = RawPeer(gateway.address(door), **options)
        self.addCleanup(peer.close)
        self.greeted(peer)
        return peer

    def session(self, worker, _):
        """One whole session of a Load; doors take turns by thread."""
        door = ("pop3s", "pop3")[worker % 2]
        with RawPeer(self.gateway.address(door)) as peer:
            enter(peer, door, self.context).login(USER, PASSWORD)
            assert peer.command("RETR 2").startswith(b"+OK")
            assert peer.read_body().endswith(b"\r\n.\r\n")
            assert peer.command("QUIT").startswith(b"+OK")
            assert peer.read_to_end() == b"" and peer.ending == "clean", peer.ending

    @staticmethod
    def greeted(peer):
        greeting = peer.read_line()
        if not greeting.startswith(b"+OK"):
            raise AssertionError(f"greeting: {greeting!r}")

    @contextlib.contextmanager
    def nothing_reaches_the_backend(self):
        """Neither the tap nor Dovecot's own log sees a connection meanwhile."""
        before = self.tap.settle(), len(self.dovecot.contacts())
        yield
        after = self.tap.settle(), len(self.dovecot.contacts())
        if before != after:
            raise AssertionError(f"the backend was reached: {before} -> {after}")


class ScriptedWorld(World):
    """A scripted backend and a gateway before it, one for the class; play() a script a test, or
    have one from the start, where connections come before a test does."""

    script = None
    configuration = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = LegacyBackend(cls.script)
        cls.addClassCleanup(cls.backend.close)
        cls.gateway = cls.start_gateway(cls.backend.address, cls.addClassCleanup,
                                        **cls.configuration)

    def play(self, script):
        """Ends what the clients before have open; then the backend follows the script."""
        self.doCleanups()
        self.backend.play(script)

    def client(self, gateway=None):
        """A peer under TLS on the implicit door, the greeting read."""
        peer = RawPeer((gateway or self.gateway).address("pop3s"))
        self.addCleanup(peer.close)
        peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        return peer


class CrowdWorld(World):
    """A gateway before a backend that takes everybody, with room for `crowd` clients."""

    crowd = 1000
    secured = False  # whether there is TLS towards the backend, too
    environment = None
    configuration = {}

    @classmethod
    def setUpClass(cls):
        process.allow_descriptors(4 * cls.crowd)
        super().setUpClass()
        cls.backend = CrowdBackend(server_context(cls.certificate) if cls.secured else None)
        cls.addClassCleanup(cls.backend.close)
        link = {"tls": "implicit", "ca_file": cls.authority.ca_file} if cls.secured else {}
        cls.gateway = cls.start_gateway(
            cls.backend.address, cls.addClassCleanup, environment=cls.environment, backend=link,
            timeouts={"login": "30m", "idle": "30m", "handshake": "60s"}, **cls.configuration)

    def secure(self, door="pop3s"):
        """A peer under TLS, the greeting read. It is the caller's to close."""
        return enter(RawPeer(self.gateway.address(door)), door, self.context)
