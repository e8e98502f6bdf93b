# SPDX-License-Identifier: Apache-2.0
"""What the program says last arrives, although the client had more to say: a connection that is
closed with bytes unread is reset, and the reset may overtake, or take back, what was said."""

from support import process
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import ScriptedWorld

MORE = b"x" * 300_000  # more than a read takes, less than is thrown away
ALERT = 0x15


class LastWords(ScriptedWorld):
    """Peers that speak on and on behind what ends their session."""

    configuration = {"limits": {"max_bad_commands": 3}}

    def peer(self, door):
        peer = RawPeer(self.gateway.address(door))
        self.addCleanup(peer.close)
        return peer

    def said_last(self, peer, data):
        """Everything that is answered to this, up to a clean end."""
        peer.try_send(data)
        answer = peer.read_to_end()
        self.assertEqual(peer.ending, "clean", answer[-200:])
        return answer

    def test_the_alert_of_a_failed_handshake(self):
        # A handshake record with a message of no known type in it.
        answer = self.said_last(self.peer("pop3s"), b"\x16\x03\x01\x00\x04\x7f\x00\x00\x00" + MORE)
        self.assertEqual(answer[0], ALERT, answer)

    def test_the_alert_behind_stls(self):
        peer = self.peer("pop3")
        self.greeted(peer)
        self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        answer = self.said_last(peer, b"\x16\x03\x01\x00\x04\x7f\x00\x00\x00" + MORE)
        self.assertEqual(answer[0], ALERT, answer)

    def test_the_answer_to_another_protocol(self):
        peer = self.peer("pop3")
        self.greeted(peer)
        answer = self.said_last(peer, b"POST / HTTP/1.1\r\nHost: a\r\n\r\n" + MORE)
        self.assertEqual(answer, b"-ERR this is a POP3 server\r\n")

    def test_the_answer_to_the_last_bad_command(self):
        peer = self.peer("pop3")
        self.greeted(peer)
        answer = self.said_last(peer, b"x\r\n" * 3 + MORE)
        self.assertTrue(answer.endswith(b"-ERR too many bad commands\r\n"), answer)

    def test_whoever_speaks_without_end_is_not_heard_without_end(self):
        before = process.descriptors(self.gateway.pid)
        peer = self.peer("pop3s")
        for _ in range(1000):
            peer.try_send(b"\x16\x03\x01\x00\x04\x7f\x00\x00\x00" + MORE)
        until(lambda: process.descriptors(self.gateway.pid) <= before, "it is let go", within=10)

    @staticmethod
    def greeted(peer):
        assert peer.read_line().startswith(b"+OK")
