# SPDX-License-Identifier: Apache-2.0
"""A backend that goes and comes back: told once to the administrator, and to clients before they say
a password."""

import base64
import time
import unittest

from support.legacy_backend import LegacyBackend
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld, ScriptedWorld

HEALTH = {"interval": "200ms", "rise": 2, "fall": 2}
TEMPORARY = b"-ERR [SYS/TEMP]"


def serve(backend):
    backend.login()
    backend.serve()


class Outage(ScriptedWorld):
    """Checks find it out, with nobody there."""

    configuration = {"health": HEALTH, "workers": 4, "timeouts": {"connect": "1s"}}

    def setUp(self):
        self.backend.play(serve)

    def restart(self):
        """Where it was before."""
        again = LegacyBackend(serve, self.backend.address)
        self.addCleanup(again.close)
        return again

    def test_it_goes_and_comes_back(self):
        address = "%s:%d" % self.backend.address
        until(lambda: self.backend.lines().count(b"QUIT\r\n") > 1, "it is asked how it is")
        self.backend.close()
        line = self.gateway.wait_for_log("backend_down")
        self.assertEqual((line["baddr"], line["phase"], line["backend"], line["level"]),
                         (address, "connect", "legacy", "warn"))
        self.assertIn("connection refused", line["msg"])
        self.assertRegex(line["dur"], r"^\d+\.\d+$")

        peer = self.client()
        started = time.monotonic()
        reply = peer.command("USER alice")
        self.assertLess(time.monotonic() - started, 1)
        self.assertTrue(reply.startswith(TEMPORARY), reply)
        self.assertIn(b"wait", reply)
        line = self.gateway.wait_for_log("login_refused", rport=peer.origin[1])
        self.assertEqual((line["reason"], line["user"]), ("backend_down", "alice"))
        self.assertTrue(self.client().command("AUTH PLAIN").startswith(TEMPORARY))

        again = self.restart()
        line = self.gateway.wait_for_log("backend_up")
        self.assertEqual(line["baddr"], address)
        self.assertGreater(float(line["dur"]), 0)
        self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
        self.assertTrue(peer.command("PASS secret").startswith(b"+OK"))
        checks = again.lines().count(b"QUIT\r\n")
        until(lambda: again.lines().count(b"QUIT\r\n") > checks + 2, "more checks")
        self.assertEqual(len(self.gateway.log_events("backend_down")), 1)
        self.assertEqual(len(self.gateway.log_events("backend_up")), 1)


class EveryWayIn(ScriptedWorld):
    """However a client comes and whatever it begins with, it is told before it says a secret; also
    where connections are kept ready, and where the name decides which backend it is."""

    script = staticmethod(serve)
    configuration = {
        "health": HEALTH, "backend": {"warm": 1}, "timeouts": {"connect": "1s"},
        "policy": {"mechanisms": ["USER", "PLAIN", "LOGIN", "XOAUTH2"]},
        "backends": [{"name": "other", "address": ["127.0.0.1:9"]}],
        "routes": [{"users": ["bob"], "backend": "other"}, {"backend": "legacy"}]}

    def by_stls(self):
        peer = RawPeer(self.gateway.address("pop3"))
        self.addCleanup(peer.close)
        DovecotWorld.greeted(peer)
        self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        peer.start_tls(self.context)
        return peer

    def test_it_is_told_at_the_first_word(self):
        """bob's server is not asked how it is, so AUTH goes on until there is a name."""
        until(lambda: self.backend.connections, "a connection is ready")
        self.backend.close()
        self.gateway.wait_for_log("backend_down", backend="legacy")
        name = base64.b64encode(b"alice").decode()
        plain = base64.b64encode(b"\0alice\0secret").decode()
        token = base64.b64encode(b"user=alice\1auth=Bearer secret\1\1").decode()
        for door in (self.client, self.by_stls):
            for said in (["USER alice"], ["AUTH PLAIN", plain], [f"AUTH PLAIN {plain}"],
                         ["AUTH LOGIN", name], [f"AUTH LOGIN {name}"], [f"AUTH XOAUTH2 {token}"]):
                with self.subTest(said=said, door=door.__name__):
                    peer = door()
                    for line in said[:-1]:
                        self.assertTrue(peer.command(line).startswith(b"+ "))
                    reply = peer.command(said[-1])
                    self.assertTrue(reply.startswith(TEMPORARY), reply)
                    self.assertIn(b"please wait and try again later", reply)
                    line = self.gateway.wait_for_log("login_refused", rport=peer.origin[1])
                    self.assertEqual((line["reason"], line["user"]), ("backend_down", "alice"))
                    self.assertIn("is known to be down", line["msg"])
                    self.assertTrue(peer.command("USER bob").startswith(b"+OK"))


class OutageFoundByLogins(ScriptedWorld):
    """With checks off, logins find it out, and one of them that it is back."""

    configuration = {"health": {"interval": "0s", "rise": 1, "fall": 2}}

    def test_it_goes_and_comes_back(self):
        self.backend.close()
        peer = self.client()
        for _ in range(2):
            self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
            self.assertTrue(peer.command("PASS secret").startswith(TEMPORARY))
        line = self.gateway.wait_for_log("backend_down")
        self.assertIn("connection refused", line["msg"])
        self.assertTrue(peer.command("USER alice").startswith(TEMPORARY))
        again = LegacyBackend(serve, self.backend.address)
        self.addCleanup(again.close)

        def logged_in():
            with self.client() as other:
                return (other.command("USER alice").startswith(b"+OK")
                        and other.command("PASS secret").startswith(b"+OK"))
        until(logged_in, "a login is let try")
        self.gateway.wait_for_log("backend_up")


if __name__ == "__main__":
    unittest.main()
