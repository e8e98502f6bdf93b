# SPDX-License-Identifier: Apache-2.0
"""A backend that tells its name, version and addresses wherever POP3 leaves room for words.

None of it reaches a client: not before the login, not at it, not after it, not at the end.
"""

from support.raw_peer import RawPeer
from support.world import ScriptedWorld

CANARIES = (b"exch07", b"corp.internal", b"10.9.8.7", b"version 6.5", b"Jet-1022", b"CORP\\",
            b"1896.697170952", b"X-CANARY", b"XCLIENT")
WORDS = b"exch07.corp.internal [10.9.8.7] version 6.5 X-CANARY CORP\\svc"
GREETING = b"+OK " + WORDS + b" <1896.697170952@exch07.corp.internal>\r\n"
CAPABILITIES = (b"+OK " + WORDS + b"\r\nUSER\r\nTOP\r\nUIDL\r\nXCLIENT ADDR\r\nX-CANARY\r\n"
                b"SASL NTLM GSSAPI X-CANARY\r\nEXPIRE X-CANARY\r\nLOGIN-DELAY exch07\r\n"
                b"IMPLEMENTATION " + WORDS + b"\r\n.\r\n")
BODY = b"Subject: hello\r\n\r\n..stuffed\r\n.\r\n"
REPLIES = {
    b"CAPA": CAPABILITIES,
    b"STAT": b"+OK 2 320 " + WORDS + b"\r\n",
    b"NOOP": b"+OK " + WORDS + b"\r\n",
    b"DELE": b"+OK deleted from " + WORDS + b"\r\n",
    b"RSET": b"-ERR " + WORDS + b" Jet-1022\r\n",
    b"RETR": b"+OK 28 octets from " + WORDS + b"\r\n" + BODY,
    b"TOP": b"+OK " + WORDS + b"\r\n" + BODY,
    b"QUIT": b"+OK " + WORDS + b" signing off\r\n",
}
LISTINGS = {b"LIST": b"1 120\r\n2 200\r\n.\r\n", b"UIDL": b"1 first\r\n2 second\r\n.\r\n"}
SINGLE = {b"LIST": b"1 120 " + WORDS, b"UIDL": b"1 first"}  # an id passes as it stands


def talk(backend):
    """A session in which every reply says more than it should."""
    backend.send(GREETING)
    while line := backend.read_line():
        verb, _, argument = line.strip().partition(b" ")
        if verb == b"PASS" and argument == b"wrong":
            backend.send(b"-ERR [AUTH] no mailbox on " + WORDS + b"\r\n")
        elif verb == b"PASS" and argument == b"busy":
            backend.send(b"-ERR [IN-USE] locked on " + WORDS + b"\r\n")
        elif verb in LISTINGS and not argument:
            backend.send(b"+OK " + WORDS + b"\r\n" + LISTINGS[verb])
        elif verb in LISTINGS:
            backend.send(b"+OK " + SINGLE[verb] + b"\r\n")
        else:
            backend.send(REPLIES.get(verb, b"+OK " + WORDS + b"\r\n"))
        if verb == b"QUIT":
            return


class TalkativeBackend(ScriptedWorld):
    """Everything the client reads is kept and searched."""

    def setUp(self):
        self.play(talk)

    def read_all(self, peer, *lines):
        """What the client reads until the end, when it says all this and QUIT."""
        peer.send(b"".join(line + b"\r\n" for line in (*lines, b"QUIT")))
        return peer.read_to_end()

    def is_silent(self, answer):
        for canary in CANARIES:
            self.assertNotIn(canary, answer)

    def test_before_the_login(self):
        peer = RawPeer(self.gateway.address("pop3s"))
        self.addCleanup(peer.close)
        peer.start_tls(self.context)
        answer = self.read_all(peer, b"CAPA", b"AUTH", b"NOOP", b"XCLIENT ADDR=127.0.0.1")
        self.assertTrue(answer.startswith(b"+OK POP3 ready\r\n"))
        self.is_silent(answer)

    def test_in_clear(self):
        with RawPeer(self.gateway.address("pop3")) as peer:
            answer = self.read_all(peer, b"CAPA", b"USER alice", b"AUTH")
        self.assertIn(b"STLS", answer)
        self.is_silent(answer)

    def test_during_the_login(self):
        answer = self.read_all(self.client(), b"USER alice", b"PASS wrong", b"USER alice",
                               b"PASS busy", b"USER alice", b"PASS right")
        self.assertIn(b"-ERR [AUTH] ", answer)
        self.assertIn(b"-ERR [IN-USE] ", answer)
        self.assertIn(b"+OK logged in\r\n", answer)
        self.is_silent(answer)

    def test_after_the_login(self):
        peer = self.client().login("alice", "right")
        answer = self.read_all(peer, b"CAPA", b"STAT", b"LIST", b"LIST 1", b"UIDL", b"UIDL 1",
                               b"RETR 1", b"TOP 1 0", b"NOOP", b"DELE 1", b"RSET", b"HELP")
        self.assertEqual(peer.ending, "clean")
        self.assertEqual(answer.count(BODY), 2)
        for wanted in (b"+OK 2 320\r\n", b"+OK 1 120\r\n", b"+OK 1 first\r\n", b"+OK 28 octets\r\n",
                       LISTINGS[b"LIST"], LISTINGS[b"UIDL"]):
            self.assertIn(wanted, answer)
        self.is_silent(answer)

    def test_after_the_login_byte_by_byte(self):
        def slowly(backend):
            whole = backend.send
            backend.send = lambda data: [whole(data[n:n + 1]) for n in range(len(data))]
            talk(backend)
        self.play(slowly)
        peer = self.client().login("alice", "right")
        self.is_silent(self.read_all(peer, b"STAT", b"CAPA", b"RETR 1", b"RSET"))
        self.assertEqual(peer.ending, "clean")

    def test_a_listing_again_after_capa_was_learned(self):
        """What one session saw of the backend's list shows nowhere in the next."""
        self.read_all(self.client().login("alice", "right"), b"CAPA")
        peer = self.client()
        self.is_silent(self.read_all(peer, b"CAPA"))


class ListWorld(ScriptedWorld):
    """A backend whose list of capabilities is chosen."""

    def capabilities(self, peer):
        self.assertTrue(peer.command("CAPA").startswith(b"+OK"))
        return peer.read_body().split(b"\r\n")[:-2]

    def serve(self, *lines):
        listed = b"".join(line + b"\r\n" for line in (b"+OK", *lines, b"."))
        self.play(lambda backend: (backend.login(), backend.serve({b"CAPA": listed})))


class LearnedList(ListWorld):
    """What CAPA said after one login is right before the next, and a change is in the log."""

    def test_it_is_remembered_for_those_who_ask_before_a_login(self):
        self.serve(b"UIDL", b"EXPIRE 30", b"IMPLEMENTATION exch07")
        self.assertIn(b"TOP", self.capabilities(self.client()))
        after = self.capabilities(self.client().login("alice", "right"))
        self.assertIn(b"EXPIRE 30", after)
        before = self.capabilities(self.client())
        self.assertEqual([each for each in after if each != b"EXPIRE 30"], before)
        self.assertNotIn(b"TOP", before)
        self.assertFalse(self.gateway.log_events("backend_capa_changed"))
        self.serve(b"UIDL", b"TOP")
        self.assertIn(b"TOP", self.capabilities(self.client().login("alice", "right")))
        self.assertIn(b"TOP", self.capabilities(self.client()))
        line = self.gateway.wait_for_log("backend_capa_changed")
        self.assertEqual((line["backend"], line["user"]), ("legacy", "alice"))


class ListOverReloads(ListWorld):
    """What was learned is kept as long as the backend is the same."""

    def test_a_reload_does_not_forget_it(self):
        self.serve(b"UIDL")
        self.capabilities(self.client().login("alice", "right"))
        self.assertEqual(self.gateway.reload()["level"], "info")
        self.assertNotIn(b"TOP", self.capabilities(self.client()))


class ErrorTextsThatPass(ScriptedWorld):
    """Where they are wanted: after the login, and only the words of -ERR."""

    configuration = {"backend": {"error_text": "pass"}}

    def test_only_errors_after_the_login_pass(self):
        self.play(talk)
        peer = self.client()
        self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
        self.assertEqual(peer.command("PASS wrong"), b"-ERR [AUTH] login failed")
        peer.login("alice", "right")
        self.assertEqual(peer.command("RSET"), b"-ERR " + WORDS + b" Jet-1022")
        self.assertEqual(peer.command("NOOP"), b"+OK")
