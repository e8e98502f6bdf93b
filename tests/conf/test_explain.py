# SPDX-License-Identifier: Apache-2.0
"""The page that `postern explain` prints, and what it says to a question that makes no sense.

What it foretells is compared with the policy's documentation, with a dialogue and with a running
gateway elsewhere. POSTERN names the program.
"""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

POSTERN = os.environ["POSTERN"]
OK, USAGE, CONFIGURATION = 0, 2, 78

FILE = """\
[[listener]]
name = "pop3s"
address = ["127.0.0.1:995"]
tls = "implicit"

[[listener]]
name = "bare"
address = ["127.0.0.1:110"]
tls = "none"
login = "tls-required"

[[tls.certificate]]
cert_file = "not-read.crt"
key_file = "not-read.key"

[policy]
mode = "report-only"
commands = "read-only"

[[policy.exception]]
networks = ["192.0.2.0/24"]
mode = "enforce"
comment = "ready since spring"

[[backend]]
name = "mail"
address = ["10.0.0.12:110"]
"""

PAGE = """\
client    192.0.2.7 at bare, without TLS, alice by PLAIN
decision  deny: cleartext_auth_disabled
rule      listener[1].login = "tls-required" (FILE:10)
          enforced: policy.exception[0].mode = "enforce" (FILE:22)
          "ready since spring"
route     none needed: backend mail is told "alice"
          one address, checked every 10s
talk      C: AUTH PLAIN
          S: -ERR [SYS/PERM] TLS is required: choose "SSL/TLS" on port 995 or "STARTTLS" in your \
mail program.
log       ts=2026-12-24T18:00:00.000Z level=info event=policy_denied rip=192.0.2.7 listener=bare \
tls=- mech=PLAIN rule=listener.login decision=deny reason=cleartext_auth_disabled \
msg="a login without TLS was refused before the password was sent"
backend   hears nothing
command   not reached: the login is refused
"""

ALLOWED = """\
client    ::1 at pop3s, TLS 1.3, somebody by USER
decision  allow
rule      policy.login = "tls-required" (default)
route     none needed: backend mail
          one address, checked every 10s
talk      C: USER <user>
          S: +OK send PASS
          C: PASS <password>
          S: +OK logged in
log       nothing before the session's end
backend   USER <user>
          PASS <password>
command   DELE 1: deny, by policy.commands = ["STAT", "LIST", "RETR", "NOOP", "RSET", "TOP", \
"UIDL", "CAPA", "QUIT"] (FILE:18); answered here, "-ERR command not allowed"
"""


class Explain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.file = cls.folder / "postern.toml"
        cls.file.write_text(FILE, encoding="utf-8")

    def explain(self, *options, file=None):
        return subprocess.run([POSTERN, "explain", "-c", file or self.file, *options],
                              capture_output=True, text=True, timeout=60, check=False)

    def test_a_refusal_on_one_page(self):
        done = self.explain("--ip", "192.0.2.7", "--listener", "bare", "--user", "alice", "--mech",
                            "plain", "--at", "2026-12-24T18:00:00Z", "--command", "STAT")
        self.assertEqual((done.stdout, done.stderr), (PAGE.replace("FILE", str(self.file)), ""))
        self.assertEqual(done.returncode, OK)

    def test_a_login_and_a_command_that_is_kept_from_the_backend(self):
        done = self.explain("--ip", "::1", "--listener", "pop3s", "--command", "DELE 1")
        self.assertEqual((done.stdout, done.stderr), (ALLOWED.replace("FILE", str(self.file)), ""))
        self.assertEqual(done.returncode, OK)

    def external(self, backend, *options):
        file = self.folder / "external.toml"
        file.write_text(FILE.replace("[policy]", '[tls]\nclient_auth = "request"\n'
                                     'client_ca_file = "not-read.pem"\n\n[policy]\n'
                                     'mechanisms = ["USER", "EXTERNAL"]') + backend,
                        encoding="utf-8")
        done = self.explain("--ip", "::1", "--listener", "pop3s", "--mech", "EXTERNAL", "--user",
                            "ann", *options, "--json", file=file)
        self.assertEqual(done.returncode, OK, done.stderr)
        return json.loads(done.stdout)

    def test_by_a_certificate(self):
        told = self.external('tls = "stls"\ncert_file = "a.crt"\nkey_file = "a.key"\n')
        self.assertEqual(told["decision"], "allow")
        self.assertEqual(told["backend"], ["AUTH EXTERNAL", "<response>"])

    def test_by_a_certificate_at_a_backend_that_does_not_know_us(self):
        told = self.external("")
        self.assertEqual((told["decision"], told["reason"]), ("deny", "no_backend_certificate"))
        self.assertIn("event=login_refused", told["log"][0])

    def test_by_a_certificate_in_clear(self):
        told = self.external("", "--tls", "none")
        self.assertEqual(told["decision"], "deny")

    def gentle(self, policy, *options, exception=""):
        """The text, with a listener for STLS beside the others."""
        file = self.folder / "gentle.toml"
        file.write_text('[[listener]]\nname = "pop3"\naddress = ["127.0.0.1:1110"]\n'
                        'tls = "stls"\n\n' + FILE.replace('mode = "report-only"\n', policy, 1)
                        + exception, encoding="utf-8")
        done = self.explain("--ip", "198.51.100.7", "--listener", "pop3", "--user", "ann",
                            *options, file=file)
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        return done.stdout.replace(str(file), "FILE")

    def test_what_a_talkative_list_is_for(self):
        page = self.gentle('before_tls = "talkative"\n')
        self.assertIn('\ncapa      TOP, UIDL, USER, RESP-CODES, AUTH-RESP-CODE, STLS\n'
                      '          USER is listed, and refused: policy.before_tls = "talkative" '
                      '(FILE:22)\ntalk      C: USER ann\n          S: -ERR [SYS/PERM] ', page)
        self.assertNotIn("capa", self.gentle(""))

    def test_who_finds_no_stls(self):
        page = self.gentle("", exception='[[policy.exception]]\nnetworks = ["198.51.100.0/24"]\n'
                                         'login = "plaintext-allowed"\nstls = "hide"\n')
        self.assertIn("\ncapa      TOP, UIDL, USER, SASL PLAIN LOGIN, RESP-CODES, AUTH-RESP-CODE, "
                      "PIPELINING\n          STLS is not listed, and answered: "
                      'policy.exception[1].stls = "hide" (FILE:35)\n', page)

    def test_a_brownout(self):
        brownout = 'mode = "report-only"\nenforce_percent = 10\nenforce_hours = "22:00-06:00"\n'
        refused = '          S: -ERR [SYS/PERM] TLS is required: choose "SSL/TLS" on port 995 or'
        page = self.gentle(brownout, "--at", "2026-12-24 09:30")
        self.assertIn("\ndecision  would_deny: cleartext_auth_disabled\n", page)
        self.assertIn("\nbrownout  10 of 100 such sessions are refused: policy.enforce_percent = 10 "
                      "(FILE:23)\n          in these hours (UTC) all of them are refused: "
                      'policy.enforce_hours = "22:00-06:00" (FILE:24)\n' + refused, page)
        page = self.gentle(brownout, "--at", "05:59")  # today
        self.assertIn("\ndecision  deny: cleartext_auth_disabled\n", page)
        self.assertIn('\n          enforced: policy.enforce_hours = "22:00-06:00" (FILE:24)\n', page)
        self.assertIn("mode=brownout", page)
        self.assertNotIn("\nbrownout", page)

    def test_a_version_that_is_too_old_is_told_so(self):
        question = ("--tls", "1.0")
        self.assertIn("talk      nothing: the handshake fails", self.gentle("", *question))
        page = self.gentle("", *question, exception='\n[tls]\nold_version = "refuse-login"\n')
        self.assertIn("\ndecision  deny: tls_version_too_old\n", page)
        self.assertIn('\n          enforced: tls.old_version = "refuse-login" (FILE:34)\n', page)
        self.assertIn("USER is listed, and refused: tls.old_version", page)
        self.assertIn("\n          S: -ERR [SYS/PERM] TLS 1.0 is no longer accepted: ", page)

    def test_how_the_backend_is_reached(self):
        file = self.folder / "secured.toml"
        file.write_text(FILE + 'tls = "stls"\nca_file = "inside.pem"\n', encoding="utf-8")
        question = ("--ip", "::1", "--listener", "pop3s")
        words = ("TLS 1.2 or newer, by STLS; the server proves the name 10.0.0.12 by a chain to "
                 "those of inside.pem")
        self.assertIn(f"\nlink      {words}\n", self.explain(*question, file=file).stdout)
        told = json.loads(self.explain(*question, "--json", file=file).stdout)
        self.assertEqual(told["link"], words)
        told = json.loads(self.explain(*question, "--json").stdout)
        self.assertIsNone(told["link"])

    def test_how_its_addresses_are_chosen_from_and_looked_after(self):
        file = self.folder / "balanced.toml"
        several = FILE.replace('["10.0.0.12:110"]', '["10.0.0.12:110", "10.0.0.13:110"]')
        for lines, words in (
                ("", "2 addresses in their order, each checked every 10s"),
                ('balance = "round-robin"', "2 addresses by turns, each checked every 10s"),
                ('balance = "least-connections"',
                 "2 addresses by their connections, each checked every 10s"),
                ('balance = "hash-user"\n[backend.health]\ninterval = "0s"',
                 "2 addresses by the user's name, each not checked between logins")):
            with self.subTest(lines):
                file.write_text(several + lines + "\n", encoding="utf-8")
                question = ("--ip", "::1", "--listener", "pop3s")
                self.assertIn(f"backend mail\n          {words}\n",
                              self.explain(*question, file=file).stdout)
                told = json.loads(self.explain(*question, "--json", file=file).stdout)
                self.assertEqual(told["route"]["reach"], words)

    def test_the_same_for_programs(self):
        told = json.loads(self.explain("--ip", "192.0.2.7", "--listener", "bare", "--json").stdout)
        self.assertEqual(told["decision"], "deny")
        self.assertEqual(told["rule"], {"key": "listener[1].login", "value": "tls-required",
                                        "file": str(self.file), "line": 10})
        self.assertEqual(told["mode"]["line"], 22)
        self.assertTrue(told["reply"].startswith("-ERR [SYS/PERM] TLS is required"))
        self.assertEqual((told["backend"], told["command"]), ([], None))

    def test_a_verb_alone_is_asked_about_as_it_would_be_sent(self):
        for command, asked, decision in (("retr", "retr 1", "allow"), ("TOP", "TOP 1 0", "allow"),
                                         ("DELE", "DELE 1", "deny"), ("UIDL", "UIDL", "allow"),
                                         ("RETR x", "RETR x", "deny"), ("XTND", "XTND", "deny")):
            with self.subTest(command):
                told = json.loads(self.explain("--ip", "::1", "--listener", "pop3s", "--command",
                                               command, "--json").stdout)["command"]
                self.assertEqual((told["client"], told["decision"]), (asked, decision))

    def test_the_words_of_the_log_are_known(self):
        for word, version in (("-", "none"), ("TLSv1", "1.0"), ("TLSv1.1", "1.1"), ("1.3", "1.3")):
            with self.subTest(word):
                told = json.loads(self.explain("--ip", "::1", "--listener", "pop3s", "--tls", word,
                                               "--json").stdout)
                self.assertEqual(told["client"]["tls"], version)

    def test_a_question_that_makes_no_sense(self):
        good = {"--ip": "192.0.2.7", "--listener": "bare"}
        for options, said in (
                ({"--ip": "192.0.2"}, "'192.0.2' is not an IP address"),
                ({"--listener": "imap"}, "no listener is called 'imap'; there are pop3s, bare"),
                ({"--tls": "1.4"}, "'1.4' is not one of none, 1.0, 1.1, 1.2, 1.3"),
                ({"--tls": "1.3"}, "listener 'bare' has no TLS"),
                ({"--mech": "KERBEROS"}, "'KERBEROS' is not one of USER, PLAIN, LOGIN, APOP"),
                ({"--user": " alice"}, "a name must not be empty, nor hold control characters"),
                ({"--user": "a\r\nb"}, "a name must not be empty, nor hold control characters"),
                ({"--command": "STAT\r\nQUIT"}, "a command must be one line of ASCII"),
                ({"--at": "tomorrow"}, "'tomorrow' is not a time such as 2026-12-31")):
            with self.subTest(options):
                done = self.explain(*(word for pair in {**good, **options}.items()
                                      for word in pair))
                self.assertIn(said, done.stderr)
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""))

    def test_a_name_of_two_words(self):
        told = self.explain("--ip", "192.0.2.7", "--listener", "pop3s", "--user", "Alice Liddell")
        self.assertIn("USER Alice Liddell", told.stdout)

    def test_what_has_to_be_said(self):
        for options in (("--ip", "192.0.2.7"), ("--listener", "bare")):
            self.assertEqual(self.explain(*options).returncode, USAGE)

    def test_a_client_behind_a_balancer_and_a_backend_that_is_told_of_it(self):
        file = self.folder / "balanced.toml"
        for way, heard in (("proxy-v1", "<PROXY header v1 of 192.0.2.7>"),
                           ("proxy-v2", "<PROXY header v2 of 192.0.2.7>"),
                           ("xclient", "XCLIENT ADDR=192.0.2.7 PORT=<port> SESSION=<id> TTL=5"),
                           ("xoip", "XOIP 192.0.2.7"), ("none", "USER alice")):
            with self.subTest(way):
                file.write_text(FILE.replace('name = "pop3s"', 'name = "pop3s"\n'
                                             'proxy_protocol = true\nproxy_trusted = ["10.0.0.4"]')
                                + f'client_address = "{way}"\n', encoding="utf-8")
                question = ("--ip", "192.0.2.7", "--listener", "pop3s", "--user", "alice")
                told = json.loads(self.explain(*question, "--json", file=file).stdout)
                self.assertEqual(told["backend"][0], heard)
                self.assertTrue(told["client"]["behind_balancer"])
                page = self.explain(*question, file=file).stdout
                self.assertIn("client    192.0.2.7 at pop3s behind a balancer, TLS 1.3", page)

    def test_a_bad_configuration(self):
        bad = self.folder / "bad.toml"
        bad.write_text(FILE.replace("report-only", "sometimes"), encoding="utf-8")
        done = self.explain("--ip", "192.0.2.7", "--listener", "bare", file=bad)
        self.assertEqual((done.returncode, done.stdout), (CONFIGURATION, ""))
        self.assertIn(f"{bad}:17:", done.stderr)


if __name__ == "__main__":
    unittest.main()
