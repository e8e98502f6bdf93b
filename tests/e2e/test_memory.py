# SPDX-License-Identifier: Apache-2.0
"""What sessions cost in memory while they are there, and once they have gone."""

import unittest

from support import process
from support.gateway import program
from support.waiting import until
from support.world import CrowdWorld

SESSIONS = 2000
LINE = 12_000  # bytes of an AUTH response that has not ended, close to what it may have
HELD = 12 + 12  # KiB a session while it holds such a line: the line, and TLS
ONE_SIDE = 8  # KiB a session that is open, with TLS towards the client
BOTH_SIDES = 12  # and towards the backend, too
LEFT = 4 * 1024  # KiB that may stay when all have gone


@unittest.skipIf(process.keeps_freed_memory(program()), "a sanitizer keeps freed memory")
class Storm(CrowdWorld):
    """Thousands of clients that each hold as much as one may."""

    crowd = SESSIONS

    def peer(self):
        peer = self.secure()
        self.addCleanup(peer.close)
        return peer

    def grown(self):
        """KiB more than before the storm."""
        return process.rss_kib(self.gateway.pid) - self.before

    def test_a_session_is_bounded_and_a_storm_leaves_little_behind(self):
        self.peer().login("warm", "up").close()
        self.before = process.rss_kib(self.gateway.pid)
        peers = [self.peer() for _ in range(SESSIONS)]
        for peer in peers:
            self.assertEqual(peer.command("AUTH PLAIN"), b"+ ")
            peer.send(b"A" * LINE)
        until(lambda: self.grown() > SESSIONS * LINE // 1100, "the lines have been read")
        self.assertLess(self.grown() / SESSIONS, HELD, "KiB a session")
        for peer in peers:
            peer.close()
        until(lambda: self.grown() < LEFT, "memory is given back")


class Open(CrowdWorld):
    """Sessions that are logged in and idle."""

    crowd = 1000

    def session(self, number):
        peer = self.secure()
        self.addCleanup(peer.close)
        return peer.login(f"user{number}", "secret")

    def cost(self):
        """KiB a session."""
        for number in range(20):
            self.session(number)
        before = process.rss_kib(self.gateway.pid)
        for number in range(self.crowd):
            self.session(number)
        return (process.rss_kib(self.gateway.pid) - before) / self.crowd


@unittest.skipIf(process.keeps_freed_memory(program()), "a sanitizer keeps freed memory")
class OpenOnOneSide(Open):
    def test_a_session_is_small(self):
        self.assertLess(self.cost(), ONE_SIDE)


@unittest.skipIf(process.keeps_freed_memory(program()), "a sanitizer keeps freed memory")
class OpenOnBothSides(Open):
    secured = True

    def test_a_session_is_small(self):
        self.assertLess(self.cost(), BOTH_SIDES)
