# SPDX-License-Identifier: Apache-2.0
"""What the two doors agree on in TLS: versions, ALPN, resumption, alerts, the ends."""

import os
import re
import ssl
import subprocess
import tempfile

from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Tls(DovecotWorld):
    """Four workers, so that resumption has to work across them."""

    configuration = {"workers": 4}

    def only(self, version):
        context = self.authority.client_context()
        context.minimum_version = context.maximum_version = VERSIONS[version]
        return context

    def through(self, door, context):
        """A peer that has come to TLS through this door."""
        peer = RawPeer(self.gateway.address(door))
        self.addCleanup(peer.close)
        if door == "pop3":
            self.greeted(peer)
            self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        peer.start_tls(context)
        if door == "pop3s":
            self.greeted(peer)
        return peer

    def test_tls_1_2_and_1_3_on_both_doors(self):
        for version in VERSIONS:
            for door in ("pop3s", "pop3"):
                peer = self.through(door, self.only(version))
                self.assertEqual(peer.socket.version(), "TLSv" + version)
                peer.login(USER, PASSWORD)

    def test_tls_1_1_and_1_0_are_refused_with_an_alert(self):
        for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1):
            context = self.authority.client_context()
            context.set_ciphers("ALL:@SECLEVEL=0")
            with self.assertWarns(DeprecationWarning):
                context.minimum_version = context.maximum_version = version
            for door in ("pop3s", "pop3"):
                with self.assertRaises(ssl.SSLError) as error:
                    self.through(door, context)
                self.assertEqual(error.exception.reason, "TLSV1_ALERT_PROTOCOL_VERSION")

    def test_weak_suites_are_refused(self):
        for ciphers in ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
                        "aNULL:@SECLEVEL=0", "DHE-RSA-AES128-GCM-SHA256"):
            context = self.only("1.2")
            context.set_ciphers(ciphers)
            if ciphers.startswith("ECDHE"):
                continue  # allowed or not by the profile of the day
            with self.subTest(ciphers), self.assertRaises(ssl.SSLError):
                self.through("pop3s", context)

    def test_alpn_pop3_is_chosen(self):
        for door in ("pop3s", "pop3"):
            context = self.authority.client_context()
            context.set_alpn_protocols(["http/1.1", "pop3", "imap"])
            peer = self.through(door, context)
            self.assertEqual(peer.socket.selected_alpn_protocol(), "pop3")

    def test_alpn_without_pop3_is_refused_with_alert_120(self):
        for door in ("pop3s", "pop3"):
            for version in VERSIONS:
                for offer in ("http/1.1", "h2,imap", "POP3", "pop3s"):
                    done = self.run_s_client(door, version, "-alpn", offer)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(b"SSL alert number 120", done.stderr)

    def test_no_alpn_is_served(self):
        self.assertIsNone(self.through("pop3s", self.context).socket.selected_alpn_protocol())

    def test_a_client_without_sni_is_served(self):
        context = self.authority.client_context()
        context.check_hostname = False
        peer = RawPeer(self.gateway.address("pop3s"))
        self.addCleanup(peer.close)
        peer.start_tls(context, name=None)
        self.greeted(peer)

    def run_s_client(self, door, version, *options):
        """One session with openssl, as far as it gets."""
        host, port = self.gateway.address(door)
        command = ["openssl", "s_client", "-connect", f"{host}:{port}", "-CAfile",
                   self.authority.ca_file, "-ign_eof", "-tls" + version.replace(".", "_"),
                   *options]
        if door == "pop3":
            command += ["-starttls", "pop3"]
        return subprocess.run(command, input=b"CAPA\r\nQUIT\r\n", capture_output=True,
                              timeout=60, check=False)

    def s_client(self, door, version, *options):
        """A session that must succeed; returns what was printed."""
        done = self.run_s_client(door, version, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode("latin-1")

    def resumes(self, door, version):
        """A ticket of one connection is good for others, whichever worker they meet."""
        with tempfile.TemporaryDirectory() as directory:
            ticket = os.path.join(directory, "ticket")
            first = self.s_client(door, version, "-sess_out", ticket)
            self.assertIn("\nNew, TLSv" + version, first)
            self.assertIn("UIDL", first)
            for _ in range(12):
                again = self.s_client(door, version, "-sess_in", ticket)
                self.assertIn("\nReused, TLSv" + version, again)
                self.assertIn("UIDL", again)

    def test_tls_1_3_resumes_across_workers(self):
        self.resumes("pop3s", "1.3")

    def test_tls_1_2_resumes_across_workers(self):
        self.resumes("pop3s", "1.2")

    def test_tls_1_3_resumes_after_stls(self):
        self.resumes("pop3", "1.3")

    def test_resumption_survives_a_reload(self):
        with tempfile.TemporaryDirectory() as directory:
            ticket = os.path.join(directory, "ticket")
            self.s_client("pop3s", "1.3", "-sess_out", ticket)
            self.gateway.reload()
            self.assertIn("\nReused, ", self.s_client("pop3s", "1.3", "-sess_in", ticket))

    def test_renegotiation_is_refused(self):
        """R makes s_client ask for it under TLS 1.2."""
        host, port = self.gateway.address("pop3s")
        done = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", "-tls1_2"],
                              input=b"R\n", capture_output=True, timeout=60, check=False)
        self.assertIn(b"RENEGOTIATING", done.stdout + done.stderr)
        self.assertTrue(re.search(rb"no renegotiation|unexpected message|alert",
                                  done.stderr), done.stderr)

    def test_quit_ends_with_close_notify(self):
        for door in ("pop3s", "pop3"):
            for version in VERSIONS:
                peer = self.through(door, self.only(version))
                self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
                self.assertEqual(peer.read_to_end(), b"")
                self.assertEqual(peer.ending, "clean")

    def test_nothing_is_sent_in_clear_on_the_implicit_door(self):
        """Not even a greeting before the handshake."""
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.half_close()
            self.assertNotIn(b"+OK", peer.read_to_end())

    def test_sasl_mechanisms_work_under_tls(self):
        peer = self.implicit()
        self.assertTrue(peer.command("AUTH PLAIN AGFsaWNlAG9wZW4gc2VzYW1l").startswith(b"+OK"))
        peer = self.stls()
        self.assertEqual(peer.command("AUTH PLAIN"), b"+ ")
        self.assertTrue(peer.command("AGFsaWNlAG9wZW4gc2VzYW1l").startswith(b"+OK"))
        peer = self.implicit()
        self.assertTrue(peer.command("AUTH LOGIN").startswith(b"+ "))
        self.assertTrue(peer.command("YWxpY2U=").startswith(b"+ "))
        self.assertTrue(peer.command("b3BlbiBzZXNhbWU=").startswith(b"+OK"))
        self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))

    def test_sasl_can_be_cancelled(self):
        peer = self.implicit()
        self.assertEqual(peer.command("AUTH PLAIN"), b"+ ")
        self.assertTrue(peer.command("*").startswith(b"-ERR"))
        peer.login(USER, PASSWORD)
