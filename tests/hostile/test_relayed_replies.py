# SPDX-License-Identifier: Apache-2.0
"""Backends that misbehave after the login: what is cut looks cut, what is whole stays whole."""

import time

from support import mailbox, process
from support.waiting import until
from support.world import ScriptedWorld

BODY = b"".join(b"line %d of the message\r\n" % n for n in range(2000))


class RelayedReplies(ScriptedWorld):
    """Each test is a mailbox of one message, served in a way of its own."""

    configuration = {"timeouts": {"stall": "3s", "backend_login": "10s", "backend_reply": "3s",
                                  "idle": "10m"},
                     "environment": process.MEASURED}

    def logged_in(self, after_login):
        """A client that is logged in to a backend that then runs this."""
        self.play(lambda backend: (backend.login(), after_login(backend)))
        return self.client().login("alice", "secret")

    def serving(self, *pieces):
        """A backend that answers RETR with these pieces, each a segment of its own."""
        def after_login(backend):
            while (line := backend.read_line()) and not line.startswith(b"RETR"):
                backend.send(b"+OK\r\n")
            backend.send_apart(pieces)
            backend.serve()
        return after_login

    def cut(self, after_login):
        """The client sees that its message is not whole."""
        peer = self.logged_in(after_login)
        peer.send(b"RETR 1\r\n")
        answer = peer.read_to_end()
        self.assertIn(peer.ending, ("cut", "reset"), "ended as if all was well")
        self.assertFalse(answer.endswith(b"\r\n.\r\n"), answer[-40:])
        self.assertTrue(answer == b"" or answer.startswith(b"+OK"), answer[:80])
        self.backend.wait_until_idle()
        return answer

    def test_closes_in_the_middle_of_a_message(self):
        def after_login(backend):
            backend.read_line()
            backend.send(b"+OK\r\n" + BODY)
        answer = self.cut(after_login)
        self.assertTrue((b"+OK\r\n" + BODY).startswith(answer))

    def test_closes_in_the_middle_of_a_line(self):
        self.cut(lambda backend: (backend.read_line(),
                                  backend.send(b"+OK\r\n" + BODY + b"half a li")))

    def test_closes_in_the_middle_of_the_end(self):
        for end in (b"\r", b"\r\n.", b"\r\n.\r", b".", b".\r"):
            def after_login(backend, end=end):
                backend.read_line()
                backend.send(b"+OK\r\n" + BODY + end)
            with self.subTest(end):
                self.cut(after_login)

    def test_resets_in_the_middle_of_a_message(self):
        self.cut(lambda backend: (backend.read_line(), backend.send(b"+OK\r\n" + BODY),
                                  backend.reset()))

    def test_stops_in_the_middle_of_a_message(self):
        """The stall limit of 3 s ends it, far below the idle limit."""
        self.cut(lambda backend: (backend.read_line(), backend.send(b"+OK\r\n" + BODY),
                                  backend.wait_for_end()))

    def test_nothing_but_crlf_dot_crlf_ends_a_message(self):
        for fake in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r\n.",
                     b"\r.\r\n", b"\r\n.\r\r\n", b"\r\n..\r\n", b"\r\n. \r\n"):
            with self.subTest(fake):
                self.passes_whole(b"Subject: x\r\n\r\nbefore" + fake + b"+OK fake\r\nafter\r\n.\r\n")

    def passes_whole(self, body, pieces=None):
        """The client gets these very bytes, and the session goes on in step."""
        pieces = pieces or [b"+OK 1 octets\r\n" + body]
        peer = self.logged_in(self.serving(*pieces))
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        self.assertEqual(peer.read_exactly(len(body)), body)
        self.assertTrue(peer.command("NOOP").startswith(b"+OK"))
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))

    def test_an_end_split_at_every_byte(self):
        body = b"x\r\n.\r\r\n..\r\n\n.\n\r\n.\r\n"
        whole = b"+OK\r\n" + body
        for cut in range(1, len(whole)):
            with self.subTest(cut=cut):
                self.passes_whole(body, [whole[:cut], whole[cut:]])

    def test_a_message_byte_by_byte(self):
        body = mailbox.stuffed(mailbox.messages()[9].served)
        whole = b"+OK\r\n" + body
        self.passes_whole(body, [whole[n:n + 1] for n in range(len(whole))])

    def test_bare_cr_and_nul_in_a_message_pass_unchanged(self):
        self.passes_whole(b"a\rb\r\n\0\0\r\n\r\r\n" + bytes(range(256)) + b"\r\n.\r\n")

    def test_a_reply_nobody_asked_for_ends_the_session(self):
        def after_login(backend):
            backend.read_line()
            backend.send(b"+OK 0 0\r\n+OK 5 5\r\n")
            backend.wait_for_end()
        peer = self.logged_in(after_login)
        peer.send(b"STAT\r\n")
        answer = peer.read_to_end()
        self.assertIsNotNone(peer.ending)
        self.assertNotIn(b"+OK 5 5", answer)

    def test_a_reply_before_any_command_ends_the_session(self):
        def after_login(backend):
            backend.send(b"+OK 5 5\r\n")
            backend.wait_for_end()
        peer = self.logged_in(after_login)
        answer = peer.read_to_end()
        self.assertNotIn(b"+OK 5 5", answer)

    def test_a_status_line_without_an_end_is_bounded(self):
        def after_login(backend):
            backend.read_line()
            backend.flood(b"x" * 65536, 1600)  # 100 MB
            backend.wait_for_end()
        peer = self.logged_in(after_login)
        peer.send(b"STAT\r\n")
        answer = peer.read_to_end()
        self.assertIsNotNone(peer.ending)
        self.assertLess(len(answer), 4096)

    def test_a_body_line_of_100_megabytes_costs_no_memory(self):
        def after_login(backend):
            backend.read_line()
            backend.send(b"+OK\r\n")
            backend.flood(b"x" * 65536, 1600)
            backend.send(b"\r\n.\r\n")
            backend.serve()
        peer = self.logged_in(after_login)
        before = process.rss_kib(self.gateway.pid)
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        for _ in range(1600):
            peer.read_exactly(65536)
        self.assertEqual(peer.read_exactly(5), b"\r\n.\r\n")
        self.assertLess(process.rss_kib(self.gateway.pid) - before, 16 * 1024)

    def test_a_hang_at_quit_is_never_an_invented_ok(self):
        def after_login(backend):
            while (line := backend.read_line()) and not line.startswith(b"QUIT"):
                backend.send(b"+OK\r\n")
            backend.wait_for_end()
        peer = self.logged_in(after_login)
        self.assertTrue(peer.command("DELE 1").startswith(b"+OK"))
        peer.send(b"QUIT\r\n")
        answer = peer.read_to_end()
        self.assertTrue(answer == b"" or answer.startswith(b"-ERR"), answer)

    def test_a_close_at_quit_is_never_an_invented_ok(self):
        def after_login(backend):
            while (line := backend.read_line()) and not line.startswith(b"QUIT"):
                backend.send(b"+OK\r\n")
        peer = self.logged_in(after_login)
        peer.send(b"QUIT\r\n")
        answer = peer.read_to_end()
        self.assertTrue(answer == b"" or answer.startswith(b"-ERR"), answer)

    def test_a_refusal_at_quit_is_passed_on(self):
        peer = self.logged_in(lambda backend: backend.serve(
            {b"QUIT": b"-ERR some deleted messages not removed\r\n"}))
        self.assertTrue(peer.command("QUIT").startswith(b"-ERR"))

    def test_quit_reaches_the_backend_only_if_the_client_sent_it(self):
        for ending in ("close", "reset", "half"):
            with self.subTest(ending):
                peer = self.logged_in(lambda backend: backend.serve())
                self.assertTrue(peer.command("DELE 1").startswith(b"+OK"))
                if ending == "half":
                    peer.send(b"QUIT")
                peer.reset() if ending == "reset" else peer.close()
                self.backend.wait_until_idle()
                self.assertFalse([line for line in self.backend.lines()
                                  if line.upper().startswith(b"QUIT")])

    def test_dele_and_quit_before_a_reset_reach_the_backend(self):
        peer = self.logged_in(lambda backend: backend.serve())
        peer.send(b"DELE 1\r\nQUIT\r\n")
        until(lambda: b"QUIT\r\n" in self.backend.lines(), "the backend has QUIT")
        peer.reset()
        self.assertIn(b"DELE 1\r\n", self.backend.lines())


def say_until_it_ends(gateway, peer, data, within=10):
    """Says it every 50 ms until the session's line is in the log, and returns that. What is tested
    is that time passes between the bytes, and no deadline with it."""
    port = peer.socket.getsockname()[1]
    deadline = time.monotonic() + within
    while not gateway.log_events("session", rport=port) and time.monotonic() < deadline:
        peer.try_send(data)
        time.sleep(0.05)
    return gateway.wait_for_log("session", rport=port)


class OverdueReplies(ScriptedWorld):
    """Waiting for an answer has a limit of its own, far above the one for a peer that stalls here,
    and single bytes do not move it."""

    STALL, REPLY = 0.5, 2.0
    configuration = {"timeouts": {"stall": "500ms", "backend_reply": "2s", "idle": "10m"}}
    SILENT = b"-ERR [SYS/TEMP] the mail server did not answer, please wait and try again later"

    def logged_in(self, after_login):
        self.play(lambda backend: (backend.login(), after_login(backend)))
        return self.client().login("alice", "secret")

    def overdue(self, peer, command):
        """The command is answered with the backend's fault, no sooner than allowed."""
        port = peer.socket.getsockname()[1]
        started = time.monotonic()
        self.assertEqual(peer.command(command), self.SILENT)
        self.assertGreater(time.monotonic() - started, self.REPLY - 0.3)
        self.assertEqual(peer.read_to_end(), b"")
        self.assertEqual(peer.ending, "clean")
        line = self.gateway.wait_for_log("session", rport=port)
        self.assertEqual((line["reason"], line["ended_by"], line["level"]),
                         ("backend_reply_timeout", "backend", "warn"))

    def test_quit_that_takes_longer_than_a_stall_is_answered(self):
        def after_login(backend):
            backend.read_line()
            time.sleep(self.STALL * 2)  # what is tested is that time passes
            backend.send(b"+OK expunged\r\n")
        self.assertEqual(self.logged_in(after_login).command("QUIT"), b"+OK")

    def test_a_message_that_is_searched_for_viruses_comes(self):
        def after_login(backend):
            backend.read_line()
            time.sleep(self.STALL * 2)
            backend.send(b"+OK\r\n")
            time.sleep(self.STALL * 2)
            backend.send(b"clean\r\n.\r\n")
            backend.serve()
        peer = self.logged_in(after_login)
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        self.assertEqual(peer.read_body(), b"clean\r\n.\r\n")

    def test_quit_without_an_answer(self):
        self.overdue(self.logged_in(lambda backend: backend.wait_for_end()), "QUIT")

    def test_a_message_that_does_not_come(self):
        self.overdue(self.logged_in(lambda backend: backend.wait_for_end()), "RETR 1")

    def test_a_status_line_that_drips(self):
        """A byte every 50 ms moves no deadline."""
        self.overdue(self.logged_in(lambda backend: (backend.read_line(), backend.send(b"+OK "),
                                                     backend.drip(b"."))), "RETR 1")

    def test_commands_do_not_move_the_deadline_of_an_answer(self):
        peer = self.logged_in(lambda backend: backend.wait_for_end())
        say_until_it_ends(self.gateway, peer, b"NOOP\r\n")
        self.assertEqual(peer.read_line(), self.SILENT)

    def test_a_body_that_stops_is_cut_and_the_backend_is_blamed(self):
        peer = self.logged_in(lambda backend: (backend.read_line(),
                                               backend.send(b"+OK\r\nhalf a message\r\n"),
                                               backend.wait_for_end()))
        port = peer.socket.getsockname()[1]
        peer.send(b"RETR 1\r\n")
        peer.read_to_end()
        self.assertIn(peer.ending, ("cut", "reset"))
        line = self.gateway.wait_for_log("session", rport=port)
        self.assertEqual((line["ended_by"], line["level"]), ("backend", "warn"))


class UnfinishedCommands(ScriptedWorld):
    """A client's command has an absolute deadline: a byte now and then is no command."""

    configuration = {"timeouts": {"idle": "1s"}}

    def test_a_command_that_drips(self):
        self.play(lambda backend: (backend.login(), backend.serve()))
        peer = self.client().login("alice", "secret")
        line = say_until_it_ends(self.gateway, peer, b"N")
        self.assertEqual(line["reason"], "idle_timeout")
