# SPDX-License-Identifier: Apache-2.0
"""`postern doctor --compare`: what mail programs would notice when a mailbox moves."""

import json
import os
import subprocess
import tempfile
import unittest

from support.dovecot import Dovecot
from support.gateway import program
from support.legacy_backend import LegacyBackend
from support.mailbox import Message

OK, ERRORS, WARNINGS, USAGE = 0, 1, 3, 2
PASSWORD = "canary-6f1d"
HEADERS = b"Subject: one\r\n\r\n"
OLD = [("a", 100, HEADERS), ("b", 200, HEADERS), ("c", 300, HEADERS)]


def listing(lines):
    return b"+OK\r\n" + b"".join(b"%d %s\r\n" % each for each in enumerate(lines, 1)) + b".\r\n"


def server(messages, **replies):
    """Shows these messages, each with an id, a size and its headers."""
    answers = {b"LIST": listing([b"%d" % size for _, size, _ in messages]),
               b"UIDL": listing([uid.encode() for uid, _, _ in messages]),
               **{verb.encode(): reply for verb, reply in replies.items()}}

    def script(connection):
        connection.greet()
        while line := connection.read_line():
            verb, *rest = line.split()
            reply = answers.get(verb, b"+OK\r\n")
            if verb == b"TOP":
                reply = b"+OK\r\n" + messages[int(rest[0]) - 1][2] + b".\r\n"
            connection.send(reply)
            if verb == b"QUIT":
                return
    return script


class Compare(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="postern-compare-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        os.chmod(self.directory, 0o755)

    def behind(self, script):
        backend = LegacyBackend(script, ("127.0.0.1", 0))
        self.addCleanup(backend.close)
        return "%s:%d" % backend.address[:2]

    def compare(self, old, new, password=PASSWORD, user="ann", options=()):
        done = subprocess.run([program(), "doctor", "--compare", old, new, "--user", user, *options],
                              input=password + "\n", capture_output=True, text=True, check=False,
                              timeout=60)
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        return done

    def findings(self, new, old=OLD, **replies):
        """The exit status, and what is found when the new server is like this."""
        done = self.compare(self.behind(server(old)), self.behind(server(new, **replies)),
                            options=["--json"])
        return done.returncode, [(one["check"], one["what"])
                                 for one in json.loads(done.stdout)["findings"]]

    def test_what_nobody_would_notice_is_nothing(self):
        self.assertEqual(self.findings(OLD), (OK, []))

    def test_ids_that_change_are_downloads(self):
        status, found = self.findings([("x", 100, HEADERS), ("b", 200, HEADERS),
                                       ("z", 300, HEADERS)])
        self.assertEqual(status, ERRORS)
        self.assertEqual(found, [("compare-uidl",
                                  '2 messages of 3 would be downloaded again, 0.0 MiB for each '
                                  'program: message 1 is "a" on the old server and "x" here')])

    def test_a_server_without_ids_has_everything_downloaded_again(self):
        status, found = self.findings(OLD, UIDL=b"-ERR what\r\n")
        self.assertEqual(status, ERRORS)
        self.assertEqual(found, [("compare-without-uidl",
                                  "3 messages of 3 would be downloaded again, 0.0 MiB for each "
                                  "program: it has no UIDL")])

    def test_what_is_lost_and_what_has_come(self):
        status, found = self.findings([("a", 100, HEADERS), ("c", 300, HEADERS),
                                       ("d", 7, HEADERS)])
        self.assertEqual(status, ERRORS)
        self.assertEqual([check for check, _ in found], ["compare-missing", "compare-added"])
        self.assertIn('1 message of the old server is not here, the first is 2 ("b")', found[0][1])

    def test_what_programs_may_notice_are_warnings(self):
        for name, new in (
                ("compare-order", [OLD[1], OLD[0], OLD[2]]),
                ("compare-size", [("a", 101, HEADERS), *OLD[1:]]),
                ("compare-headers", [("a", 100, b"Subject: two\r\n\r\n"), *OLD[1:]])):
            with self.subTest(name):
                status, found = self.findings(new)
                self.assertEqual(status, WARNINGS)
                self.assertEqual([check for check, _ in found], [name])

    def test_of_a_large_mailbox_the_first_and_the_last_headers_are_compared(self):
        many = [(f"u{i}", i, HEADERS) for i in range(1, 1001)]
        for where, noticed in ((0, True), (9, True), (10, False), (989, False), (990, True),
                               (999, True)):
            with self.subTest(where):
                new = list(many)
                new[where] = (*many[where][:2], b"Subject: two\r\n\r\n")
                self.assertEqual(bool(self.findings(new, many)[1]), noticed)

    def test_a_server_that_misbehaves_is_told_and_does_not_hold_it_up(self):
        def endless(connection):
            connection.login()
            connection.read_line()
            connection.flood(b"x" * 65536, 4)
            connection.wait_for_end()

        def leaves(connection):
            connection.login()
            connection.read_line()

        for script, words in ((server(OLD, PASS=b"-ERR [AUTH] no\r\n"),
                               "it answers the password with -ERR [AUTH] no"),
                              (server(OLD, LIST=b"-ERR \x1b[2J\r\n"),
                               "it answers LIST with -ERR ?[2J"),
                              (endless, "it answers with a line that does not end"),
                              (leaves, "it ends the connection")):
            with self.subTest(words):
                done = self.compare(self.behind(server(OLD)), self.behind(script),
                                    options=["--json"])
                self.assertEqual(done.returncode, ERRORS)
                found = json.loads(done.stdout)["findings"]
                self.assertEqual([(one["check"], one["what"]) for one in found],
                                 [("compare-login", words)])

    def test_what_is_typed_wrong_is_said(self):
        here = self.behind(server(OLD))
        for words, arguments in (
                ("needs --user", {"user": ""}),
                ("no server could be told this user's name", {"user": "a\nb"}),
                ("no password that a server could be told", {"password": ""}),
                ("the password is too long", {"password": "x" * 2000})):
            with self.subTest(words):
                done = self.compare(here, here, **arguments)
                self.assertEqual(done.returncode, USAGE)
                self.assertIn(words, done.stderr)

    def test_a_real_server_by_its_name_and_by_its_address(self):
        messages = [Message(f"m{i}", b"Subject: %d\n\nhello\n" % i) for i in range(25)]
        dovecot = Dovecot(os.path.join(self.directory, "dovecot"),
                          {"ann": (PASSWORD, messages)}).start()
        self.addCleanup(dovecot.stop)
        address = "127.0.0.1:%d" % dovecot.port
        file = os.path.join(self.directory, "postern.toml")
        with open(file, "w", encoding="utf-8") as out:
            out.write('[[listener]]\nname = "pop3"\naddress = ["127.0.0.1:0"]\ntls = "none"\n'
                      f'[[backend]]\nname = "old"\naddress = ["{address}"]\n')
        done = self.compare("old", address, options=["--config", file])
        self.assertEqual((done.returncode, done.stdout),
                         (OK, f"old: 25 messages\n{address}: 25 messages\n\nnothing found\n"))
        self.assertEqual(self.compare("old", "new", options=["--config", file]).returncode, USAGE)
        done = self.compare("old", address, password="wrong", options=["--config", file])
        self.assertEqual(done.returncode, ERRORS)
        self.assertIn("[compare-login]", done.stdout)


if __name__ == "__main__":
    unittest.main()
