# SPDX-License-Identifier: Apache-2.0
"""Bytes behind STLS: the session ends, and not one of them is ever interpreted.

What the injected commands would answer is known (CAPA: a list, QUIT: +OK), so that a reply
to one of them is a proof against the gateway.
"""

import ssl

from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld

INJECTED = {
    "a command": b"CAPA\r\n",
    "several commands": b"NOOP\r\nCAPA\r\nQUIT\r\n",
    "a login": b"USER alice\r\nPASS open sesame\r\n",
    "a login with SASL": b"AUTH PLAIN AGFsaWNlAG9wZW4gc2VzYW1l\r\n",
    "half a command": b"CAP",
    "one byte": b"C",
    "a line end": b"\r\n",
    "a bare LF": b"\n",
    "a bare CR": b"\r",
    "NUL": b"\0",
    "STLS again": b"STLS\r\n",
    "a command with LF": b"CAPA\n",
    "a command with CR": b"CAPA\r",
    "bytes like a record": b"\x16\x03\x01\x00\x05hello",
    "an alert": b"\x15\x03\x01\x00\x02\x02\x28",
    "64 KB": b"CAPA\r\n" * (64 * 1024 // 6),
    "64 KB without a line end": b"A" * 64 * 1024,
}


def client_hello():
    """A real one, as it would begin the handshake."""
    outgoing = ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing,
                                                server_hostname="localhost")
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class BytesBehindStls(DovecotWorld):
    """One attempt a payload, a position and a manner."""

    configuration = {"timeouts": {"handshake": "5s", "login": "20s"}, "workers": 2}

    def injections(self):
        return self.gateway.log_events("stls_injection")

    def send_all(self, *pieces):
        """Sends pieces as segments of their own; returns what came after the greeting."""
        with RawPeer(self.gateway.address("pop3")) as peer:
            self.greeted(peer)
            self.port = peer.socket.getsockname()[1]
            for piece in pieces:
                peer.try_send(piece)
            answer = peer.read_to_end()
        self.assertIsNotNone(peer.ending)
        return answer

    def session_reason(self):
        """How the log says that the last session ended."""
        return self.gateway.wait_for_log("session", rport=self.port)["reason"]

    def at_most_the_reply_to_stls(self, answer):
        """One line in clear, or none; behind it at most a TLS alert."""
        line, _, rest = answer.partition(b"\r\n")
        self.assertTrue(not line or line.startswith((b"+OK", b"-ERR", b"\x15\x03")), answer)
        self.assertTrue(not rest or rest.startswith(b"\x15\x03"), answer)

    def ends_as_injection(self, *pieces):
        with self.nothing_reaches_the_backend():
            answer = self.send_all(*pieces)
            self.at_most_the_reply_to_stls(answer)
            line = self.gateway.wait_for_log("stls_injection", rport=self.port)
        self.assertEqual(line["level"], "warn")
        self.assertEqual(line["listener"], "pop3")

    def test_in_the_same_segment(self):
        for name, payload in INJECTED.items():
            with self.subTest(name):
                self.ends_as_injection(b"STLS\r\n" + payload)

    def test_a_client_hello_in_the_same_segment(self):
        self.ends_as_injection(b"STLS\r\n" + client_hello())

    def test_after_other_commands_in_the_same_segment(self):
        with self.nothing_reaches_the_backend():
            answer = self.send_all(b"NOOP\r\nSTLS\r\nCAPA\r\n")
        self.gateway.wait_for_log("stls_injection", rport=self.port)
        self.assertNotIn(b"UIDL", answer)
        self.assertLessEqual(answer.count(b"\r\n"), 2, answer)

    def test_split_at_every_position(self):
        """Only a split just behind the line end hides from the gateway that it came in clear:
        then the bytes count as a handshake, and as a bad one."""
        stls, payload = b"STLS\r\n", b"CAPA\r\nQUIT\r\n"
        for position in range(1, len(stls + payload)):
            pieces = (stls + payload)[:position], (stls + payload)[position:]
            with self.subTest(position=position):
                if position == len(stls):
                    self.never_interpreted(*pieces)
                else:
                    self.ends_as_injection(*pieces)

    def never_interpreted(self, *pieces):
        """Either name for the end will do; a reply to an injected command will not."""
        with self.nothing_reaches_the_backend():
            self.at_most_the_reply_to_stls(self.send_all(*pieces))
            self.assertTrue(self.session_reason())
            named = [line for event in ("stls_injection", "tls_failed")
                     for line in self.gateway.log_events(event, rport=self.port)]
            self.assertEqual(len(named), 1, named)

    def test_in_the_next_segment(self):
        for name, payload in INJECTED.items():
            if payload in (b"C", b"\r", b"\n", b"\0", b"CAP", b"\r\n"):
                continue  # too short to be a record: see the test of the half command
            with self.subTest(name):
                self.never_interpreted(b"STLS\r\n", payload)

    def test_after_the_reply(self):
        for name in ("a command", "several commands", "a login", "64 KB"):
            with self.subTest(name), self.nothing_reaches_the_backend():
                with RawPeer(self.gateway.address("pop3")) as peer:
                    self.greeted(peer)
                    self.assertTrue(peer.command("STLS").startswith(b"+OK"))
                    peer.try_send(INJECTED[name])
                    answer = peer.read_to_end()
                self.assertTrue(not answer or answer.startswith(b"\x15\x03"), answer)

    def test_half_a_command_never_joins_the_first_one_under_tls(self):
        """"CA" in clear and "PA" under TLS must not become CAPA."""
        with RawPeer(self.gateway.address("pop3")) as peer:
            self.greeted(peer)
            peer.send(b"STLS\r\nCA")
            with self.assertRaises((ssl.SSLError, OSError, AssertionError)):
                self.assertTrue(peer.read_line().startswith(b"+OK"))
                peer.start_tls(self.context)
                peer.command("PA")

    def test_behind_a_bare_line_feed(self):
        """It ends STLS as well, so the same barrier stands behind it."""
        for name, payload in INJECTED.items():
            with self.subTest(name):
                self.ends_as_injection(b"STLS\n" + payload)

    def test_a_bare_line_feed_upgrades(self):
        """Whoever types it into a terminal is served."""
        with RawPeer(self.gateway.address("pop3")) as peer:
            self.greeted(peer)
            peer.send(b"STLS\n")
            self.assertTrue(peer.read_line().startswith(b"+OK"))
            peer.start_tls(self.context)
            peer.login("alice", "open sesame")
            peer.command("QUIT")
        until(lambda: self.tap.active == 0, "the backend connection is ended")

    def test_with_other_line_ends_nothing_behind_it_is_run(self):
        """Whether it upgrades or is refused, what follows stays without effect."""
        for data in (b"STLS\nCAPA\r\n", b"STLS\rCAPA\r\n", b"STLS\n", b"STLS\r\r\n",
                     b"STLS\n\r\n", b"STLS\r\n\n", b"STLS\0\r\n", b"STLS \r\nUSER a\r\n",
                     b"STLS\nUSER alice\nPASS x\n"):
            with self.subTest(data=data), self.nothing_reaches_the_backend():
                with RawPeer(self.gateway.address("pop3")) as peer:
                    self.greeted(peer)
                    peer.try_send(data)
                    peer.try_send(b"\r\nXYZZY\r\n" * 20)
                    answer = peer.read_to_end()
                self.assertNotIn(b"UIDL", answer)
                lines = [line for line in answer.split(b"\r\n") if line.startswith(b"+")]
                self.assertLessEqual(len(lines), 1, answer)
                if lines:
                    self.assertTrue(answer.startswith(lines[0]), answer)

    def test_each_attempt_is_logged_once(self):
        before = len(self.injections())
        for _ in range(5):
            self.ends_as_injection(b"STLS\r\nCAPA\r\n")
        self.assertEqual(len(self.injections()), before + 5)

    def test_honest_clients_are_served_meanwhile(self):
        peer = self.stls()
        for _ in range(3):
            self.ends_as_injection(b"STLS\r\n" + b"x" * 64 * 1024)
        peer.login("alice", "open sesame")
        self.assertTrue(peer.command("STAT").startswith(b"+OK"))
