# SPDX-License-Identifier: Apache-2.0
"""Bytes that are no POP3: refused, counted, bounded, never echoed and never forwarded."""

import contextlib
import re

from support import process
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

MIB = 1 << 20
HTTP = (b"GET /index.html HTTP/1.1\r\nHost: pop.example.test\r\nUser-Agent: probe\r\n"
        b"Accept: */*\r\nAccept-Language: en\r\nAccept-Encoding: gzip\r\nConnection: close\r\n"
        b"Cookie: secret=canary\r\n\r\n")


class BadBytes(DovecotWorld):
    """Both before the login and after it."""

    configuration = {"environment": process.MEASURED,
                     "limits": {"max_bad_commands": 3, "max_command_bytes": 512},
                     "timeouts": {"handshake": "5s", "login": "30s"}}

    def refused_until_closed(self, peer, data, limit=3):
        """Each piece gets one -ERR (the last may be the close itself); then it is over."""
        for _ in range(limit):
            peer.try_send(data)
        peer.try_send(b"QUIT\r\n")
        replies = peer.read_to_end().split(b"\r\n")
        self.assertIsNotNone(peer.ending)
        self.assertEqual(replies.pop(), b"")
        self.assertLessEqual(len(replies), limit, replies)
        for line in replies:
            self.assertTrue(line.startswith(b"-ERR"), replies)
        return replies

    def doors(self):
        """A peer in each phase in which a client can send a command."""
        yield "clear", self.plain(self.gateway)
        yield "under TLS", self.implicit()
        yield "after STLS", self.stls()

    BAD = {"an unknown verb": b"XYZZY\r\n", "a bare LF": b"CA\nPA\r\n",
           "a bare CR": b"CA\rPA\r\n", "NUL": b"CA\0PA\r\n", "8-bit": b"C\xc4PA\r\n",
           "a control byte": b"CAPA\x07\r\n", "an empty line": b"\r\n",
           "an over-long line": b"NOOP " + b"x" * 600 + b"\r\n",
           "USER without a name": b"USER\r\n", "CAPA with an argument": b"CAPA x\r\n"}

    def test_each_kind_is_counted_and_the_session_then_closed(self):
        for kind, data in self.BAD.items():
            for phase, peer in self.doors():
                if phase == "clear" and kind.startswith("USER"):
                    continue  # there it is a matter of policy
                with self.subTest(kind=kind, phase=phase), self.nothing_reaches_the_backend():
                    self.assertTrue(self.refused_until_closed(peer, data))
                    peer.close()

    def test_fewer_than_the_limit_leave_the_session_usable(self):
        for kind, data in self.BAD.items():
            with self.subTest(kind):
                peer = self.implicit()
                # A bare LF is the end of a line, so that is two lines already.
                peer.send(data if kind == "a bare LF" else data * 2)
                for _ in range(2):
                    self.assertTrue(peer.read_line().startswith(b"-ERR"))
                peer.login(USER, PASSWORD)
                self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
                peer.close()

    def test_a_bare_lf_ends_a_line_for_everybody_and_goes_no_further(self):
        """"NOOP LF STAT" is two commands here and, with CRLF, for the backend."""
        peer = self.implicit()
        peer.send(f"USER {USER}\nPASS {PASSWORD}\nNOOP\nSTAT \nLIST 4\r\nQUIT\n".encode())
        answers = peer.read_to_end().split(b"\r\n")
        self.assertEqual([line[:4] for line in answers],
                         [b"+OK ", b"+OK ", b"+OK", b"+OK ", b"-ERR", b"+OK", b""], answers)
        heard = self.tap.sent_to_server()
        self.assertTrue(heard.endswith(b"\r\nNOOP\r\nSTAT\r\nLIST 4\r\nQUIT\r\n"), heard)
        self.assertNotIn(b"\n", heard.replace(b"\r\n", b""))

    def test_the_close_is_logged_with_what_it_was_for(self):
        peer = self.implicit()
        port = peer.socket.getsockname()[1]
        self.refused_until_closed(peer, b"XYZZY\r\n")
        self.gateway.wait_for_log("session", rport=port)
        named = (self.gateway.log_events("protocol_violation", rport=port)
                 + self.gateway.log_events("limit", rport=port))
        self.assertEqual(len(named), 1, named)

    def test_http_on_the_stls_door_ends_and_is_not_echoed(self):
        with self.nothing_reaches_the_backend(), self.plain(self.gateway) as peer:
            peer.try_send(HTTP)
            answer = peer.read_to_end()
        self.assertIsNotNone(peer.ending)
        for word in (b"GET", b"HTTP", b"index", b"canary", b"Cookie"):
            self.assertNotIn(word, answer)
        self.assertNotIn(b"+OK", answer)

    def test_http_under_tls_ends_and_is_not_echoed(self):
        with self.nothing_reaches_the_backend(), self.implicit() as peer:
            peer.try_send(HTTP)
            answer = peer.read_to_end()
        self.assertNotIn(b"HTTP", answer)
        self.assertNotIn(b"+OK", answer)

    def test_garbage_instead_of_a_handshake(self):
        """Nothing in clear comes back: an alert at most."""
        for data in (HTTP, b"USER alice\r\n", b"\0" * 4096, b"\xff" * 4096, b"EHLO there\r\n",
                     b"\x16\x03\x01\xff\xff" + b"\0" * 1000, b"\x80\x2e\x01\0\x02" + b"\0" * 60):
            with self.subTest(data=data[:20]), RawPeer(self.gateway.address("pop3s")) as peer:
                port = peer.socket.getsockname()[1]
                peer.try_send(data)
                answer = peer.read_to_end()
                self.assertTrue(re.fullmatch(rb"(\x15\x03.\0\x02[\x01\x02].)*", answer, re.S),
                                answer)
                self.gateway.wait_for_log("session", rport=port)
                self.assertTrue(self.gateway.log_events("tls_failed", rport=port))

    def test_a_megabyte_without_a_line_end_gets_one_refusal_or_a_close(self):
        for phase, peer in self.doors():
            with self.subTest(phase), self.nothing_reaches_the_backend():
                peer.try_send(b"A" * MIB)
                peer.try_send(b"\r\nQUIT\r\n")
                answer = peer.read_to_end()
                refusals = [line for line in answer.split(b"\r\n") if line.startswith(b"-ERR")]
                self.assertLessEqual(len(refusals), 1, answer[:500])
                peer.close()

    def test_endless_lines_grow_no_memory(self):
        """64 clients that each send 4 MiB without a line end, all open at once."""
        for _, peer in self.doors():
            peer.try_send(b"A" * MIB)  # so that whatever is allocated once is there
        before = process.rss_kib(self.gateway.pid)
        peers = [self.implicit() for _ in range(64)]
        held = process.rss_kib(self.gateway.pid)
        for peer in peers:
            for _ in range(4):
                peer.try_send(b"A" * MIB)
        growth = process.rss_kib(self.gateway.pid) - held
        self.assertLess(growth, 32 * 1024, f"KiB; {held - before} for 64 sessions as such")

    def test_a_line_over_the_limit_is_never_run_however_it_is_split(self):
        """The tail of a long line looks like a command; it must stay a tail."""
        long = b"NOOP " + b"x" * 700
        for cut in (1, 511, 512, 513, 600, len(long)):
            with self.subTest(cut=cut):
                peer = self.implicit()
                peer.send(long[:cut])
                peer.try_send(long[cut:] + b"CAPA\r\n")
                peer.try_send(b"QUIT\r\n")
                answer = peer.read_to_end()
                self.assertNotIn(b"UIDL", answer)
                self.assertTrue(not answer or answer.startswith(b"-ERR"), answer)
                self.assertLessEqual(answer.count(b"-ERR"), 1, answer)
                peer.close()

    def test_a_reset_in_every_phase_leaves_nothing_behind(self):
        pid = self.gateway.pid
        self.implicit().close()
        until(lambda: self.tap.active == 0, "no backend connection is open")
        before = process.descriptors(pid)
        for _ in range(10):
            RawPeer(self.gateway.address("pop3s")).reset()
            for _, peer in self.doors():
                peer.try_send(b"USER al")
                self.raw_reset(peer)
            self.raw_reset(self.implicit().login(USER, PASSWORD))
            peer = self.plain(self.gateway)
            peer.send(b"STLS\r\n")
            peer.reset()
        until(lambda: self.tap.active == 0, "backend connections are ended")
        until(lambda: process.descriptors(pid) <= before, "all descriptors are back")

    @staticmethod
    def raw_reset(peer):
        with contextlib.suppress(OSError):
            peer.reset()
