# SPDX-License-Identifier: Apache-2.0
"""Programs that do not take the certificate, and how the log tells it: by their alert, in words;
of those that leave without one, by where they left."""

import json
import subprocess
import tempfile

from support import mail_clients
from support.certificates import Authority
from support.gateway import program
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


class Node:
    """Node.js, which looks at the certificate when the handshake is done."""

    SCRIPT = """
      const [host, port, ca] = process.argv.slice(1);
      const socket = require("tls").connect({host, port, servername: "localhost",
                                             ca: require("fs").readFileSync(ca)});
      socket.on("secureConnect", () => socket.write("QUIT\\r\\n"));
      socket.on("error", (error) => { console.error(error.message); process.exitCode = 1; });
      socket.resume();
    """

    def try_to_read(self, account, _directory):
        command = ["node", "-e", self.SCRIPT, account.host, str(account.port), account.ca_file]
        return subprocess.run(command, capture_output=True, timeout=60, check=False)


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

    def certainties(self, sid):
        """What `postern report trust` makes of the lines of a session."""
        log = "".join(line + "\n" for line in self.gateway.stderr().splitlines()
                      if f" sid={sid} " in line)
        done = subprocess.run([program(), "report", "trust", "--json"], input=log.encode(),
                              capture_output=True, timeout=60, check=True)
        return {row["certainty"] for row in json.loads(done.stdout)["tables"]["trust"]}

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

    def test_programs_that_leave_without_an_alert_are_likely_not_to_trust_it(self):
        for name, client in (("mpop", mail_clients.Mpop()), ("node", Node())):
            for way in ("implicit",) if name == "node" else ("implicit", "stls"):
                with self.subTest(name, way=way):
                    lines = self.lines_of(client, way, self.stranger)
                    self.assertEqual({line.get("alert") for line in lines}, {None}, lines)
                    self.assertEqual(self.certainties(lines[0]["sid"]), {"likely"})

    def test_programs_that_tell_it_are_sure_not_to_trust_it(self):
        lines = self.lines_of(mail_clients.Curl(), "stls", self.stranger)
        self.assertEqual(self.certainties(lines[0]["sid"]), {"sure"})

    def test_a_program_that_trusts_it_is_not_told_of(self):
        peer = self.implicit().login(USER, PASSWORD)
        peer.command("QUIT")
        peer.read_to_end()
        session = self.gateway.wait_for_log("session", rport=peer.origin[1])
        self.assertEqual(self.certainties(session["sid"]), set())


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
