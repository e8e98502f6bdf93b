# SPDX-License-Identifier: Apache-2.0
"""TERM: what is open finishes, nothing new is accepted; a second TERM ends it at once."""

import signal

from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld


class Drain(DovecotWorld):
    """Each test has a gateway of its own, since it is ended."""

    def setUp(self):
        self.gateway = self.start_gateway(self.tap.address, self.addCleanup,
                                          name="gateway-" + self._testMethodName)

    def refuses_new_sessions(self):
        """Nobody listens any more on either door."""
        for door in ("pop3s", "pop3"):
            try:
                RawPeer(self.gateway.address(door)).close()
            except OSError:
                continue
            return False
        return True

    def test_term_without_sessions_ends_it_with_zero(self):
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(self.gateway.wait(), 0)

    def test_int_does_the_same(self):
        self.gateway.signal(signal.SIGINT)
        self.assertEqual(self.gateway.wait(), 0)

    def test_an_open_session_finishes_and_new_ones_are_refused(self):
        peer = self.implicit().login(USER, PASSWORD)
        self.gateway.signal(signal.SIGTERM)
        until(self.refuses_new_sessions, "new connections are refused")
        self.assertTrue(self.gateway.running())
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        self.assertTrue(peer.read_body().endswith(b"\r\n.\r\n"))
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.assertEqual(peer.read_to_end(), b"")
        self.assertEqual(peer.ending, "clean")
        self.assertEqual(self.gateway.wait(), 0)

    def test_a_second_term_ends_it_at_once(self):
        peer = self.implicit().login(USER, PASSWORD)
        self.gateway.signal(signal.SIGTERM)
        until(self.refuses_new_sessions, "the drain has begun")
        self.assertTrue(self.gateway.running())
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(self.gateway.wait(15), 0)
        peer.read_to_end()
        self.assertIsNotNone(peer.ending)

    def test_a_second_term_answers_a_login_that_has_begun(self):
        """A client that reads an end instead takes its password for a wrong one."""
        peer = self.implicit()
        self.assertEqual(peer.command("AUTH PLAIN"), b"+ ")
        self.gateway.signal(signal.SIGTERM)
        until(self.refuses_new_sessions, "the drain has begun")
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(peer.read_to_end(), b"-ERR [SYS/TEMP] shutting down, please wait and try"
                                             b" again later\r\n")
        self.assertEqual(self.gateway.wait(15), 0)

    def test_a_second_term_deletes_nothing(self):
        peer = self.implicit().login(USER, PASSWORD)
        self.assertTrue(peer.command("DELE 1").startswith(b"+OK"))
        self.gateway.signal(signal.SIGTERM)
        until(self.refuses_new_sessions, "the drain has begun")
        self.gateway.signal(signal.SIGTERM)
        self.gateway.wait(15)
        until(lambda: self.tap.active == 0, "the backend connection is ended")
        with RawPeer(self.dovecot.address) as direct:
            self.greeted(direct)
            direct.login(USER, PASSWORD)
            self.assertTrue(direct.command("STAT").startswith(b"+OK 3 "))

    def test_a_session_that_has_not_logged_in_does_not_hold_the_drain_for_ever(self):
        """It may still log in, or is told to come again; either way it comes to an end."""
        peer = self.implicit()
        self.gateway.signal(signal.SIGTERM)
        until(self.refuses_new_sessions, "the drain has begun")
        peer.try_send(b"QUIT\r\n")
        answer = peer.read_to_end()
        self.assertTrue(answer == b"" or answer.startswith((b"+OK", b"-ERR [SYS/TEMP]")), answer)
        self.assertEqual(self.gateway.wait(), 0)


class DrainLimit(DovecotWorld):
    """timeouts.drain bounds the wait."""

    def test_a_session_that_stays_is_ended_at_the_limit(self):
        gateway = self.start_gateway(self.tap.address, self.addCleanup, name="gateway-limit",
                                     timeouts={"drain": "1s"})
        peer = self.secure(gateway).login(USER, PASSWORD)
        gateway.signal(signal.SIGTERM)
        self.assertEqual(gateway.wait(20), 0)
        peer.read_to_end()
        self.assertIsNotNone(peer.ending)
        line = gateway.wait_for_log("session")
        self.assertIn(line["reason"], ("shutting_down", "killed"))
