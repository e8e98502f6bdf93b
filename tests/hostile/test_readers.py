# SPDX-License-Identifier: Apache-2.0
"""Clients that go away or stop reading in the middle of five megabytes."""

from support import mailbox, process
from support.raw_peer import RawPeer
from support.waiting import observe, until
from support.world import PASSWORD, USER, DovecotWorld

SMALL_BUFFER = 4096
FIVE_MB = mailbox.Message("5 MB", b"Subject: big\n\n" + b"0123456789abcde\n" * (5 << 16))


def one_big_and_some_small():
    return [FIVE_MB, *mailbox.small(2)]


class BigMessages(DovecotWorld):
    """The mailbox has one message of 5 MB, and two small ones."""

    messages = staticmethod(one_big_and_some_small)
    configuration = {"timeouts": {"stall": "60s"}, "environment": process.MEASURED}

    def start_reading(self, peer, count=100_000):
        """Logs in, asks for the big message and takes only its beginning."""
        peer.login(USER, PASSWORD)
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        return peer.read_exactly(count)

    def sessions_are_over(self):
        until(lambda: self.tap.active == 0, "backend connections are ended")

    def test_a_reset_in_the_middle_ends_the_backend_connection_too(self):
        before = process.descriptors(self.gateway.pid)
        for _ in range(5):
            peer = self.implicit(receive_buffer=SMALL_BUFFER)
            self.start_reading(peer)
            peer.reset()
        self.sessions_are_over()
        until(lambda: process.descriptors(self.gateway.pid) <= before + 1, "descriptors are back")
        again = self.implicit().login(USER, PASSWORD)
        self.assertTrue(again.command("STAT").startswith(b"+OK 3 "))

    def test_dele_before_a_reset_deletes_nothing(self):
        peer = self.implicit(receive_buffer=SMALL_BUFFER)
        peer.login(USER, PASSWORD)
        self.assertTrue(peer.command("DELE 2").startswith(b"+OK"))
        peer.send(b"RETR 1\r\n")
        peer.read_exactly(50_000)
        peer.reset()
        self.sessions_are_over()
        again = self.implicit().login(USER, PASSWORD)
        self.assertTrue(again.command("STAT").startswith(b"+OK 3 "))

    def test_a_reader_that_pauses_holds_up_nobody_and_then_gets_the_rest(self):
        stuck = self.implicit(receive_buffer=SMALL_BUFFER)
        beginning = self.start_reading(stuck)
        for door in (self.implicit, self.stls):
            peer = door().login(USER, PASSWORD)
            self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
            self.assertTrue(peer.read_body() == mailbox.stuffed(FIVE_MB.served))
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        whole = beginning + stuck.read_body()
        self.assertTrue(whole == mailbox.stuffed(FIVE_MB.served), len(whole))
        self.assertTrue(stuck.command("STAT").startswith(b"+OK"))

    def test_stuck_readers_cost_a_bounded_amount_of_memory(self):
        self.start_reading(self.implicit(), 1000)
        before = process.rss_kib(self.gateway.pid)
        peers = [self.implicit(receive_buffer=SMALL_BUFFER) for _ in range(24)]
        for peer in peers:
            self.start_reading(peer, 1000)
        asked = self.tap.active
        self.assertGreaterEqual(asked, 24)
        growth = process.rss_kib(self.gateway.pid) - before
        self.assertLess(growth, 24 * 1024, "KiB for 24 sessions with 5 MB waiting for each")

    def test_a_slow_reader_gets_every_byte(self):
        peer = self.implicit(receive_buffer=SMALL_BUFFER)
        peer.login(USER, PASSWORD)
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        body = b"".join(peer.read_exactly(1000) for _ in range(500))
        body += peer.read_body()
        self.assertTrue(body == mailbox.stuffed(FIVE_MB.served), len(body))

    def test_two_big_messages_and_quit_in_one_flight_to_a_reader_that_waits(self):
        """Both sides have something to write at once; nobody may wait for ever."""
        peer = self.implicit(receive_buffer=SMALL_BUFFER).login(USER, PASSWORD)
        peer.send(b"RETR 1\r\nRETR 1\r\n" + b"NOOP\r\n" * 1000 + b"QUIT\r\n")
        for _ in range(2):
            self.assertTrue(peer.read_line().startswith(b"+OK"))
            self.assertTrue(peer.read_body() == mailbox.stuffed(FIVE_MB.served))
        for _ in range(1001):
            self.assertTrue(peer.read_line().startswith(b"+OK"))
        self.assertEqual(peer.read_to_end(), b"")
        self.assertEqual(peer.ending, "clean")

    def test_a_million_small_commands_are_answered_in_order_and_keep_nothing(self):
        peer = self.implicit().login(USER, PASSWORD)
        totals = peer.command("STAT") + b"\r\n"
        flight = (b"NOOP\r\n" * 99 + b"STAT\r\n") * 100
        answers = (b"+OK\r\n" * 99 + totals) * 100

        def flights(count):
            for _ in range(count):
                peer.send(flight)
                self.assertEqual(peer.read_exactly(len(answers)), answers)

        flights(2)
        before = process.rss_kib(self.gateway.pid)
        flights(98)
        self.assertLess(process.rss_kib(self.gateway.pid) - before, 4 * 1024)
        port = peer.origin[1]
        self.assertEqual(peer.command("QUIT"), b"+OK")
        self.assertEqual(self.gateway.wait_for_log("session", rport=port)["reason"], "quit")


class StuckForEver(DovecotWorld):
    """With a short stall limit a reader that has stopped is ended."""

    messages = staticmethod(one_big_and_some_small)
    configuration = {"timeouts": {"stall": "1s"}}

    def test_a_reader_that_stopped_is_ended_and_the_message_stays_cut(self):
        peer = self.implicit(receive_buffer=SMALL_BUFFER)
        port = peer.socket.getsockname()[1]
        peer.login(USER, PASSWORD)
        peer.send(b"RETR 1\r\n")
        peer.read_exactly(5000)
        self.gateway.wait_for_log("session", rport=port)
        until(lambda: self.tap.active == 0, "the backend connection is ended")
        rest = peer.read_to_end()
        self.assertNotEqual(peer.ending, "clean")
        self.assertFalse(rest.endswith(b"\r\n.\r\n"))

    def test_an_idle_session_does_not_count_as_stalled(self):
        idle = self.implicit().login(USER, PASSWORD)
        peer = self.implicit(receive_buffer=SMALL_BUFFER)
        peer.login(USER, PASSWORD)
        peer.send(b"RETR 1\r\n")
        self.gateway.wait_for_log("session", rport=peer.socket.getsockname()[1])
        self.assertTrue(idle.command("STAT").startswith(b"+OK 3 "))


class HalfClose(DovecotWorld):
    """A client that ends its sending side has still a right to its answers."""

    def test_a_fin_after_quit_still_gets_the_answers(self):
        with RawPeer(self.gateway.address("pop3")) as peer:
            self.greeted(peer)
            peer.send(b"CAPA\r\nQUIT\r\n")
            peer.half_close()
            answer = peer.read_to_end()
        self.assertIn(b"UIDL", answer)
        self.assertTrue(answer.rsplit(b"\r\n", 2)[1].startswith(b"+OK"), answer)

    def test_a_fin_without_quit_ends_the_session_and_deletes_nothing(self):
        peer = self.implicit().login(USER, PASSWORD)
        self.assertTrue(peer.command("DELE 1").startswith(b"+OK"))
        peer.half_close()
        peer.read_to_end()
        until(lambda: self.tap.active == 0, "the backend connection is ended")
        again = self.implicit().login(USER, PASSWORD)
        self.assertTrue(again.command("STAT").startswith(b"+OK 3 "))

    def test_close_notify_with_half_a_quit_deletes_nothing(self):
        peer = self.implicit().login(USER, PASSWORD)
        self.assertTrue(peer.command("DELE 1").startswith(b"+OK"))
        peer.send(b"QUI")
        peer.socket.settimeout(20)
        try:
            peer.socket.unwrap().close()
        except OSError:
            pass  # the gateway may have closed first
        until(lambda: self.tap.active == 0, "the backend connection is ended")
        again = self.implicit().login(USER, PASSWORD)
        self.assertTrue(again.command("STAT").startswith(b"+OK 3 "))


class FinThenReset(DovecotWorld):
    """First only half of the connection ends, then all of it."""

    messages = staticmethod(one_big_and_some_small)

    def test_a_fin_and_then_a_reset_in_the_middle_of_a_message_end_everything(self):
        """The FIN alone would leave the client its answers; then they can no more be sent."""
        peer = self.implicit(receive_buffer=SMALL_BUFFER).login(USER, PASSWORD)
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        peer.read_exactly(100_000)
        peer.half_close()
        observe(0.2)  # the FIN is to be read on its own
        peer.reset()
        until(lambda: self.tap.active == 0, "the backend connection is ended")
