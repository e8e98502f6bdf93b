# SPDX-License-Identifier: Apache-2.0
"""Without TLS nobody logs in: each client is told why, and the backend never hears of it."""

import poplib
import tempfile

from support import mail_clients
from support.mail_clients import Account
from support.raw_peer import RawPeer
from support.tap import Tap
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

TEXT = b'-ERR [SYS/PERM] TLS is required: choose "SSL/TLS" on port 995 or "STARTTLS" in your mail'


class RefusalInClear(DovecotWorld):
    """The STLS door, spoken to without STLS."""

    def setUp(self):
        self.workplace = self.enterContext(tempfile.TemporaryDirectory())
        self.wire = Tap(self.gateway.address("pop3"))  # what an eavesdropper reads
        self.addCleanup(self.wire.close)
        self.account = Account(self.wire.address, "clear", self.authority.ca_file, USER,
                               PASSWORD)

    def refused(self, client):
        """The client fails, the password stayed at home, the backend heard nothing."""
        with self.nothing_reaches_the_backend():
            done = client.try_to_read(self.account, self.workplace)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertGreater(self.wire.connections, 0)
        self.assertNotIn(PASSWORD.encode(), self.wire.sent_to_server())
        return done.stdout + done.stderr

    def test_curl_finds_no_way_to_log_in_and_never_sends_the_password(self):
        """It believes CAPA, which lists neither USER nor SASL, and does not even try."""
        said = self.refused(mail_clients.Curl())
        self.assertIn(b"No known authentication mechanisms supported", said)
        self.assertNotIn(b"USER", self.wire.sent_to_server())

    def test_fetchmail_shows_the_text_and_never_sends_the_password(self):
        said = self.refused(mail_clients.Fetchmail())
        self.assertIn(TEXT, said)
        self.gateway.wait_for_log("policy_denied", reason="cleartext_auth_disabled")

    def test_mpop_shows_the_text_and_never_sends_the_password(self):
        said = self.refused(mail_clients.Mpop())
        self.assertIn(TEXT.removeprefix(b"-ERR "), said)

    def test_poplib_raises_the_text_at_user(self):
        with self.nothing_reaches_the_backend():
            client = mail_clients.Poplib().open(self.account, self.context)
            self.addCleanup(client.close)
            with self.assertRaises(poplib.error_proto) as refusal:
                client.user(USER)
        self.assertTrue(refusal.exception.args[0].startswith(TEXT), refusal.exception.args)

    def test_a_password_that_came_in_clear_anyway_is_named_and_logged(self):
        with self.nothing_reaches_the_backend():
            with self.plain(self.gateway) as peer:
                self.assertTrue(peer.command(f"USER {USER}").startswith(TEXT))
                reply = peer.command(f"PASS {PASSWORD}")
        self.assertTrue(reply.startswith(TEXT), reply)
        self.assertIn(b"Your password was sent unprotected; please change it.", reply)
        line = self.gateway.wait_for_log("secret_exposed")
        self.assertEqual(line["level"], "warn")
        self.assertEqual(line["reason"], "cleartext_auth_disabled")
        self.assertEqual(line["listener"], "pop3")

    def test_a_sasl_initial_response_in_clear_is_named_and_logged(self):
        before = len(self.gateway.log_events("secret_exposed"))
        with self.nothing_reaches_the_backend():
            with self.plain(self.gateway) as peer:
                reply = peer.command("AUTH PLAIN AGFsaWNlAG9wZW4gc2VzYW1l")
        self.assertTrue(reply.startswith(TEXT), reply)
        self.assertIn(b"Your password was sent unprotected; please change it.", reply)
        until(lambda: len(self.gateway.log_events("secret_exposed")) == before + 1, "one line")

    def test_capa_before_tls_offers_stls_and_no_login(self):
        with self.plain(self.gateway) as peer:
            self.assertTrue(peer.command("CAPA").startswith(b"+OK"))
            tags = [line.split()[0] for line in peer.read_body().splitlines()]
        self.assertIn(b"STLS", tags)
        self.assertFalse({b"USER", b"SASL"} & set(tags), tags)

    def test_capa_after_tls_is_the_same_on_both_doors_and_without_stls(self):
        lists = []
        for peer in (self.implicit(), self.stls()):
            self.assertTrue(peer.command("CAPA").startswith(b"+OK"))
            lists.append(peer.read_body().splitlines())
        self.assertEqual(lists[0], lists[1])
        tags = [line.split()[0] for line in lists[0]]
        self.assertNotIn(b"STLS", tags)
        self.assertIn(b"USER", tags)
        self.assertIn(b"SASL", tags)
        self.assertEqual(len(tags), len(set(tags)), "a tag twice")

    def test_what_was_said_before_tls_is_forgotten_after_it(self):
        peer = self.plain(self.gateway)
        peer.command(f"USER {USER}")
        self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        peer.start_tls(self.context)
        with self.nothing_reaches_the_backend():
            self.assertTrue(peer.command(f"PASS {PASSWORD}").startswith(b"-ERR"))

    def test_stls_under_tls_is_refused_and_the_session_goes_on(self):
        for peer in (self.implicit(), self.stls()):
            self.assertTrue(peer.command("STLS").startswith(b"-ERR"))
            peer.login(USER, PASSWORD)

    def test_stls_takes_no_argument(self):
        with self.plain(self.gateway) as peer:
            self.assertTrue(peer.command("STLS now").startswith(b"-ERR"))


class Spellings(DovecotWorld):
    """The many ways to say USER, PASS and AUTH: no +OK, no prompt, nothing at the backend."""

    configuration = {"limits": {"max_bad_commands": 50}}

    LINES = (b"USER alice\r\n", b"user alice\r\n", b"UsEr alice\r\n", b" USER alice\r\n",
             b"\tUSER alice\r\n", b"USER\talice\r\n", b"USER  alice\r\n", b"USER alice \r\n",
             b"USER alice\n", b"USER alice\r\r\n", b"\0USER alice\r\n", b"USER\0alice\r\n",
             b"\xffUSER alice\r\n", b"x\r\nUSER alice\r\n", b"\r\nUSER alice\r\n",
             b"USER\r\n", b"USER \r\n", b"PASS secret\r\n", b"pass secret\r\n", b"PASS\r\n",
             b"AUTH\r\n", b"AUTH PLAIN\r\n", b"auth plain\r\n", b"AUTH  PLAIN\r\n",
             b"AUTH\tPLAIN\r\n", b"AUTH PLAIN =\r\n", b"AUTH PLAIN AGEAYg==\r\n",
             b"AUTH LOGIN\r\n", b"AUTH LOGIN YWxpY2U=\r\n", b"AUTH CRAM-MD5\r\n",
             b"AUTH XOAUTH2 dXNlcj1h\r\n", b"AUTH EXTERNAL =\r\n", b"AUTH PLAIN\n",
             b"APOP alice 00000000000000000000000000000000\r\n",
             b"USER alice\r\nPASS secret\r\nSTAT\r\n", b"XCLIENT ADDR=127.0.0.1\r\n")

    def test_no_spelling_of_a_login_gets_anywhere_in_clear(self):
        for data in self.LINES:
            with self.subTest(data=data), self.nothing_reaches_the_backend():
                self.says_only_no(data, "whole")

    def test_nor_does_any_of_them_in_pieces(self):
        for data in self.LINES:
            with self.subTest(data=data), self.nothing_reaches_the_backend():
                self.says_only_no(data, "bytewise")

    def says_only_no(self, data, manner):
        """After the greeting nothing comes but -ERR lines and the answer to QUIT."""
        with RawPeer(self.gateway.address("pop3")) as peer:
            self.greeted(peer)
            for each in [data] if manner == "whole" else [bytes([b]) for b in data]:
                peer.try_send(each)
            peer.try_send(b"\r\nQUIT\r\n")
            replies = peer.read_to_end().split(b"\r\n")
        self.assertEqual(replies.pop(), b"")
        bye = [line for line in replies if line.startswith(b"+OK")]
        self.assertLessEqual(len(bye), 1, replies)
        if bye:
            self.assertEqual(replies[-1], bye[0], replies)
            replies.pop()
        for line in replies:
            self.assertTrue(line.startswith(b"-ERR"), replies)
        self.assertTrue(replies, "no reply to the login")
