# SPDX-License-Identifier: Apache-2.0
"""200 reloads under a constant load of logins; every third file is bad."""

from support.configuration import toml
from support.load import Load
from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld

RELOADS = 200
LOGINS = 4  # threads that log in again and again
LASTING = 4  # sessions that stay for the whole storm


class ReloadStorm(DovecotWorld):
    """No login fails, no session is cut, and a bad file changes nothing."""

    configuration = {"workers": 4}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pairs = [cls.authority.issue(f"storm-{n}") for n in range(4)]
        cls.bad = [toml(cls.tap.address, [cls.authority.broken("storm-broken")], workers=4),
                   toml(cls.tap.address, [cls.authority.mismatched("storm-mixed")], workers=4),
                   "[[listener]\nthis is no TOML"]
        cls.good = [toml(cls.tap.address, [pair], workers=4) for pair in cls.pairs]

    def served(self):
        """The certificate that a new session is shown."""
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.start_tls(self.context)
            return peer.socket.getpeercert(binary_form=True)

    def test_no_login_fails_and_no_session_is_cut(self):
        lasting = [self.implicit().login(USER, PASSWORD) for _ in range(LASTING)]
        load = Load(self.session, LOGINS).start()
        self.addCleanup(load.stop)
        self.assertNotIn("error", self.gateway.reload(self.good[0])["level"])
        expected = self.pairs[0].der()
        for number in range(RELOADS):
            if number % 3 == 2:
                line = self.gateway.reload(self.bad[number // 3 % len(self.bad)])
                self.assertEqual(line["level"], "error", line)
            else:
                line = self.gateway.reload(self.good[number % len(self.good)])
                self.assertNotEqual(line["level"], "error", line)
                expected = self.pairs[number % len(self.good)].der()
            self.assertEqual(self.served(), expected, f"after reload {number}")
            for peer in lasting:
                self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
            self.assertEqual(load.failures, [])
        self.assertEqual(load.stop(), [])
        self.assertGreater(load.done, RELOADS, "logins during the storm")
        for peer in lasting:
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
