# SPDX-License-Identifier: Apache-2.0
"""One address, or a crowd that is turned away, does not take everything."""

import ssl

from support import process
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

WELCOME = b"+OK POP3 ready"
TOO_MANY = b"-ERR [SYS/TEMP] too many connections, please wait and try again later"
EXEMPT = "127.0.0.9"


class Visits(DovecotWorld):
    """Clients from addresses of their own."""

    def enter(self, source, door="pop3"):
        """A connection that stays open until the test ends."""
        peer = RawPeer(self.gateway.address(door), source=source)
        self.addCleanup(peer.close)
        return peer

    def greetings(self, source, count):
        """What so many connections are greeted with."""
        return [self.enter(source).read_line() for _ in range(count)]

    def served(self, source):
        """Whether a whole session runs from there."""
        try:
            with RawPeer(self.gateway.address("pop3s"), source=source) as peer:
                peer.start_tls(self.context)
                return (peer.read_line().startswith(b"+OK")
                        and peer.login(USER, PASSWORD).command("QUIT").startswith(b"+OK"))
        except (OSError, AssertionError):
            return False


class Places(Visits):
    """A gateway with small limits."""

    configuration = {"limits": {"max_connections": 40, "max_connections_per_ip": 8,
                                "max_handshakes_per_ip": 0},
                     "auth_failures": {"per_ip": 2, "delay": "0s", "exempt": [EXEMPT]}}

    def test_an_address_has_its_share_and_the_others_theirs(self):
        lines = self.greetings("127.0.0.11", 20)
        self.assertEqual((lines.count(WELCOME), lines.count(TOO_MANY)), (8, 12))
        line = self.gateway.wait_for_log("limit", rule="limits.max_connections_per_ip",
                                         rip="127.0.0.11")
        self.assertEqual((line["reason"], line["rip"], line["listener"]),
                         ("connection_limit", "127.0.0.11", "pop3"))
        self.assertFalse(self.served("127.0.0.11"))
        self.assertTrue(self.served("127.0.0.12"))

    def test_a_place_is_free_again_when_a_session_ends(self):
        peers = [self.enter("127.0.0.21") for _ in range(8)]
        for peer in peers:
            self.assertEqual(peer.read_line(), WELCOME)
        self.assertFalse(self.served("127.0.0.21"))
        peers[0].close()
        peers[1].reset()
        until(lambda: self.served("127.0.0.21"), "the places are given back")

    def test_exempt_networks_are_not_counted(self):
        self.assertEqual(self.greetings(EXEMPT, 20), [WELCOME] * 20)

    def test_whoever_is_turned_away_holds_no_place(self):
        """They keep their end open; a banned address with many of them filled every place."""
        banned = "127.0.0.31"
        for guess in ("one", "two"):
            with RawPeer(self.gateway.address("pop3s"), source=banned) as peer:
                peer.start_tls(self.context)
                peer.read_line()
                self.assertTrue(peer.command(f"USER {USER}").startswith(b"+OK"))
                self.assertTrue(peer.command(f"PASS {guess}").startswith(b"-ERR"))
        self.gateway.wait_for_log("ban")
        for line in self.greetings(banned, 60):
            self.assertTrue(line.startswith(b"-ERR [SYS/TEMP] "), line)
        self.assertTrue(self.served("127.0.0.32"))
        before = process.descriptors(self.gateway.pid)
        silent = [self.enter(banned, "pop3s") for _ in range(60)]
        for peer in silent:
            self.assertEqual(peer.read_to_end(), b"")
        self.assertLessEqual(process.descriptors(self.gateway.pid), before)
        self.assertTrue(self.served("127.0.0.32"))
        self.gateway.wait_for_log("limit", reason="banned", rule="limits.auth_failures")


class Handshakes(Visits):
    """A gateway that takes few handshakes, after a burst of five times as many."""

    configuration = {"limits": {"max_handshakes_per_ip": "2/h"}}

    def test_handshakes_beyond_the_burst_are_refused_before_they_cost_anything(self):
        for _ in range(5):
            self.implicit().close()
            self.stls().close()
        with RawPeer(self.gateway.address("pop3")) as peer:
            self.assertEqual(peer.read_line(), TOO_MANY)
        with self.assertRaises((OSError, ssl.SSLError)):
            self.implicit()
        line = self.gateway.wait_for_log("limit", rule="limits.max_handshakes_per_ip")
        self.assertEqual(line["reason"], "connection_limit")
        self.assertTrue(self.served("127.0.0.2"))


class Full(Visits):
    """A gateway with few places for all together."""

    configuration = {"limits": {"max_connections": 10, "max_connections_per_ip": 0,
                                "max_handshakes_per_ip": 0}}

    def test_those_who_find_no_place_do_not_take_one(self):
        peers = [self.plain(self.gateway) for _ in range(10)]
        for _ in range(30):
            peer = self.enter("127.0.0.1")
            self.assertEqual(peer.read_line(), TOO_MANY)
            self.assertEqual((peer.read_to_end(), peer.ending), (b"", "clean"))
        self.gateway.wait_for_log("limit", rule="limits.max_connections")
        peers[0].close()
        until(lambda: self.served("127.0.0.1"), "a place that was left is taken")
