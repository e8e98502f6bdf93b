# SPDX-License-Identifier: Apache-2.0
"""Strangers at the door: each is told apart, named in the log with a hint, and gone at once."""

import ssl
import time

from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld

V1 = b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 110\r\n"
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\xdc\x04\0\x6e"
AT_ONCE = 5  # seconds; the deadlines of the configuration are far above


class Strangers(DovecotWorld):
    """What the log says of what was sent, and how soon the session is over."""

    configuration = {"timeouts": {"handshake": "60s", "login": "60s"}}

    def named(self, door, data, greeted):
        """The event that the session left, besides its own line."""
        with self.nothing_reaches_the_backend(), RawPeer(self.gateway.address(door)) as peer:
            if greeted:
                self.greeted(peer)
            port = peer.socket.getsockname()[1]
            started = time.monotonic()
            peer.try_send(data)
            answer = peer.read_to_end()
            self.assertLess(time.monotonic() - started, AT_ONCE)
            self.assertIsNotNone(peer.ending)
            self.assertNotIn(b"+OK", answer)
            self.gateway.wait_for_log("session", rport=port)
        events = [line for line in self.gateway.log_events(rport=port)
                  if line["event"] != "session"]
        self.assertEqual(len(events), 1, events)
        return events[0]["event"], events[0]["msg"]

    def test_on_the_door_that_begins_in_clear(self):
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500
        for data, event, word in (
                (hello, "tls_failed", "STARTTLS"), (hello[:2], "tls_failed", "STARTTLS"),
                (V1, "proxy_mismatch", "PROXY"), (V2, "proxy_mismatch", "PROXY"),
                (b"GET / HTTP/1.1\r\n", "protocol_violation", "HTTP"),
                (b"EHLO a.example\r\n", "protocol_violation", "SMTP"),
                (b"a1 CAPABILITY\r\n", "protocol_violation", "IMAP"),
                (b"SSH-2.0-probe\r\n", "protocol_violation", "SSH")):
            with self.subTest(data=data[:16]):
                named, message = self.named("pop3", data, greeted=True)
                self.assertEqual(named, event)
                self.assertIn(word, message)

    def test_on_the_door_that_begins_with_tls(self):
        for data, event, word in (
                (b"USER alice\r\n", "tls_failed", "in clear"),
                (b"CAPA\r\n", "tls_failed", "in clear"), (V1, "proxy_mismatch", "PROXY"),
                (V2, "proxy_mismatch", "PROXY"), (b"GET / HTTP/1.1\r\n", "tls_failed", "HTTP"),
                (b"EHLO a.example\r\n", "tls_failed", "SMTP"),
                (b"a1 CAPABILITY\r\n", "tls_failed", "IMAP"),
                (b"SSH-2.0-probe\r\n", "tls_failed", "SSH")):
            with self.subTest(data=data[:16]):
                named, message = self.named("pop3s", data, greeted=False)
                self.assertEqual(named, event)
                self.assertIn(word, message)

    def test_a_real_hello_on_the_door_that_begins_in_clear(self):
        """A mail program set to SSL/TLS with the port of STLS fails in no time."""
        with RawPeer(self.gateway.address("pop3")) as peer:
            port = peer.socket.getsockname()[1]
            started = time.monotonic()
            with self.assertRaises((ssl.SSLError, OSError)):
                peer.start_tls(self.context)
            self.assertLess(time.monotonic() - started, AT_ONCE)
            self.assertIn("STARTTLS", self.gateway.wait_for_log("tls_failed", rport=port)["msg"])

    def test_a_client_that_offers_other_protocols_only(self):
        """ALPACA: refused, and the log says why."""
        self.context.set_alpn_protocols(["http/1.1", "imap"])
        self.addCleanup(setattr, type(self), "context", self.authority.client_context())
        with RawPeer(self.gateway.address("pop3s")) as peer:
            port = peer.socket.getsockname()[1]
            with self.assertRaises(ssl.SSLError):
                peer.start_tls(self.context)
            self.assertIn("ALPN", self.gateway.wait_for_log("tls_failed", rport=port)["msg"])


class SilentStrangers(DovecotWorld):
    """A program without TLS waits for a greeting that the door of TLS never gives."""

    configuration = {"timeouts": {"handshake": "1s"}}

    def test_silence_is_named(self):
        with RawPeer(self.gateway.address("pop3s")) as peer:
            port = peer.socket.getsockname()[1]
            peer.read_to_end()
            until(lambda: self.gateway.log_events("tls_failed", rport=port), "it is logged")
        line = self.gateway.log_events("tls_failed", rport=port)[0]
        self.assertEqual(line["reason"], "tls_handshake_not_finished")
        self.assertIn("nothing was said", line["msg"])
