# SPDX-License-Identifier: Apache-2.0
"""One file of ticket keys for two gateways: sessions of one resume at the other, while the file is
rotated on both, one after the other; and a broken file, which keeps the keys in use."""

import os
import ssl

from support.configuration import toml
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld, World

KEY = 48
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
BACKEND = ("127.0.0.1", 9)  # nobody logs in


class Machine:
    """A gateway with a ticket file of its own place."""

    def __init__(self, world, name, keys):
        self.world = world
        self.file = world.path(f"{world.id()}-{name}.key")
        self.keys = keys
        self.write(keys)
        self.gateway = world.start_gateway(BACKEND, world.addCleanup, f"{world.id()}-{name}",
                                           tls={"ticket_key_file": self.file})
        self.news = 0

    def write(self, data):
        with open(self.file + ".new", "wb") as file:
            file.write(data)
        os.chmod(self.file + ".new", 0o600)
        os.replace(self.file + ".new", self.file)

    def said(self):
        return [line for line in self.gateway.log_events("reload") if ".key" in line["msg"]]

    def rewrite(self, data):
        """Puts another file there, and returns the line that is said about it."""
        self.write(data)
        self.news += 1
        until(lambda: len(self.said()) >= self.news, "the file was looked at")
        return self.said()[self.news - 1]

    def rotate(self):
        """As the manual tells it: a fresh key, then all but the last."""
        self.keys = os.urandom(KEY) + self.keys[:2 * KEY]
        self.world.assertEqual(self.rewrite(self.keys)["level"], "info")

    def visit(self, context, session=None):
        """A short visit; returns whether it was resumed, and the session to come back with."""
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.start_tls(context, session=session)
            DovecotWorld.greeted(peer)
            peer.command("QUIT")
            peer.read_to_end()
            return peer.socket.session_reused, peer.socket.session


class SharedKeys(World):
    def context_of(self, version):
        context = self.authority.client_context()
        context.minimum_version = context.maximum_version = version
        return context

    def setUp(self):
        self.keys = os.urandom(3 * KEY)
        self.one, self.other = (Machine(self, name, self.keys) for name in ("one", "other"))

    def test_a_session_of_one_is_resumed_by_the_other(self):
        for version in VERSIONS:
            context = self.context_of(version)
            resumed, session = self.one.visit(context)
            self.assertFalse(resumed)
            self.assertTrue(self.other.visit(context, session)[0])

    def test_rotation_on_one_after_the_other_keeps_it(self):
        for version in VERSIONS:
            context = self.context_of(version)
            session = self.one.visit(context)[1]
            for machine, visited in ((self.one, self.other), (self.other, self.one)) * 3:
                machine.rotate() if machine is self.one else self.catch_up()
                for each in (visited, machine):
                    resumed, session = each.visit(context, session)
                    self.assertTrue(resumed)

    def catch_up(self):
        self.other.keys = self.one.keys
        self.assertEqual(self.other.rewrite(self.one.keys)["level"], "info")

    def test_keys_that_went_open_nothing(self):
        context = self.context_of(VERSIONS[1])
        session = self.one.visit(context)[1]
        self.one.rotate()
        self.one.rotate()
        self.assertFalse(self.one.visit(context, session)[0])

    def test_a_broken_file_keeps_the_keys_in_use(self):
        context = self.context_of(VERSIONS[1])
        for data, reason in ((self.keys[:100], "it has 100 bytes and has to have 144"),
                             (self.keys[:KEY] * 3, "are the same"),
                             (bytes(3 * KEY), "is nothing but zeros")):
            session = self.one.visit(context)[1]
            line = self.other.rewrite(data)
            self.assertEqual(line["level"], "error")
            self.assertIn(reason, line["msg"])
            self.assertIn("stay in use", line["msg"])
            self.assertTrue(self.other.visit(context, session)[0])
        # A reload is refused as a whole, and the keys are what they were.
        self.assertEqual(self.other.gateway.reload()["level"], "error")
        session = self.one.visit(context)[1]
        self.assertTrue(self.other.visit(context, session)[0])
        for secret in (self.keys[start:start + 16] for start in range(0, 3 * KEY, 16)):
            for gateway in (self.one.gateway, self.other.gateway):
                self.assertNotIn(secret.hex(), gateway.stderr().lower())

    def test_no_file_is_no_start(self):
        with self.assertRaisesRegex(AssertionError, "cannot read none.key: No such file"):
            self.start_gateway(BACKEND, lambda _: None, self.id(),
                               tls={"ticket_key_file": self.path("none.key")})

    def test_reloads_keep_own_keys_and_those_of_the_file(self):
        context = self.context_of(VERSIONS[1])
        session = self.one.visit(context)[1]
        self.assertEqual(self.one.gateway.reload()["level"], "info")
        resumed, session = self.one.visit(context, session)
        self.assertTrue(resumed)
        # Without the file the keys are its own again, which the other one does not know.
        without = toml(BACKEND, [self.certificate])
        self.assertEqual(self.one.gateway.reload(without)["level"], "info")
        resumed, session = self.one.visit(context, session)
        self.assertFalse(resumed)
        self.assertEqual(self.one.gateway.reload(without)["level"], "info")
        self.assertTrue(self.one.visit(context, session)[0])
        self.assertFalse(self.other.visit(context, session)[0])

    def test_a_file_that_everybody_may_read_is_a_warning(self):
        os.chmod(self.one.file, 0o644)
        self.assertEqual(self.one.gateway.reload()["level"], "info")
        self.assertTrue(any("everybody on this machine may read this key" in line["msg"]
                            for line in self.one.gateway.log_events("reload")))
