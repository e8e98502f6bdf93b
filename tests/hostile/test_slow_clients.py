# SPDX-License-Identifier: Apache-2.0
"""Clients that take their time: served if they are only slow, ended if they stall."""

import base64
import time

from support import process
from support.raw_peer import RawPeer
from support.tls_by_hand import TlsByHand
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld


class SlowButHonest(DovecotWorld):
    """Every byte alone in its segment, and in its TLS record: nothing changes."""

    def read_mail(self, peer):
        peer.send_bytewise(f"USER {USER}\r\n".encode())
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        peer.send_bytewise(f"PASS {PASSWORD}\r\n".encode())
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        peer.send_bytewise(b"STAT\r\n")
        self.assertTrue(peer.read_line().startswith(b"+OK 3 "))
        peer.send_bytewise(b"QUIT\r\n")
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        self.assertEqual(peer.read_to_end(), b"")
        self.assertEqual(peer.ending, "clean")

    def test_a_login_byte_by_byte_through_implicit_tls(self):
        self.read_mail(self.implicit())

    def test_a_login_byte_by_byte_through_stls(self):
        peer = self.plain(self.gateway)
        peer.send_bytewise(b"STLS\r\n")
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        self.read_mail(peer.start_tls(self.context))

    def test_sasl_plain_byte_by_byte(self):
        peer = self.implicit()
        secret = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())
        peer.send_bytewise(b"AUTH PLAIN\r\n")
        self.assertEqual(peer.read_line(), b"+ ")
        peer.send_bytewise(secret + b"\r\n")
        self.assertTrue(peer.read_line().startswith(b"+OK"))

    def test_a_handshake_byte_by_byte(self):
        with RawPeer(self.gateway.address("pop3s")) as peer:
            tls = TlsByHand(peer.socket, self.context)
            tls.handshake(piece=1)
            self.assertTrue(tls.read_line().startswith(b"+OK"))
            tls.write(b"CAPA\r\n")
            tls.flush(piece=1)
            self.assertTrue(tls.read_line().startswith(b"+OK"))

    def test_commands_in_the_segment_of_the_finished_message_are_served(self):
        with RawPeer(self.gateway.address("pop3s")) as peer:
            tls = TlsByHand(peer.socket, self.context)
            tls.handshake(hold_last=True)
            self.assertEqual(tls.tls.version(), "TLSv1.3")
            tls.write(f"USER {USER}\r\n".encode())
            tls.write(f"PASS {PASSWORD}\r\n".encode())
            tls.write(b"STAT\r\n")
            tls.flush()
            replies = [tls.read_line() for _ in range(4)]
        self.assertTrue(all(reply.startswith(b"+OK") for reply in replies), replies)
        self.assertTrue(replies[3].startswith(b"+OK 3 "), replies)

    def test_a_thousand_commands_in_one_flight_are_answered_in_order(self):
        peer = self.implicit().login(USER, PASSWORD)
        peer.send(b"NOOP\r\nSTAT\r\n" * 500)
        for _ in range(500):
            self.assertTrue(peer.read_line().startswith(b"+OK"))
            self.assertTrue(peer.read_line().startswith(b"+OK 3 "))


class Stalls(DovecotWorld):
    """Deadlines are absolute: bytes do not put them off."""

    configuration = {"timeouts": {"handshake": "2s", "login": "3s"}}
    LIMIT = 20  # seconds: far above the deadlines, far below the defaults

    def ends_in_time(self, peer, reason, chatter=None):
        """The gateway ends the session by itself; says what it sent until then."""
        started = time.monotonic()
        port = peer.socket.getsockname()[1]
        peer.socket.settimeout(self.LIMIT)
        if chatter:
            self.chat_until_end(peer, chatter)
        rest = peer.read_to_end()
        self.assertIsNotNone(peer.ending)
        self.assertLess(time.monotonic() - started, self.LIMIT)
        line = self.gateway.wait_for_log("session", rport=port)
        self.assertEqual(line["reason"], reason, line)
        return rest

    def chat_until_end(self, peer, data):
        """Keeps sending until that fails; a test that is never ended fails by its limit."""
        limit = time.monotonic() + self.LIMIT
        peer.socket.settimeout(0.2)
        while time.monotonic() < limit:
            try:
                peer.socket.sendall(data)
                if not peer.socket.recv(4096):
                    return
            except TimeoutError:
                continue
            except OSError:
                return
        self.fail("bytes put the deadline off")

    def test_silence_instead_of_a_handshake(self):
        with RawPeer(self.gateway.address("pop3s")) as peer:
            rest = self.ends_in_time(peer, "tls_handshake_not_finished")
        self.assertNotIn(b"+OK", rest)

    def test_silence_after_stls(self):
        peer = self.plain(self.gateway)
        self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        self.ends_in_time(peer, "tls_handshake_not_finished")

    def test_a_handshake_that_drips_for_ever(self):
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
            self.ends_in_time(peer, "tls_handshake_not_finished", chatter=b"\0")

    def test_silence_in_clear(self):
        self.ends_in_time(self.plain(self.gateway), "login_timeout")

    def test_silence_under_tls(self):
        self.ends_in_time(self.implicit(), "login_timeout")

    def test_commands_do_not_put_the_login_deadline_off(self):
        self.ends_in_time(self.implicit(), "login_timeout", chatter=b"CAPA\r\n")

    def test_silence_after_user(self):
        peer = self.implicit()
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"+OK"))
        with self.nothing_reaches_the_backend():
            peer.read_to_end()
        self.assertIsNotNone(peer.ending)

    def test_silence_at_a_sasl_prompt(self):
        peer = self.implicit()
        self.assertEqual(peer.command("AUTH PLAIN"), b"+ ")
        with self.nothing_reaches_the_backend():
            peer.read_to_end()
        self.assertIsNotNone(peer.ending)

    def test_a_login_in_time_is_not_touched_by_the_deadlines(self):
        peer = self.implicit().login(USER, PASSWORD)
        silent = self.plain(self.gateway)  # meets the same deadline later than `peer` would
        silent.read_to_end()
        self.assertTrue(peer.command("STAT").startswith(b"+OK"))


class ManySilentConnections(DovecotWorld):
    """Hundreds that connect and say nothing cost little and are gone after the deadline."""

    configuration = {"timeouts": {"handshake": "5s", "login": "5s"}}
    COUNT = 600

    def test_they_hold_nobody_up_and_are_all_ended(self):
        self.implicit().login(USER, PASSWORD).command("QUIT")
        pid = self.gateway.pid
        until(lambda: len(self.gateway.log_events("session")) >= 1, "the first session is over")
        before = process.descriptors(pid)
        doors = [self.gateway.address("pop3s"), self.gateway.address("pop3")]
        silent = [RawPeer(doors[n % 2]) for n in range(self.COUNT)]
        for peer in silent:
            self.addCleanup(peer.close)
        self.implicit().login(USER, PASSWORD).command("QUIT")
        for peer in silent:
            peer.read_to_end()
            self.assertIsNotNone(peer.ending)
        until(lambda: process.descriptors(pid) <= before, "all descriptors are back")
