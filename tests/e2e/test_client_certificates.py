# SPDX-License-Identifier: Apache-2.0
"""Certificates of clients: who is let in by one, EXTERNAL through to a real Dovecot that knows postern
by postern's own, and what is told of them in the log and to the backend."""

import hashlib
import ssl
import subprocess

from support.certificates import Authority
from support.configuration import toml
from support.mail_clients import Account, Curl
from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld, World
from support import mailbox

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
DOORS = ("pop3s", "pop3")
OTHER = "bob"  # whom Dovecot does not know


def print_of(pair):
    return hashlib.sha256(pair.der()).hexdigest()


class ClientWorld(World):
    """An authority for clients, another one for postern, and a Dovecot that knows the latter."""

    auth = "request"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = Authority(cls.path("clients"))
        cls.own = cls.clients.issue(USER, hosts=("email:alice@example.test",), usage="clientAuth")
        cls.others = cls.clients.issue(OTHER, hosts=("email:bob@example.test",),
                                       usage="clientAuth")
        house = Authority(cls.path("house"))
        cls.postern = house.issue("postern", hosts=("DNS:postern",), usage="clientAuth")
        cls.dovecot = cls.start_dovecot(mailbox.small(), tls=cls.certificate,
                                        mechanisms="plain external", vouchers=house.ca_file)
        cls.gateway = cls.start_gateway(cls.dovecot.tls_address, cls.addClassCleanup,
                                        **cls.settings())

    @classmethod
    def settings(cls, **tls):
        return {"tls": {"client_auth": cls.auth, "client_ca_file": cls.clients.ca_file, **tls},
                "policy": {"mechanisms": ["USER", "PLAIN", "EXTERNAL"]},
                "backend": {"tls": "implicit", "ca_file": cls.authority.ca_file,
                            "cert_file": cls.postern.cert_file,
                            "key_file": cls.postern.key_file}}

    def context_of(self, pair=None, version=VERSIONS[1]):
        context = self.authority.client_context()
        context.minimum_version = context.maximum_version = version
        if pair:
            context.load_cert_chain(pair.cert_file, pair.key_file)
        return context

    def meet(self, context, door="pop3s", gateway=None, session=None):
        """A peer under TLS that has read whatever comes first."""
        peer = RawPeer((gateway or self.gateway).address(door))
        self.addCleanup(peer.close)
        if door == "pop3":
            DovecotWorld.greeted(peer)
            self.assertTrue(peer.command("STLS").startswith(b"+OK"))
            peer.start_tls(context, session=session)
            self.assertTrue(peer.command("NOOP").startswith(b"-ERR"))
        else:
            peer.start_tls(context, session=session)
            DovecotWorld.greeted(peer)
        return peer

    def mechanisms(self, peer):
        self.assertTrue(peer.command("CAPA").startswith(b"+OK"))
        lines = peer.read_body().split(b"\r\n")
        return next((line for line in lines if line.startswith(b"SASL ")), b"").split()[1:]

    def story(self, peer, event="session"):
        """The line about this peer's session, once it has ended."""
        origin = peer.origin
        peer.close()
        return self.gateway.wait_for_log(event, rport=str(origin[1]))

    def is_refused(self, context, reason, gateway=None):
        gateway = gateway or self.gateway
        peer = RawPeer(gateway.address("pop3s"))
        self.addCleanup(peer.close)
        port = peer.origin[1]
        with self.assertRaises((ssl.SSLError, AssertionError, ConnectionError)):
            peer.start_tls(context)
            DovecotWorld.greeted(peer)
        line = gateway.wait_for_log("tls_failed", rport=str(port))
        self.assertIn(reason, line["msg"])
        self.assertNotIn("cert", line)


class Asked(ClientWorld):
    """They need not show one."""

    def test_external_in_each_way(self):
        for door in DOORS:
            for version in VERSIONS:
                for words in (["AUTH EXTERNAL", ""], ["AUTH EXTERNAL ="],
                              ["AUTH EXTERNAL YWxpY2U="]):
                    with self.subTest(door=door, version=version, words=words):
                        peer = self.meet(self.context_of(self.own, version), door)
                        self.assertIn(b"EXTERNAL", self.mechanisms(peer))
                        replies = [peer.command(word) for word in words]
                        self.assertEqual(replies[:-1], [b"+ "] * (len(words) - 1))
                        self.assertTrue(replies[-1].startswith(b"+OK"), replies)
                        self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
                        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
                        line = self.story(peer)
                        self.assertEqual((line["user"], line["mech"], line["cert"]),
                                         (USER, "EXTERNAL", print_of(self.own)))

    def test_nobody_becomes_somebody_else(self):
        peer = self.meet(self.context_of(self.own))
        self.assertIn(b"somebody else", peer.command("AUTH EXTERNAL Ym9i"))
        self.assertEqual(self.dovecot.logins(OTHER), 0)

    def test_a_user_whom_the_backend_does_not_know(self):
        peer = self.meet(self.context_of(self.others))
        self.assertTrue(peer.command("AUTH EXTERNAL =").startswith(b"-ERR"))
        self.assertEqual(self.dovecot.logins(OTHER), 0)

    def test_one_that_does_not_do_is_refused(self):
        strangers = Authority(self.path("strangers"))
        foreign = strangers.issue("eve", usage="clientAuth")
        for version in VERSIONS:
            self.is_refused(self.context_of(foreign, version), "belongs into client_ca_file")
            self.is_refused(self.context_of(self.clients.expired("old"), version),
                            "expired on 2020-01-02 00:00 UTC")
            self.is_refused(self.context_of(self.clients.issue("server"), version),
                            "is not meant for clients")

    def test_a_resumed_session_is_the_same_clients(self):
        for version in VERSIONS:
            context = self.context_of(self.own, version)
            first = self.meet(context)
            first.command("QUIT")
            first.read_to_end()
            second = self.meet(context, session=first.socket.session)
            self.assertTrue(second.socket.session_reused)
            self.assertTrue(second.command("AUTH EXTERNAL =").startswith(b"+OK"))
            line = self.story(second)
            self.assertEqual((line["resumed"], line["cert"]), ("yes", print_of(self.own)))

    def test_other_authorities_end_old_sessions(self):
        own = self.start_gateway(self.dovecot.tls_address, self.addCleanup, self.id(),
                                 **self.settings())
        context = self.context_of(self.own)
        first = self.meet(context, gateway=own)
        first.command("QUIT")
        first.read_to_end()
        strangers = Authority(self.path("newcomers"))
        text = toml(self.dovecot.tls_address, [self.certificate],
                    **self.settings(client_ca_file=strangers.ca_file))
        self.assertEqual(own.reload(text)["level"], "info")
        peer = RawPeer(own.address("pop3s"))
        self.addCleanup(peer.close)
        port = peer.origin[1]
        with self.assertRaises((ssl.SSLError, AssertionError, ConnectionError)):
            peer.start_tls(context, session=first.socket.session)
            DovecotWorld.greeted(peer)
        own.wait_for_log("tls_failed", rport=str(port))

    def test_a_file_that_cannot_be_read_is_no_start_and_no_reload(self):
        text = toml(self.dovecot.tls_address, [self.certificate],
                    **self.settings(client_ca_file="/nonexistent/clients.pem"))
        own = self.start_gateway(self.dovecot.tls_address, self.addCleanup, self.id(),
                                 **self.settings())
        self.assertEqual(own.reload(text)["level"], "error")
        self.assertTrue(any("`tls.client_ca_file`" in line["msg"]
                            for line in own.log_events("reload")))
        self.meet(self.context_of(self.own), gateway=own)

    def test_the_authorities_are_told(self):
        host, port = self.gateway.address("pop3s")
        done = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}"],
                              input=b"QUIT\r\n", capture_output=True, timeout=60, check=False)
        self.assertRegex(done.stdout.decode("latin-1"),
                         "Acceptable client certificate CA names\nCN = Postern test authority")

    def test_the_users_name_by_e_mail(self):
        own = self.start_gateway(self.dovecot.tls_address, self.addCleanup, self.id(),
                                 routes=[{"backend": "legacy", "user_format": "%ln"}],
                                 **self.settings(client_user="email"))
        peer = self.meet(self.context_of(self.own), gateway=own)
        self.assertTrue(peer.command("AUTH EXTERNAL =").startswith(b"+OK"))
        origin = peer.origin
        peer.close()
        line = own.wait_for_log("session", rport=str(origin[1]))
        self.assertEqual(line["user"], "alice@example.test")

    def test_by_curl(self):
        account = Account(self.gateway.address("pop3s"), "implicit", self.authority.ca_file, USER,
                          "")
        got = Curl("--cert", self.own.cert_file, "--key", self.own.key_file, "--login-options",
                   "AUTH=EXTERNAL").read(account, self.directory, 3)
        self.assertEqual(len(got), 3)


class WithoutOurs(ClientWorld):
    """Dovecot takes the name in postern's certificate for every login, so passwords go without."""

    @classmethod
    def settings(cls, **tls):
        settings = super().settings(**tls)
        del settings["backend"]["cert_file"], settings["backend"]["key_file"]
        return settings


class Required(WithoutOurs):
    """They have to."""

    auth = "require"

    def test_without_one_nobody_comes_in(self):
        for version in VERSIONS:
            self.is_refused(self.context_of(version=version), "shows no certificate")

    def test_with_one_a_password_is_a_second_proof(self):
        self.meet(self.context_of(self.own)).login(USER, PASSWORD)


class Unknown(WithoutOurs):
    """A backend that does not know postern cannot take its word."""

    def test_external_is_refused_here(self):
        peer = self.meet(self.context_of(self.own))
        before = len(self.dovecot.contacts())
        self.assertTrue(peer.command("AUTH EXTERNAL =").startswith(b"-ERR [SYS/PERM]"))
        line = self.story(peer, "login_refused")
        self.assertEqual((line["reason"], line["user"]), ("no_backend_certificate", USER))
        self.assertEqual(len(self.dovecot.contacts()), before)
        self.assertIn("by EXTERNAL", self.gateway.stderr())

    def test_without_one_passwords_are_as_good_as_ever(self):
        for door in DOORS:
            peer = self.meet(self.context_of(), door)
            self.assertEqual(self.mechanisms(peer), [b"PLAIN"])
            self.assertIn(b"needs a client certificate", peer.command("AUTH EXTERNAL ="))
            peer.login(USER, PASSWORD)
            self.assertNotIn("cert", self.story(peer))

    def test_a_password_beside_a_certificate_is_logged_with_it(self):
        peer = self.meet(self.context_of(self.others)).login(USER, PASSWORD)
        line = self.story(peer)
        self.assertEqual((line["user"], line["mech"], line["cert"]),
                         (USER, "USER", print_of(self.others)))
