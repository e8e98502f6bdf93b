# SPDX-License-Identifier: Apache-2.0
"""Mechanisms that only the backend can judge, from real clients through to a real Dovecot; tokens
that are as good as passwords; and how an accepted password is spoken upstream."""

import base64
import hashlib

from support.mail_clients import Account, Curl, Fetchmail, Mpop, OpensslClient, Poplib
from support.policy_world import TEXT, UNPROTECTED, PolicyWorld, why
from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld, ScriptedWorld

HASHED = ["CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]
TOKEN = "tOkEn7Canary.of_a~bearer"
WAYS = (("clear", "pop3"), ("stls", "pop3"), ("implicit", "pop3s"))


def coded(text):
    return base64.b64encode(text.encode()).decode()


def bearer(user=USER, token=TOKEN):
    return coded(f"user={user}\1auth=Bearer {token}\1\1")


class PassedThrough(PolicyWorld):
    """Dovecot and the client agree that the password is right; nobody between learns it."""

    mechanisms = "plain login cram-md5 scram-sha-1 scram-sha-256"
    configuration = {"policy": {"login": "tls-for-plaintext",
                                "mechanisms": ["USER", "PLAIN", "LOGIN", *HASHED]}}

    def reads_by(self, mechanism, client, way, door):
        wire = self.wire(door)
        before = len(self.tap.sent_to_server())
        story = self.reads(client, wire, way)
        self.assertEqual(self.events(story), ["session"])
        told = {key: story[-1][key] for key in ("user", "mech", "reason", "secret_sent")}
        self.assertEqual(told, {"user": USER, "mech": mechanism, "reason": "quit",
                                "secret_sent": "no"})
        sent = self.tap.sent_to_server()[before:]
        self.assertIn(f"AUTH {mechanism}\r\n".encode(), sent)
        for form in (PASSWORD, coded(PASSWORD), coded(f"\0{USER}\0{PASSWORD}")):
            self.assertNotIn(form.encode(), sent)
            self.assertNotIn(form.encode(), wire.sent_to_server())

    def in_every_way(self, mechanism, client):
        for way, door in WAYS:
            with self.subTest(way=way):
                self.reads_by(mechanism, client, way, door)

    def test_cram_md5_by_curl(self):
        self.in_every_way("CRAM-MD5", Curl("--login-options", "AUTH=CRAM-MD5"))

    def test_cram_md5_by_fetchmail(self):
        self.in_every_way("CRAM-MD5", Fetchmail(auth="cram-md5"))

    def test_cram_md5_by_mpop(self):
        self.in_every_way("CRAM-MD5", Mpop("cram-md5"))

    def test_scram_sha_256_by_mpop(self):
        self.in_every_way("SCRAM-SHA-256", Mpop("scram-sha-256"))

    def test_scram_sha_1_by_mpop(self):
        self.in_every_way("SCRAM-SHA-1", Mpop("scram-sha-1"))

    def test_a_wrong_password_is_told_like_any_other(self):
        for client in (Mpop("scram-sha-256"), Mpop("cram-md5"),
                       Curl("--login-options", "AUTH=CRAM-MD5"), Fetchmail(auth="cram-md5")):
            with self.subTest(client=type(client).__name__):
                wire = self.wire("pop3s")
                account = self.account(wire, "implicit", password="wrong")
                done = client.try_to_read(account, self.directory)
                self.assertNotEqual(done.returncode, 0)
                failed = self.stories(wire)[0][0]
                self.assertEqual((failed["event"], failed["reason"], failed["bcode"]),
                                 ("auth_failed", "proxy_dest_auth_failed", "AUTH"))

    def test_capa_offers_in_clear_what_shows_nothing(self):
        peer = self.plain(self.gateway)
        self.assertTrue(peer.command("CAPA").startswith(b"+OK"))
        lines = peer.read_body().splitlines()
        self.assertIn(b"SASL " + " ".join(HASHED).encode(), lines)
        self.assertNotIn(b"USER", lines)


class Apop(PolicyWorld):
    """Each client is greeted with Dovecot's own timestamp."""

    mechanisms = "plain apop"
    configuration = {"policy": {"login": "tls-for-plaintext", "mechanisms": ["USER", "APOP"]}}

    def in_every_way(self, client):
        for way, door in WAYS:
            with self.subTest(way=way):
                wire = self.wire(door)
                story = self.reads(client, wire, way)
                self.assertEqual(self.events(story), ["session"])
                self.assertEqual((story[-1]["mech"], story[-1]["user"]), ("APOP", USER))
                self.assertNotIn(PASSWORD.encode(), wire.sent_to_server())

    def test_by_poplib(self):
        self.in_every_way(Poplib(apop=True))

    def test_by_fetchmail(self):
        self.in_every_way(Fetchmail(protocol="apop"))

    def test_by_curl(self):
        self.in_every_way(Curl("--login-options", "AUTH=+APOP"))

    def test_by_hand(self):
        peer = self.connect()
        stamp = self.stamp_of(peer.read_line())
        digest = hashlib.md5(stamp + PASSWORD.encode()).hexdigest()
        self.assertTrue(peer.command(f"APOP {USER} {digest}").startswith(b"+OK"))

    def test_a_wrong_digest(self):
        peer = self.connect()
        self.stamp_of(peer.read_line())
        self.assertEqual(peer.command(f"APOP {USER} {'0' * 32}"), b"-ERR [AUTH] login failed")
        self.assertEqual(self.events(self.story(peer)), ["auth_failed", "session"])

    def test_passwords_still_need_tls(self):
        wire = self.wire("pop3")
        done = Mpop().try_to_read(self.account(wire, "clear"), self.directory)
        self.assertIn(TEXT, done.stdout + done.stderr)
        self.assertNotIn(PASSWORD.encode(), wire.sent_to_server())
        for client in (Mpop(), OpensslClient()):
            story = self.reads(client, self.wire("pop3"), "stls")
            self.assertEqual((story[-1]["mech"], self.events(story)), ("USER", ["session"]))

    def connect(self):
        """A peer in clear, the greeting still to be read."""
        peer = RawPeer(self.gateway.address("pop3"))
        self.addCleanup(peer.close)
        return peer

    @staticmethod
    def stamp_of(greeting):
        stamp = greeting[greeting.index(b"<"):]
        assert greeting.startswith(b"+OK") and stamp.endswith(b">"), greeting
        return stamp


class SpokenUpstream(DovecotWorld):
    """backend.auth: what Dovecot hears when a password was accepted here."""

    mechanisms = "plain login"

    def heard(self, auth, name):
        gateway = self.start_gateway(self.tap.address, self.addCleanup, f"gateway-{name}",
                                     backend={"auth": auth})
        before = len(self.tap.sent_to_server())
        for login in (self.by_user, self.by_plain, self.by_login):
            peer = self.secure(gateway)
            login(peer)
            self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        return self.tap.sent_to_server()[before:]

    def by_user(self, peer):
        peer.login(USER, PASSWORD)

    def by_plain(self, peer):
        reply = peer.command("AUTH PLAIN " + coded(f"\0{USER}\0{PASSWORD}"))
        self.assertTrue(reply.startswith(b"+OK"), reply)

    def by_login(self, peer):
        self.assertEqual(peer.command("AUTH LOGIN"), b"+ VXNlcm5hbWU6")
        self.assertEqual(peer.command(coded(USER)), b"+ UGFzc3dvcmQ6")
        self.assertTrue(peer.command(coded(PASSWORD)).startswith(b"+OK"))

    def test_user_and_pass(self):
        login = f"USER {USER}\r\nPASS {PASSWORD}\r\nSTAT\r\nQUIT\r\n"
        self.assertEqual(self.heard("user-pass", "user-pass"), login.encode() * 3)

    def test_sasl_plain(self):
        sent = self.heard("sasl-plain", "sasl-plain")
        self.assertEqual(sent.count(b"AUTH PLAIN"), 3)
        self.assertEqual(sent.count(coded(f"\0{USER}\0{PASSWORD}").encode()), 3)
        self.assertNotIn(b"PASS", sent)

    def test_auto_asks_and_takes_plain(self):
        sent = self.heard("auto", "auto")
        self.assertEqual((sent.count(b"CAPA"), sent.count(b"AUTH PLAIN")), (3, 3))
        self.assertNotIn(b"PASS", sent)


class Tokens(PolicyWorld):
    """XOAUTH2 and OAUTHBEARER show a token: without TLS they are refused at every level but the
    open one."""

    configuration = {"policy": {"login": "tls-for-plaintext",
                                "mechanisms": ["XOAUTH2", "OAUTHBEARER"]}}

    def test_curl_is_offered_nothing_in_clear_and_keeps_its_token(self):
        wire = self.wire("pop3")
        said, (story,) = self.is_refused(Curl("--oauth2-bearer", TOKEN), wire, "clear")
        self.assertIn(b"No known authentication mechanisms supported", said)
        self.assertEqual(self.events(story), ["session"])
        self.assertNotIn(coded(TOKEN)[:20].encode(), wire.sent_to_server())

    def test_a_token_in_clear_is_exposed(self):
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            with self.subTest(mechanism), self.nothing_reaches_the_backend():
                peer = self.plain(self.gateway)
                message = bearer() if mechanism == "XOAUTH2" else coded(
                    f"n,a={USER},\1auth=Bearer {TOKEN}\1\1")
                reply = peer.command(f"AUTH {mechanism} {message}")
                self.assertIn(TEXT, reply)
                self.assertIn(UNPROTECTED, reply)
                story = self.story(peer)
                self.assertEqual(self.events(story), ["secret_exposed", "session"])
                self.assertEqual(why(story[0]), {
                    "level": "warn", "user": USER, "mech": mechanism, "rule": "policy.login",
                    "decision": "deny", "mode": None, "reason": "cleartext_auth_disabled"})
        self.assertNotIn(TOKEN, self.gateway.stderr())

    def test_nobody_is_asked_for_one(self):
        with self.nothing_reaches_the_backend():
            peer = self.plain(self.gateway)
            self.assertIn(TEXT, peer.command("AUTH XOAUTH2"))
            self.assertEqual(self.events(self.story(peer)), ["policy_denied", "session"])


class Scripted(ScriptedWorld):
    """What Dovecot does not offer: a backend with a script."""

    configuration = {"policy": {"mechanisms": ["XOAUTH2", "OAUTHBEARER", "NTLM", "GSSAPI"]}}

    def after(self, *rounds):
        """Greets, then gives one reply a line, and serves."""
        def script(peer):
            peer.greet()
            for reply in rounds:
                peer.read_line()
                peer.send(reply)
            peer.serve({b"RETR": b"+OK\r\nSubject: x\r\n\r\nbody\r\n.\r\n"})
        return script

    def exchange(self, *lines):
        """Sends each line; the replies."""
        peer = self.client()
        return [peer.command(line) for line in lines]

    def test_curl_logs_in_with_a_token_under_tls(self):
        for mechanism in ("XOAUTH2", "OAUTHBEARER"):
            with self.subTest(mechanism):
                self.play(self.after(b"+ \r\n", b"+OK\r\n"))
                gateway = self.start_gateway(self.backend.address, self.addCleanup,
                                             f"gateway-{mechanism}",
                                             policy={"mechanisms": ["PLAIN", mechanism]})
                done = self.run_curl(gateway)
                self.assertEqual(done.returncode, 0, done.stderr)
                lines = self.backend.lines()
                self.assertEqual(lines[0], f"AUTH {mechanism}\r\n".encode())
                self.assertIn(TOKEN.encode(), base64.b64decode(lines[1]))
                gateway.wait_for_log("session", mech=mechanism, user=USER, reason="quit")
                self.assertNotIn(TOKEN, gateway.stderr())

    def run_curl(self, gateway):
        curl = Curl("--oauth2-bearer", TOKEN)
        account = Account(gateway.address("pop3s"), "implicit", self.authority.ca_file, USER,
                          PASSWORD)
        return curl.try_to_read(account, self.directory)

    def test_a_token_of_many_kilobytes(self):
        self.play(self.after(b"+ \r\n", b"+OK\r\n"))
        message = bearer(token="x" * 40_000)
        self.assertEqual(self.exchange(f"AUTH XOAUTH2 {message}"), [b"+OK logged in"])
        self.assertEqual(self.backend.lines()[1], f"{message}\r\n".encode())

    def test_a_refused_token_with_its_reason(self):
        self.play(self.after(b"+ \r\n", b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n", b"-ERR no\r\n"))
        replies = self.exchange(f"AUTH XOAUTH2 {bearer()}", "")
        self.assertEqual(replies, [b"+ eyJzdGF0dXMiOiI0MDEifQ==", b"-ERR login failed"])

    def test_ntlm_answers_ok_before_its_first_message(self):
        self.play(self.after(b"+OK\r\n", b"+ TlRMTVNTUAACAAAA\r\n", b"+OK inside.example\r\n"))
        replies = self.exchange("AUTH NTLM", "TlRMTVNTUAABAAAA", "TlRMTVNTUAADAAAA")
        self.assertEqual(replies, [b"+OK", b"+ TlRMTVNTUAACAAAA", b"+OK logged in"])
        self.assertEqual(self.backend.lines(), [b"AUTH NTLM\r\n", b"TlRMTVNTUAABAAAA\r\n",
                                                b"TlRMTVNTUAADAAAA\r\n"])

    def test_gssapi_in_three_rounds_with_a_ticket_of_many_kilobytes(self):
        ticket = "YIIG" * 3000
        self.play(self.after(b"+ \r\n", f"+ {ticket}\r\n".encode(), b"+ YGAGCSqG\r\n",
                             b"+OK\r\n"))
        replies = self.exchange("AUTH GSSAPI", ticket, "", "YGAGCSqH")
        self.assertEqual(replies, [b"+ ", f"+ {ticket}".encode(), b"+ YGAGCSqG",
                                   b"+OK logged in"])
        self.assertEqual(self.backend.lines(), [b"AUTH GSSAPI\r\n", f"{ticket}\r\n".encode(),
                                                b"\r\n", b"YGAGCSqH\r\n"])

    def test_a_mechanism_that_the_backend_lacks(self):
        self.play(self.after(b"-ERR unknown\r\n"))
        self.assertEqual(self.exchange("AUTH GSSAPI"), [
            b"-ERR [SYS/PERM] the mail server cannot serve this, ask its administrator"])
