# SPDX-License-Identifier: Apache-2.0
"""Programs that do not take the certificate, and how the log tells it: by their alert, in words;
of those that leave without one, by where they left."""

import subprocess
import tempfile

from support import mail_clients
from support.certificates import Authority
from support.mail_clients import Account
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

UNTRUSTED = "does not trust the chain"
EXPIRED = "certificate expired for it"
MISNAMED = "certificate is not good for it: does the name fit?"


class OpenSsl:
    """openssl s_client, which goes on with anything unless it is told not to."""

    def __init__(self, *options):
        self.options = options

    def try_to_read(self, account, _directory):
        command = ["openssl", "s_client", "-connect", f"{account.host}:{account.port}", "-CAfile",
                   account.ca_file, "-verify_return_error", *self.options]
        if account.way == "stls":
            command += ["-starttls", "pop3"]
        return subprocess.run(command, input=b"", capture_output=True, timeout=60, check=False)


class DistrustWorld(DovecotWorld):
    """One gateway, and programs that are to fail."""

    def setUp(self):
        self.workplace = self.enterContext(tempfile.TemporaryDirectory())

    def lines_of(self, client, way, ca_file, host=None):
        """What the log says of a program that fails: the lines of its session."""
        door = "pop3s" if way == "implicit" else "pop3"
        address = self.gateway.address(door)
        account = Account((host or address[0], address[1]), way, ca_file, USER, PASSWORD)
        before = len(self.gateway.log_events("session"))
        done = client.try_to_read(account, self.workplace)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        until(lambda: len(self.gateway.log_events("session")) > before, "the session is over")
        session = self.gateway.log_events("session")[-1]
        return [*self.gateway.log_events("tls_failed", sid=session["sid"]), session]

    def told(self, client, way, ca_file, **more):
        """The alert that each line of the session tells; no line knows more than another."""
        alerts = {line.get("alert") for line in self.lines_of(client, way, ca_file, **more)}
        self.assertEqual(len(alerts), 1, alerts)
        return alerts.pop()


PROGRAMS = {
    "openssl": OpenSsl(),
    "openssl of TLS 1.2": OpenSsl("-tls1_2"),
    "curl": mail_clients.Curl(),
    "fetchmail": mail_clients.Fetchmail(),
    "python": mail_clients.Poplib(),
}


class Strangers(DistrustWorld):
    """They do not know the authority, or not the name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = Authority(cls.path("stranger")).ca_file

    def test_each_program_on_openssl_tells_that_it_does_not_trust_the_chain(self):
        for way in ("implicit", "stls"):
            for name, client in PROGRAMS.items():
                with self.subTest(name, way=way):
                    lines = self.lines_of(client, way, self.stranger)
                    self.assertEqual([line["event"] for line in lines], ["tls_failed", "session"])
                    for line in lines:
                        self.assertEqual(line["alert"], UNTRUSTED)
                        self.assertEqual(line["reason"], "tls_handshake_failed")
                    self.assertEqual(lines[0]["msg"], "peer sent alert: unknown ca")
                    self.assertEqual(lines[1]["stls"], "yes" if way == "stls" else "no")

    def test_a_name_that_does_not_fit_is_told(self):
        client = OpenSsl("-verify_hostname", "other.example.test")
        self.assertEqual(self.told(client, "implicit", self.authority.ca_file), MISNAMED)

    def test_a_program_on_gnutls_tells_it_or_leaves_right_behind_the_handshake(self):
        *_, session = self.lines_of(mail_clients.Mpop(), "implicit", self.stranger)
        self.assertTrue(session.get("alert") == UNTRUSTED or "last" not in session, session)


class Expired(DistrustWorld):
    """The certificate's time is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway = cls.start_gateway(cls.tap.address, cls.addClassCleanup, name="expired",
                                        certificates=[cls.authority.expired("expired")])

    def test_each_program_on_openssl_tells_that_it_has_expired(self):
        for name, client in PROGRAMS.items():
            with self.subTest(name):
                self.assertEqual(self.told(client, "implicit", self.authority.ca_file), EXPIRED)
