# SPDX-License-Identifier: Apache-2.0
"""Which mail program it is: real programs on 995, by STLS and in clear, and what is none of them.

Each is told to fetch its mail through the gateway from Dovecot; what counts is `client=` in the
session's line.
"""

import os
import ssl
import subprocess
import tempfile
import unittest

from support import mail_clients, programs
from support.gateway import program as postern
from support.mail_clients import Account
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

ALWAYS = {"implicit", "stls", "clear"}
TLS = {"implicit", "stls"}

# program, its name, the ways it is driven, and those of them in which it shows enough. "-" is one
# that looks like many others.
PROGRAMS = (
    (programs.GETMAIL6, "getmail", {"implicit", "clear"}, ALWAYS),
    (programs.MUTT, "mutt", ALWAYS, ALWAYS),
    (programs.NEOMUTT, "mutt", ALWAYS, ALWAYS),
    (programs.S_NAIL, "s-nail", ALWAYS, ALWAYS),
    (programs.MAILFILTER, "mailfilter", {"implicit", "clear"}, ALWAYS),
    (programs.FDM, "fdm", {"implicit", "clear"}, ALWAYS),
    (programs.MOVEMAIL, "mailutils", {"implicit", "stls"}, ALWAYS),
    (programs.NET_POP3, "perl", ALWAYS, TLS),
    (programs.MAIL_POP3CLIENT, "perl", {"implicit", "clear"}, TLS),
    (programs.NET_POP, "ruby", {"implicit", "clear"}, TLS),
    (programs.PHP_IMAP, "php-imap", {"implicit", "clear"}, ALWAYS),
    (programs.TCLLIB, "tcl", {"implicit", "clear"}, ALWAYS),
    (programs.NODE_POP3_0_9, "node", {"implicit", "clear"}, TLS),
    (programs.NODE_POP3_0_11, "node", {"implicit", "clear"}, TLS),
    (programs.JAKARTA_MAIL, "javamail", ALWAYS, ALWAYS),
    (programs.CHECK_POP, "check-pop", {"implicit", "clear"}, TLS),
    (programs.POPLIB, "python", ALWAYS, {"stls"}),
)

CLIENTS = (
    (mail_clients.Curl(), "curl", ALWAYS, TLS),
    (mail_clients.Fetchmail(), "fetchmail", ALWAYS, ALWAYS),
    (mail_clients.Mpop(), "mpop", ALWAYS, TLS),
    (mail_clients.Mpop(auth="on"), "mpop", TLS, TLS),
)

# The suites that Python itself chooses where it is not built by Debian.
PYTHON_SUITES = ("@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1"
                 ":!AESCCM")


def say(peer, lines):
    """Each after the answer to the one before."""
    for line in lines:
        reply = peer.command(line)
        if line in ("CAPA", "LIST", "UIDL") and reply.startswith(b"+OK"):
            peer.read_body()


class Recognition(DovecotWorld):
    """All of it in one world, which takes logins in clear, too."""

    configuration = {"policy": {"login": "plaintext-allowed"}}

    def account(self, way):
        door = "pop3s" if way == "implicit" else "pop3"
        return Account(self.gateway.address(door), way, self.authority.ca_file, USER, PASSWORD)

    def lines(self):
        return self.gateway.log_events("session")

    def session_of(self, action):
        """The line of the one session that it makes."""
        before = len(self.lines())
        action()
        session, = until(lambda: self.lines()[before:], "the session's line is in the log")
        return session

    def recognised(self, action, name):
        session = self.session_of(action)
        self.assertEqual(session["client"], name, session)
        return session

    def drive(self, action, name, ways, certain):
        for way in sorted(ways):
            with self.subTest(name=name, way=way):
                wanted = name if way in certain else "unknown"
                self.recognised(lambda way=way: action(self.account(way)), wanted)

    def test_programs(self):
        for program, name, ways, certain in PROGRAMS:
            self.drive(lambda account, program=program: program.fetch(account, "localhost"),
                       name, ways, certain)

    def test_clients(self):
        for client, name, ways, certain in CLIENTS:
            def read(account, client=client):
                with tempfile.TemporaryDirectory() as directory:
                    done = client.try_to_read(account, directory)
                    self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            self.drive(read, name, ways, certain)

    # What is none of them

    def by_hand(self, lines, context=None, way="implicit"):
        if way == "clear":
            peer = self.plain(self.gateway)
        else:
            peer = RawPeer(self.gateway.address("pop3s"))
            peer.start_tls(context or self.context)
            self.greeted(peer)
        say(peer, lines)
        peer.close()

    USUAL = (f"USER {USER}", f"PASS {PASSWORD}", "STAT", "LIST", "QUIT")
    ASKING = ("CAPA", f"USER {USER}", f"PASS {PASSWORD}", "STAT", "UIDL", "QUIT")

    def test_openssl_by_hand(self):
        host, port = self.gateway.address("pop3s")

        def talk():
            command = ["openssl", "s_client", "-quiet", "-connect", f"{host}:{port}", "-CAfile",
                       self.authority.ca_file]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL) as pipe:
                for line in ("", *self.USUAL[:3], "QUIT"):
                    if line:
                        pipe.stdin.write(line.encode() + b"\r\n")
                        pipe.stdin.flush()
                    self.assertTrue(pipe.stdout.readline().startswith(b"+OK"), line)

        session = self.recognised(talk, "unknown")
        self.assertEqual(session["dialogue"], "USER PASS > STAT QUIT")

    def test_a_script_with_an_order_of_its_own(self):
        context = ssl.create_default_context(cafile=self.authority.ca_file)
        context.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256")
        for lines in (self.USUAL, self.ASKING):
            with self.subTest(lines=lines):
                self.recognised(lambda lines=lines: self.by_hand(lines, context), "unknown")

    def test_any_suites(self):
        for number, suite in enumerate(("ECDHE+AESGCM", "ECDHE+CHACHA20", "ECDHE+AES256",
                                        "ECDHE+AES128:ECDHE+CHACHA20")):
            context = ssl.create_default_context(cafile=self.authority.ca_file)
            context.set_ciphers(suite)
            lines = (self.USUAL, self.ASKING)[number % 2]
            with self.subTest(suite=suite):
                self.recognised(lambda lines=lines, context=context: self.by_hand(lines, context),
                                "unknown")

    def test_a_person_in_clear(self):
        for lines in (self.USUAL, self.ASKING, ("QUIT",), ("CAPA", "QUIT"), (f"USER {USER}",)):
            with self.subTest(lines=lines):
                self.recognised(lambda lines=lines: self.by_hand(lines, way="clear"), "unknown")

    def test_the_suites_of_python_itself(self):
        context = ssl.create_default_context(cafile=self.authority.ca_file)
        context.set_ciphers(PYTHON_SUITES)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.recognised(lambda: self.by_hand(self.USUAL, context), "python")
        self.recognised(lambda: self.by_hand(self.USUAL[:3], context), "python")


class OwnTable(DovecotWorld):
    """The site's own rows, beside its configuration."""

    ERP = ("CAPA", f"USER {USER}", f"PASS {PASSWORD}", "UIDL 1", "QUIT")

    def clients_file(self):
        return os.path.join(self.gateway.directory, "clients.toml")

    def write(self, text):
        with open(self.clients_file(), "w", encoding="utf-8") as file:
            file.write(text)

    def tearDown(self):
        self.write("")

    def last_client(self):
        peer = self.implicit()
        port = peer.origin[1]
        say(peer, self.ERP)
        peer.close()
        return self.gateway.wait_for_log("session", rport=port)["client"]

    def check(self, *options):
        return subprocess.run([postern(), "check", "-c", self.gateway.config_file, *options],
                              capture_output=True, text=True, check=False)

    def test_it_is_taken_by_a_reload(self):
        self.assertEqual(self.last_client(), "unknown")
        self.write('[[client]]\nname = "our-erp"\ndialogue = ["CAPA USER PASS > UIDL# *"]\n')
        self.assertNotIn("refused", self.gateway.reload()["msg"])
        self.assertEqual(self.last_client(), "our-erp")
        self.assertEqual(self.check().returncode, 0)

    def test_a_fault_is_refused_and_told(self):
        self.write('[[client]]\nname = "our-erp"\ndialogue = ["CAPA USR"]\nchnage = "x"\n')
        self.assertIn("refused", self.gateway.reload()["msg"])
        done = self.check()
        self.assertEqual(done.returncode, 78)
        self.assertIn(f'{self.clients_file()}:3:13: error: "USR" is no step of a dialogue',
                      done.stderr)
        self.assertIn(f"{self.clients_file()}:4:1: error: unknown key `chnage`; did you mean "
                      "`change`?", done.stderr)
        self.assertIn(f"{self.clients_file()}", self.check("--json").stdout)

    def test_a_refusal_says_what_to_change(self):
        self.write('[[client]]\nname = "our-erp"\ndialogue = ["CAPA USER"]\n'
                   'change = "Tick TLS."\n')
        self.gateway.reload()
        peer = self.plain(self.gateway)
        say(peer, ("CAPA",))
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"-ERR [SYS/PERM]"))
        peer.close()
        line = self.gateway.wait_for_log("policy_denied", client="our-erp")
        self.assertEqual(line["change"], "Tick TLS.")

    def test_the_report_has_its_sentence(self):
        self.write('[[client]]\nname = "our-erp"\ndialogue = ["CAPA USER"]\n'
                   'change = "Tick TLS."\n')
        log = "".join(f"ts=2026-11-23T10:00:0{i}Z event=session sid=A{i} rip=192.0.2.1 tls=- "
                      f"user=ann client=our-erp\n" for i in range(3))
        for what in ("clients", "plaintext"):
            with self.subTest(what=what):
                done = subprocess.run([postern(), "report", what, "-c", self.gateway.config_file],
                                      input=log, capture_output=True, text=True, check=True)
                self.assertIn("our-erp", done.stdout)
                self.assertIn("Tick TLS.", done.stdout)


if __name__ == "__main__":
    unittest.main()
