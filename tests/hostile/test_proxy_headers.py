# SPDX-License-Identifier: Apache-2.0
"""Headers of the PROXY protocol: from strangers, in halves, twice, in pieces, and none at all."""

import time

from support.raw_peer import RawPeer
from support.tls_by_hand import TlsByHand
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

BALANCER = {"proxy_protocol": True, "proxy_trusted": ["127.0.0.1"]}
DOORS = (("pop3s", "implicit", ("127.0.0.1:0",), BALANCER),
         ("pop3", "stls", ("127.0.0.1:0",), BALANCER))
CLIENT, OTHER = "203.0.113.9", "10.0.0.1"
V1 = f"PROXY TCP4 {CLIENT} 198.51.100.2 56324 995\r\n".encode()
V1_OTHER = f"PROXY TCP4 {OTHER} 198.51.100.2 56325 995\r\n".encode()
ELSEWHERE = "192.0.2.77"
V1_ELSEWHERE = V1.replace(CLIENT.encode(), ELSEWHERE.encode())
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x09\xc6\x33\x64\x02\xdc\x04\x03\xe3"


class Headers(DovecotWorld):
    """Deadlines are far away: whatever ends here ends for another reason."""

    configuration = {"doors": DOORS, "timeouts": {"handshake": "60s", "login": "60s"},
                     "exceptions": ({"networks": [OTHER], "login": "plaintext-allowed"},)}

    def peer(self, door="pop3s", source="127.0.0.1"):
        peer = RawPeer(self.gateway.address(door), source=source)
        self.addCleanup(peer.close)
        return peer

    def closed_unread(self, peer, reason, **wanted):
        """Nothing is said to it; the line of the log that tells why."""
        ip, port = peer.origin
        self.assertEqual(peer.read_to_end(), b"")
        return self.gateway.wait_for_log("proxy_mismatch", rip=ip, rport=port, reason=reason,
                                         **wanted)

    def test_a_header_of_a_stranger_is_not_even_read(self):
        for door in ("pop3s", "pop3"):
            for said in (V1_ELSEWHERE, b"PROXY UNKNOWN\r\n", V2, b""):
                with self.subTest(door=door, said=said), self.nothing_reaches_the_backend():
                    peer = self.peer(door, "127.0.0.2")
                    peer.try_send(said)
                    self.closed_unread(peer, "untrusted_peer")
        self.assertEqual(self.gateway.log_events(rip=ELSEWHERE), [])

    def test_a_second_header_is_the_clients_and_ends_the_session(self):
        """A client behind the balancer sends one of its own: it would be somebody else."""
        for first in (V1, V2):
            for door in ("pop3", "pop3s"):
                with self.subTest(door=door, first=first), self.nothing_reaches_the_backend():
                    before = len(self.gateway.log_events("proxy_mismatch", rip=CLIENT))
                    peer = self.peer(door)
                    peer.send(first + V1_OTHER + f"USER {USER}\r\n".encode())
                    self.assertNotIn(b"send PASS", peer.read_to_end())
                    until(lambda known=before: len(self.gateway.log_events(
                        "proxy_mismatch", rip=CLIENT)) == known + 1, "it is logged")
        self.assertEqual(self.gateway.log_events(rip=OTHER), [])

    def test_byte_by_byte(self):
        for header in (V1, V2):
            with self.subTest(header=header):
                peer = self.peer()
                peer.send_bytewise(header)
                peer.start_tls(self.context)
                self.greeted(peer)
                peer.login(USER, PASSWORD)

    def test_a_header_and_the_hello_in_one_segment(self):
        for header in (V1, V2):
            with self.subTest(header=header):
                peer = self.peer()
                tls = TlsByHand(HeadedSocket(peer.socket, header), self.context)
                tls.handshake()
                self.assertTrue(tls.read_line().startswith(b"+OK"))

    def test_commands_behind_the_header_in_one_segment(self):
        peer = self.peer("pop3")
        peer.send(V1 + b"CAPA\r\nQUIT\r\n")
        self.greeted(peer)
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        self.assertIn(b"STLS", peer.read_body())

    def test_no_header_at_all(self):
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500
        for said, reason in ((hello, "tls_hello"), (b"CAPA\r\n", "pop3_command"),
                             (b"USER alice\r\nPASS canary\r\n", "pop3_command"),
                             (b"GET / HTTP/1.1\r\n", "foreign_protocol"),
                             (b"PROXY TCP4 1.2.3.4\r\n", "malformed_header"),
                             (V2[:14] + b"\xff\xff", "header_too_long"),
                             (b"PROXY UNKNOWN " + b"x" * 200, "header_too_long")):
            for door in ("pop3s", "pop3"):
                with self.subTest(said=said[:16], door=door), self.nothing_reaches_the_backend():
                    peer = self.peer(door)
                    peer.try_send(said)
                    self.closed_unread(peer, reason, level="warn")
        self.assertNotIn("canary", self.gateway.stderr())

    def test_a_reset_in_every_byte_leaves_nothing_behind(self):
        for count in range(0, len(V1), 3):
            peer = self.peer()
            peer.send(V1[:count])
            peer.reset()
        peer = self.peer()
        peer.send(V1)
        peer.start_tls(self.context)
        self.greeted(peer)


class HeadedSocket:
    """Puts a header before the first that is sent, in one segment."""

    def __init__(self, socket, header):
        self._socket, self._header = socket, header

    def sendall(self, data):
        data, self._header = self._header + data, b""
        self._socket.sendall(data)

    def recv(self, size):
        return self._socket.recv(size)


class Impatient(DovecotWorld):
    """Half a header, and none, when timeouts.handshake is over."""

    configuration = {"doors": DOORS, "timeouts": {"handshake": "1s"}}

    def test_when_the_time_is_over(self):
        for said, reason in ((b"", "no_header"), (V1[:20], "incomplete_header"),
                             (V2[:20], "incomplete_header")):
            with self.subTest(said=said), self.nothing_reaches_the_backend(), \
                    RawPeer(self.gateway.address("pop3s")) as peer:
                port = peer.origin[1]
                started = time.monotonic()
                peer.send(said)
                self.assertEqual(peer.read_to_end(), b"")
                self.assertGreater(time.monotonic() - started, 0.9)
                line = self.gateway.wait_for_log("proxy_mismatch", rport=port, reason=reason)
                self.assertEqual(line["level"], "warn")
