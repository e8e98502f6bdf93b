# SPDX-License-Identifier: Apache-2.0
"""TLS towards the backend: a real Dovecot by STLS and from the first byte, and backends that are not
who they should be, which never hear a name or a password."""

import base64
import hashlib
import ssl
import subprocess
import tempfile

from support import mailbox
from support.backend_world import BackendWorld
from support.certificates import Authority
from support.mail_clients import Account, Curl
from support.tap import Tap
from support.tls_backend import TlsBackend, leave_without_goodbye, server_context
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld


HELLO = b"\x16\x03\x01"  # of TLS, to a server that takes it for a line


def pin_of(pair):
    """SHA-256 of the public key, as an administrator is told to make it."""
    key = subprocess.run(["openssl", "x509", "-in", pair.cert_file, "-noout", "-pubkey"],
                         capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key,
                         capture_output=True, check=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


class RealDovecot(BackendWorld):
    old = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pair = cls.authority.issue("backend", "rsa")
        cls.mail = mailbox.messages()
        cls.dovecot = cls.start_dovecot(cls.mail, tls=cls.pair, old=cls.old)
        cls.ways = {"stls": cls.dovecot.address, "implicit": cls.dovecot.tls_address}

    def reads_all(self, way, btls, **backend):
        tap = Tap(self.ways[way])
        self.addCleanup(tap.close)
        gateway = self.gateway_to(tap.address, way, way, **backend)
        host = gateway.address("pop3s")
        account = Account(host, "implicit", self.authority.ca_file, USER, PASSWORD)
        with tempfile.TemporaryDirectory() as folder:
            got = Curl().read(account, folder, len(self.mail))
        for message, body in zip(self.mail, got, strict=True):
            self.assertTrue(body == message.served, message.name)
        line = gateway.wait_for_log("session", user=USER, reason="quit")
        self.assertRegex(line["btls"], btls)
        sent = tap.sent_to_server()
        self.assertEqual(sent.startswith(b"STLS\r\n"), way == "stls")
        for word in (b"USER", b"PASS", b"RETR", b"alice", PASSWORD.encode()):
            self.assertNotIn(word, sent)


class Today(RealDovecot):
    def test_the_whole_mailbox_in_each_way(self):
        for way in self.ways:
            with self.subTest(way):
                self.reads_all(way, "^TLSv1.3/TLS_")

    def test_by_a_pinned_key_alone(self):
        self.reads_all("stls", "^TLSv1.3/TLS_", ca_file=None, verify="pin",
                       pin_sha256=[pin_of(self.certificate), pin_of(self.pair)])

    def test_by_a_name_that_is_not_the_address(self):
        self.reads_all("implicit", "^TLSv1.3/TLS_", server_name="pop.example.test",
                       min_version="1.3")


class OldDovecot(RealDovecot):
    """One that knows TLS 1.0 and nothing newer."""

    old = True

    def test_the_whole_mailbox_where_it_is_allowed(self):
        for way in self.ways:
            with self.subTest(way):
                self.reads_all(way, "^TLSv1/TLS_", min_version="1.0")

    def test_else_it_is_told_what_it_speaks(self):
        gateway = self.gateway_to(self.dovecot.address)
        peer = self.client(gateway)
        peer.command(f"USER {USER}")
        self.assertTrue(peer.command(f"PASS {PASSWORD}").startswith(b"-ERR [SYS/TEMP]"))
        line = gateway.wait_for_log("login_refused", reason="backend_down")
        self.assertEqual(line["phase"], "tls")
        # It closes without an alert.
        self.assertIn("nothing of what it is offered", line["msg"])
        self.assertIn("leaves out older versions and RSA key exchange", line["msg"])
        self.assertEqual(self.dovecot.logins(USER), 0)

    def test_the_front_is_as_strict_as_ever(self):
        gateway = self.gateway_to(self.dovecot.address, min_version="1.0")
        host, port = gateway.address("pop3s")
        done = subprocess.run(
            ["openssl", "s_client", "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-connect",
             f"{host}:{port}"], input=b"QUIT\r\n", capture_output=True, timeout=60, check=False)
        self.assertNotEqual(done.returncode, 0)


class Impostors(BackendWorld):
    """Each is refused before a name leaves, with a reason in the log."""

    def setUp(self):
        self.backend = None

    def play(self, context=None, implicit=False, script=None):
        self.backend = TlsBackend(context or server_context(self.certificate), implicit)
        self.addCleanup(self.backend.close)
        if script:
            self.backend.script = script
        return self.backend.address

    def refused(self, gateway, phase, reason):
        """A login comes to nothing, and the backend has heard STLS at most."""
        peer = self.client(gateway)
        peer.command(f"USER {USER}")
        reply = peer.command(f"PASS {PASSWORD}")
        self.assertTrue(reply.startswith(b"-ERR [SYS/TEMP]"), reply)
        line = gateway.wait_for_log("login_refused", reason="backend_down")
        self.assertEqual((line["phase"], line["btls"]), (phase, "-"))
        self.assertIn(reason, line["msg"])
        self.assertEqual(line["baddr"], "%s:%d" % self.backend.address)
        words = b"".join(self.backend.words())
        self.assertTrue(words in (b"", b"STLS\r\n") or words.startswith(HELLO), words)
        self.assertNotIn(USER.encode(), words)
        peer.close()

    def each_way(self, context, reason, **settings):
        for way in ("stls", "implicit"):
            with self.subTest(way):
                address = self.play(context, way == "implicit")
                self.refused(self.gateway_to(address, way, way, **settings), "tls", reason)
                self.assertEqual(self.backend.resumed, [])

    def test_an_unknown_authority(self):
        other = Authority(self.path("other"))
        self.each_way(server_context(other.issue("server")),
                      'not trusted, "Postern test authority"; its certificate belongs into ca_file')

    def test_a_wrong_name(self):
        self.each_way(None, "for another name than mail.lan: it is for localhost, "
                      "pop.example.test, 127.0.0.1, ::1", server_name="mail.lan")

    def test_a_wrong_address(self):
        pair = self.authority.issue("elsewhere", hosts=("DNS:localhost", "IP:192.0.2.1"))
        self.each_way(server_context(pair), "for another address than 127.0.0.1")

    def test_an_expired_certificate(self):
        self.each_way(server_context(self.authority.expired("expired")),
                      "expired on 2020-01-02 00:00 UTC")

    def test_a_wrong_pin(self):
        other = pin_of(self.authority.issue("other"))
        self.each_way(None, f"its own pin is {pin_of(self.certificate)}", pin_sha256=[other])
        self.each_way(None, f"its own pin is {pin_of(self.certificate)}", pin_sha256=[other],
                      verify="pin", ca_file=None)

    def test_only_ciphers_that_nobody_should_speak(self):
        context = server_context(self.certificate,
                                 maximum_version=ssl.TLSVersion.TLSv1_2)
        context.set_ciphers("DHE")
        for floor in ("1.0", "1.1", "1.2"):
            self.each_way(context, "and DHE, 3DES, RC4" if floor == "1.2"
                          else "which leaves out DHE, 3DES, RC4", min_version=floor)

    def test_a_certificate_of_ours_is_asked_for(self):
        own = self.authority.issue("client")
        for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(newest):
                context = server_context(self.certificate, maximum_version=newest,
                                         verify_mode=ssl.CERT_REQUIRED)
                context.load_verify_locations(self.authority.ca_file)
                context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
                address = self.play(context, implicit=True)
                gateway = self.gateway_to(address, "implicit", str(newest))
                peer = self.client(gateway)
                peer.command(f"USER {USER}")
                peer.command(f"PASS {PASSWORD}")
                self.assertIn("cert_file", gateway.wait_for_log("login_refused", reason="backend_down")["msg"])
                self.assertEqual(self.backend.words(), [])
        del own

    def answers(self, reason, answer, phase="stls"):
        def script(connection):
            connection.greet()
            connection.read_line()
            connection.send(answer)
            connection.wait_for_end()
        address = self.play(script=script)
        self.refused(self.gateway_to(address, "stls", reason[:8]), phase, reason)

    def test_stls_that_is_refused_or_stripped(self):
        self.answers("refuses STLS", b"-ERR unknown command\r\n")

    def test_bytes_behind_the_ok(self):
        self.answers("more behind its +OK", b"+OK begin\r\n+OK logged in\r\n")

    def test_clear_text_behind_the_ok(self):
        def script(connection):
            connection.greet()
            connection.read_line()
            connection.send(b"+OK begin\r\n")
            connection.socket.recv(4096)
            connection.send(b"+OK logged in\r\n")
            connection.wait_for_end()
        address = self.play(script=script)
        self.refused(self.gateway_to(address), "tls", "goes on without TLS")

    def test_a_port_without_tls(self):
        address = self.play()
        self.refused(self.gateway_to(address, "implicit"), "tls", "speaks without TLS there")

    def test_nothing_need_be_proved_where_that_is_said(self):
        other = Authority(self.path("stranger"))
        address = self.play(server_context(other.issue("server")))
        gateway = self.gateway_to(address, verify="none", ca_file=None)
        until(lambda: "need not prove who it is" in gateway.stderr(), "it warns of that")
        self.client(gateway).login(USER, PASSWORD)


class Sessions(BackendWorld):
    """What goes on once the link is secured."""

    def setUp(self):
        self.backend = TlsBackend(server_context(self.certificate))
        self.addCleanup(self.backend.close)

    def test_the_second_login_is_resumed(self):
        gateway = self.start_gateway(self.backend.address, self.addCleanup, self.id(), workers=1,
                                     backend={"tls": "stls", "ca_file": self.authority.ca_file})
        for _ in range(3):
            peer = self.client(gateway).login(USER, PASSWORD)
            peer.command("QUIT")
            peer.close()
        self.assertEqual(self.backend.resumed, [False, True, True])

    def test_our_certificate_is_shown_where_it_is_asked_for(self):
        authority = Authority(self.path("clients"))
        own = authority.issue("client")
        self.backend.context = server_context(self.certificate, verify_mode=ssl.CERT_REQUIRED)
        self.backend.context.load_verify_locations(own.cert_file)
        self.backend.context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        # A certificate for servers is no client's; this one says nothing of its use.
        bare = self.bare_certificate()
        self.backend.context.load_verify_locations(bare.cert_file)
        gateway = self.gateway_to(self.backend.address, cert_file=bare.cert_file,
                                  key_file=bare.key_file)
        self.client(gateway).login(USER, PASSWORD)
        self.assertEqual(self.backend.failed, [])

    def bare_certificate(self):
        pair = type(self.certificate)(self.path("bare.crt"), self.path("bare.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9",
                        "-subj", "/CN=postern", "-keyout", pair.key_file, "-out",
                        pair.cert_file], capture_output=True, check=True)
        return pair

    def test_a_server_that_leaves_behind_quit_without_a_goodbye_is_no_fault(self):
        def script(connection):
            self.backend.secure(connection)
            connection.login()
            connection.serve()
            leave_without_goodbye(connection)
        self.backend.script = script
        gateway = self.gateway_to(self.backend.address)
        peer = self.client(gateway).login(USER, PASSWORD)
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.assertEqual(peer.read_to_end(), b"")
        self.assertEqual(peer.ending, "clean")
        line = gateway.wait_for_log("session", user=USER)
        self.assertEqual((line["reason"], line["level"]), ("quit", "info"))

    def test_a_message_that_is_cut_does_not_look_whole(self):
        def script(connection):
            self.backend.secure(connection)
            connection.login()
            connection.read_line()
            connection.send(b"+OK\r\nSubject: half\r\n\r\nhello\r\n")
            leave_without_goodbye(connection)
        self.backend.script = script
        gateway = self.gateway_to(self.backend.address)
        peer = self.client(gateway).login(USER, PASSWORD)
        peer.send(b"RETR 1\r\n")
        got = peer.read_to_end()
        self.assertIn(b"Subject: half", got)
        self.assertNotIn(b"\r\n.\r\n", got)
        self.assertNotEqual(peer.ending, "clean")
        line = gateway.wait_for_log("session", user=USER)
        self.assertEqual(line["ended_by"], "backend")

    def test_a_file_that_cannot_be_read_is_no_reload(self):
        gateway = self.gateway_to(self.backend.address)
        with open(gateway.config_file, encoding="utf-8") as file:
            text = file.read()
        line = gateway.reload(text.replace(self.authority.ca_file, "/nonexistent/ca.pem"))
        self.assertTrue(line["msg"].startswith("refused"), line)
        faults = [each["msg"] for each in gateway.log_events("reload")]
        self.assertTrue(any("ca.pem" in each and "backend" in each for each in faults), faults)
        self.client(gateway).login(USER, PASSWORD)

    def test_a_reload_asks_anew(self):
        """Pins that are no longer good hold for the very next login, resumption or not."""
        gateway = self.gateway_to(self.backend.address, pin_sha256=[pin_of(self.certificate)])
        self.client(gateway).login(USER, PASSWORD).command("QUIT")
        with open(gateway.config_file, encoding="utf-8") as file:
            text = file.read()
        other = pin_of(self.authority.issue("rolled"))
        self.assertEqual(gateway.reload(text.replace(pin_of(self.certificate), other))["level"],
                         "info")
        peer = self.client(gateway)
        peer.command(f"USER {USER}")
        self.assertTrue(peer.command(f"PASS {PASSWORD}").startswith(b"-ERR [SYS/TEMP]"))
        self.assertIn("its own pin is", gateway.wait_for_log("login_refused", reason="backend_down")["msg"])

    def test_the_steps_are_told_at_level_debug(self):
        gateway = self.gateway_to(self.backend.address)
        self.client(gateway).login(USER, PASSWORD).command("QUIT")
        until(lambda: gateway.log_events("session", user=USER), "the session has ended")
        steps = [each["msg"] for each in gateway.log_events("upstream")]
        for step in ("connecting", "connected", "asked for STLS", "TLS begins"):
            self.assertTrue(any(step in each for each in steps), steps)
