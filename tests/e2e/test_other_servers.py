# SPDX-License-Identifier: Apache-2.0
"""Old servers other than Dovecot, untouched, behind the gateway: mail comes through as each of them
serves it, and what a login comes to stays what it was."""

import contextlib
import tempfile

from support import mail_clients, mailbox
from support.mail_clients import Account
from support.other_servers import Courier, Cyrus, Mailutils
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, DovecotWorld, World

CAPABILITIES = {b"TOP", b"UIDL", b"PIPELINING", b"RESP-CODES", b"AUTH-RESP-CODE", b"USER",
                b"SASL PLAIN LOGIN", b"EXPIRE NEVER", b"LOGIN-DELAY 0", b"LOGIN-DELAY 10"}


APOP = {"policy": {"mechanisms": ["USER", "PLAIN", "LOGIN", "APOP"]}}
AT_ONCE = {"auth_failures": {"delay": "0s"}}


class OtherServerWorld(World):
    """One server with the whole mailbox, and a gateway before it."""

    kind = None
    configuration = AT_ONCE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.kind(cls.path("server"), PASSWORD, mailbox.messages())
        cls.addClassCleanup(cls.server.stop)
        cls.server.begin()
        cls.gateway = cls.start_gateway(cls.server.address, cls.addClassCleanup,
                                        **cls.configuration)
        cls.wire = [cls.server.wire(number, message)
                    for number, message in enumerate(cls.server.messages, 1)]

    def client(self):
        peer = RawPeer(self.gateway.address("pop3s"))
        self.addCleanup(peer.close)
        peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        return peer

    @contextlib.contextmanager
    def logged_in(self, peer):
        peer.login(self.server.user, PASSWORD)
        yield peer
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        peer.close()

    def is_served(self, number, body):
        if body != self.wire[number - 1]:  # assertEqual would print megabytes
            self.fail(f"{self.server.messages[number - 1].name}: {len(body)} bytes, and not the "
                      f"{len(self.wire[number - 1])} that the server is known to serve")

    def account(self, password=PASSWORD):
        return Account(self.gateway.address("pop3s"), "implicit", self.authority.ca_file,
                       self.server.user, password)

    def read_with(self, client):
        with tempfile.TemporaryDirectory() as folder:
            place = self.context if isinstance(client, mail_clients.Poplib) else folder
            mail = client.read(self.account(), place, len(self.wire))
        self.assertEqual(len(mail), len(self.wire))
        for number, got in enumerate(mail, 1):
            self.is_served(number, mailbox.stuffed(got))

    def refusal(self, user, password, event):
        """What the client reads, and the line in the log."""
        before = len(self.gateway.log_events(event))
        with self.client() as peer:
            self.assertTrue(peer.command(f"USER {user}").startswith(b"+OK"))
            reply = peer.command(f"PASS {password}")
        line = until(lambda: self.gateway.log_events(event)[before:], f"event={event} is logged")[0]
        return reply, line


class Common:
    """What holds for each of them."""

    def test_curl_reads_what_it_serves(self):
        self.read_with(mail_clients.Curl())

    def test_mpop_reads_what_it_serves(self):
        self.read_with(mail_clients.Mpop())

    def test_replies_are_the_same_as_without_a_gateway(self):
        """Lists, IDs and beginnings of messages; and it does serve what it is known to serve."""
        bodies = []
        for peer in (self.server.peer(), self.client()):
            with self.logged_in(peer):
                bodies.append([])
                for command in ("LIST", "UIDL", "TOP 9 3", "TOP 1 0"):
                    self.assertTrue(peer.command(command).startswith(b"+OK"))
                    bodies[-1].append(peer.read_body())
                for number in (1, 2, 9, 26):
                    self.assertTrue(peer.command(f"RETR {number}").startswith(b"+OK"))
                    self.is_served(number, peer.read_body())
        self.assertEqual(*bodies)

    def test_a_wrong_password_is_one(self):
        reply, line = self.refusal(self.server.user, "close sesame", "auth_failed")
        self.assertEqual(reply, b"-ERR [AUTH] login failed")
        self.assertEqual((line["reason"], line["bcode"]), ("proxy_dest_auth_failed", "AUTH"))

    def test_nothing_of_it_shows(self):
        with self.logged_in(self.client()) as peer:
            self.assertEqual(peer.command("CAPA"), b"+OK capability list follows")
            listed = set(peer.read_body().split(b"\r\n")[:-2])
            self.assertEqual(listed - CAPABILITIES, set())
            self.assertLessEqual({b"TOP", b"UIDL", b"PIPELINING", b"RESP-CODES"}, listed)
            for command in ("STAT", "LIST 1", "UIDL 1", "NOOP", "DELE 1", "RSET", "RETR 999",
                            "DELE 999", "TOP 999 1", "LIST 999"):
                self.assertRegex(peer.command(command), self.WORDS)

    WORDS = rb"^(\+OK( \d+ \d+)?|\+OK 1 [!-~]+|-ERR no such message)$"


class BehindCourier(Common, OtherServerWorld):
    kind = Courier

    def test_a_server_that_cannot_judge_is_no_wrong_password(self):
        with self.server.without_a_judge():
            reply, line = self.refusal(self.server.user, PASSWORD, "login_refused")
        self.assertTrue(reply.startswith(b"-ERR [SYS/TEMP]"), reply)
        self.assertEqual(line["reason"], "backend_temporary")


class BehindCyrus(Common, OtherServerWorld):
    kind = Cyrus
    configuration = {**AT_ONCE, **APOP}

    def test_apop_is_read_and_judged_by_it(self):
        client = mail_clients.Poplib(apop=True)
        with tempfile.TemporaryDirectory() as folder:
            wrong = client.try_to_read(self.account("close sesame"), folder)
        self.assertEqual(wrong.stderr, b"-ERR [AUTH] login failed")
        self.read_with(client)


class BehindMailutils(Common, OtherServerWorld):
    kind = Mailutils
    configuration = {**AT_ONCE, **APOP}

    def test_a_mailbox_that_is_open_is_in_use(self):
        with self.logged_in(self.client()):
            reply, line = self.refusal(self.server.user, PASSWORD, "login_refused")
        self.assertTrue(reply.startswith(b"-ERR [IN-USE]"), reply)
        self.assertEqual(line["reason"], "in_use")

    def test_its_stamp_is_no_apop(self):
        """It refuses it, and a password does all the same."""
        with self.client() as peer:
            reply = peer.command(f"APOP {self.server.user} {'0' * 32}")
            self.assertTrue(reply.startswith(b"-ERR"), reply)
            peer.login(self.server.user, PASSWORD)


del OtherServerWorld
