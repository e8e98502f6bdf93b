# SPDX-License-Identifier: Apache-2.0
"""Every real client reads the whole mailbox through both doors, byte for byte."""

import tempfile
import unittest

from support import mail_clients, mailbox
from support.mail_clients import Account
from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld


class RealClients(DovecotWorld):
    """What each client has afterwards is what Dovecot serves directly."""

    messages = staticmethod(mailbox.messages)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.direct = cls.read_directly()  # dot-stuffed bodies, the order of the mailbox

    @classmethod
    def read_directly(cls):
        """What Dovecot itself sends, over its plaintext port and a raw socket."""
        with RawPeer(cls.dovecot.address) as peer:
            cls.greeted(peer)
            peer.login(USER, PASSWORD)
            bodies = []
            for number in range(1, len(cls.messages()) + 1):
                assert peer.command(f"RETR {number}").startswith(b"+OK")
                bodies.append(peer.read_body())
            return bodies

    def setUp(self):
        self.workplace = self.enterContext(tempfile.TemporaryDirectory())

    def account(self, way):
        door = "pop3s" if way == "implicit" else "pop3"
        return Account(self.gateway.address(door), way, self.authority.ca_file, USER, PASSWORD)

    def same_as_direct(self, mail, stuffed=False):
        self.assertEqual(len(mail), len(self.direct))
        for message, got, wanted in zip(self.messages(), mail, self.direct):
            got = got if stuffed else mailbox.stuffed(got)
            if got != wanted:  # assertEqual would print megabytes
                self.fail(f"{message.name}: {len(got)} bytes, Dovecot serves {len(wanted)}")

    def test_dovecot_serves_the_mailbox_as_it_was_made(self):
        for message, body in zip(self.messages(), self.direct, strict=True):
            self.assertTrue(body == mailbox.stuffed(message.served), message.name)

    def test_raw_replies_are_the_same_through_implicit_tls(self):
        self.raw(self.implicit())

    def test_raw_replies_are_the_same_through_stls(self):
        self.raw(self.stls())

    def raw(self, peer):
        peer.login(USER, PASSWORD)
        bodies = []
        for number in range(1, len(self.direct) + 1):
            self.assertTrue(peer.command(f"RETR {number}").startswith(b"+OK"))
            bodies.append(peer.read_body())
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.assertEqual(peer.read_to_end(), b"")
        self.assertEqual(peer.ending, "clean")
        self.same_as_direct(bodies, stuffed=True)

    def test_the_whole_mailbox_in_one_pipelined_flight(self):
        peer = self.implicit()
        count = len(self.direct)
        peer.send(f"USER {USER}\r\nPASS {PASSWORD}\r\n".encode()
                  + b"".join(b"RETR %d\r\n" % n for n in range(1, count + 1)) + b"QUIT\r\n")
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        bodies = []
        for _ in range(count):
            self.assertTrue(peer.read_line().startswith(b"+OK"))
            bodies.append(peer.read_body())
        self.assertTrue(peer.read_line().startswith(b"+OK"))
        self.same_as_direct(bodies, stuffed=True)

    def read_with(self, client, way):
        mail = client.read(self.account(way), self.workplace, len(self.direct))
        self.same_as_direct(mail)

    def test_curl_through_implicit_tls(self):
        self.read_with(mail_clients.Curl(), "implicit")

    def test_curl_through_stls(self):
        self.read_with(mail_clients.Curl(), "stls")

    def test_mpop_through_implicit_tls(self):
        self.read_with(mail_clients.Mpop(), "implicit")

    def test_mpop_through_stls(self):
        self.read_with(mail_clients.Mpop(), "stls")

    def test_fetchmail_through_implicit_tls(self):
        self.read_with(mail_clients.Fetchmail(), "implicit")

    def test_fetchmail_through_stls(self):
        self.read_with(mail_clients.Fetchmail(), "stls")

    def test_poplib_through_implicit_tls(self):
        self.poplib("implicit")

    def test_poplib_through_stls(self):
        self.poplib("stls")

    def poplib(self, way):
        client = mail_clients.Poplib()
        self.same_as_direct(client.read(self.account(way), self.context, len(self.direct)))

    def test_openssl_s_client_through_implicit_tls(self):
        self.openssl("implicit")

    def test_openssl_s_client_through_stls(self):
        self.openssl("stls")

    def openssl(self, way):
        client = mail_clients.OpensslClient()
        mail = client.read(self.account(way), self.workplace, len(self.direct))
        self.same_as_direct(mail, stuffed=True)

    def test_ipv6_serves_like_ipv4(self):
        gateway = self.start_gateway(self.dovecot.address, self.addCleanup, name="gateway-v6",
                                     doors=(("pop3s", "implicit", ("127.0.0.1:0", "[::1]:0")),
                                            ("pop3", "stls", ("127.0.0.1:0", "[::1]:0"))))
        for host in ("127.0.0.1", "::1"):
            peer = RawPeer(gateway.address("pop3s", host)).start_tls(self.context)
            self.greeted(peer)
            peer.login(USER, PASSWORD)
            self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
            self.assertEqual(peer.read_body(), self.direct[0])
            peer.close()


if __name__ == "__main__":
    unittest.main()
