# SPDX-License-Identifier: Apache-2.0
"""Real programs at every door: what the user of each gets, or reads where there is nothing to get.

One postern stands before one Dovecot and before a server that is down. All programs come at once,
each as a user of its own, by whom the log tells them apart. A row is a program and a column a
door; a cell is MAIL, or the program's status and words that it shows.
"""

import concurrent.futures
import os
import socket
import tempfile
import unittest
from typing import NamedTuple

from support import mailbox, programs
from support.mail_clients import Account, Curl, Fetchmail, Mpop, Poplib
from support.waiting import until
from support.world import PASSWORD, World

MARK = b"From: Sender <sender@example.test>"  # in each message of the mailbox, once
ANY_PORT = ("127.0.0.1:0",)
HELP = "Set your program to SSL, see"
URL = "https://help.example.test/mail"

MAIL = "mail"
NEVER = "never"  # a program that knows no STLS
TLS, CLEAR = "TLS", "-"  # how it came to its mail

# What users read. A terminal has 80 columns, and mutt cuts what is longer.
REFUSED = HELP + " https://help.exampl"
WRONG = "[AUTH] login failed"
DOWN = "please wa"  # wait, and try again later
TOLD_EARLY = "the backend is known to be down; the client was told before it said its password"


class Row(NamedTuple):
    """What a program comes to where it finds `stls`; where its login in clear is `refused`; with a
    `wrong` password; with a mail server that is `down`; and how it came to its mail where STLS is
    `hidden`, if it upgrades by itself. With TLS first, and where a login in clear is allowed, all
    get their mail."""

    program: object
    stls: object
    refused: object
    wrong: object
    down: object
    hidden: str = CLEAR


def says(status, wrong=WRONG, down=DOWN):
    """Of a program that shows what it reads, and has one status for all of it."""
    return (status, REFUSED), (status, wrong), (status, down)


# fetchmail takes "wait" for a lock, and comes again; for 3 it would give the account up. It sends
# STLS whether it is listed or not. movemail upgrades by itself, and keeps what it reads for itself,
# as PHP does where AUTH is refused. PHP's STLS is TLS 1.0, Tcl's SSL 3: neither is spoken any more.
ROWS = {
    "curl": Row(Curl(), MAIL, *says(67)),
    "fetchmail": Row(Fetchmail(), MAIL, (3, REFUSED), (3, WRONG), (9, DOWN), TLS),
    "mpop": Row(Mpop(), MAIL, *says(77)),
    "poplib": Row(Poplib(), MAIL, *says(1)),
    "getmail6": Row(programs.GETMAIL6, NEVER, *says(127)),
    "mutt": Row(programs.MUTT, MAIL, *says(0)),
    "s-nail": Row(programs.S_NAIL, MAIL, *says(0)),
    "movemail": Row(programs.MOVEMAIL, MAIL, MAIL, (1, "Authentication failed"),
                    (1, "Authentication failed")),
    "net-pop3": Row(programs.NET_POP3, MAIL, *says(255)),
    "mail-pop3client": Row(programs.MAIL_POP3CLIENT, NEVER, *says(255)),
    "net-pop": Row(programs.NET_POP, NEVER, *says(1)),
    "php-imap": Row(programs.PHP_IMAP, (1, "SSL negotiation failed"),
                    *says(1, down="Couldn't open stream")),
    "tcllib": Row(programs.TCLLIB, (1, "protocol not supported"), *says(1)),
    "node-pop3": Row(programs.NODE_POP3_0_11, NEVER, *says(1)),
    "jakarta-mail": Row(programs.JAKARTA_MAIL, MAIL, *says(1)),
}


class Door(NamedTuple):
    """Where and how a program comes, and with which password."""

    listener: str
    way: str
    password: str = PASSWORD


DOORS = {
    "implicit": Door("pop3s", "implicit"),
    "stls": Door("pop3", "stls"),
    "refused": Door("pop3", "clear"),
    "allowed": Door("lan", "clear"),
    "wrong": Door("wrong", "implicit", "not this one"),
    "down": Door("down", "implicit"),
    "hidden": Door("hidden", "auto"),
}
LISTENERS = [("pop3s", "implicit", ANY_PORT), ("pop3", "stls", ANY_PORT),
             ("lan", "none", ANY_PORT, {"login": "plaintext-allowed"}),
             ("wrong", "implicit", ANY_PORT), ("down", "implicit", ANY_PORT),
             ("hidden", "stls", ANY_PORT)]


class Outcome(NamedTuple):
    status: int
    said: str
    mails: int

    def cell(self, words):
        """As a row has it; all that was said where the words are not there."""
        if self.mails:
            return MAIL
        return (self.status, words if words in self.said else self.said[-2000:])


def run(program, account):
    """A program of either kind."""
    if isinstance(program, programs.Program):
        done, files = program.try_to_fetch(account, "localhost")
    else:
        with tempfile.TemporaryDirectory() as directory:
            done = program.try_to_read(account, directory)
            files = [_read(os.path.join(place, name))
                     for place, _, names in os.walk(directory) for name in names]
        if isinstance(program, Poplib) and done.returncode == 0:
            files = [MARK]  # it keeps what it has read to itself, and would have failed
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    return Outcome(done.returncode, said, b"".join(files).count(MARK))


def _read(path):
    with open(path, "rb") as file:
        return file.read()


class Matrix(World):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dovecot = cls.start_dovecot(mailbox.small(1), tuple(ROWS))
        dead = socket.socket()  # bound, and nobody listens
        cls.addClassCleanup(dead.close)
        dead.bind(("127.0.0.1", 0))
        cls.gateway = cls.start_gateway(
            dead.getsockname(), cls.addClassCleanup, doors=LISTENERS,
            health={"interval": "1s", "fall": 1},
            backends=[{"name": "mail", "address": ["%s:%d" % dovecot.address]}],
            routes=[{"listeners": ["down"], "backend": "legacy"}, {"backend": "mail"}],
            policy={"before_tls": "talkative", "help_text": HELP, "help_url": URL},
            exceptions=[{"listeners": ["hidden"], "login": "plaintext-allowed", "stls": "hide"}],
            auth_failures={"delay": "0s", "exempt": ["127.0.0.0/8"]})
        cls.gateway.wait_for_log("backend_down")
        cells = [(name, door) for name, row in ROWS.items() for door in DOORS
                 if door != "stls" or row.stls != NEVER]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            cls.outcomes = dict(zip(cells, pool.map(lambda cell: cls.visit(*cell), cells)))

    @classmethod
    def visit(cls, name, column):
        door = DOORS[column]
        account = Account(cls.gateway.address(door.listener), door.way, cls.authority.ca_file,
                          name, door.password)
        return run(ROWS[name].program, account)

    def each(self, column, check):
        """Calls check(program, row, outcome) for each program that was there."""
        for program, row in ROWS.items():
            if (program, column) in self.outcomes:
                with self.subTest(program=program):
                    check(program, row, self.outcomes[program, column])

    def sessions(self, listener, program, **wanted):
        return until(lambda: self.gateway.log_events("session", listener=listener, user=program,
                                                     **wanted),
                     f"{program} was at {listener}, {wanted}")

    def test_under_tls_from_the_first_byte_all_get_their_mail(self):
        def check(program, _, outcome):
            self.assertEqual(outcome.cell(""), MAIL)
            self.assertNotEqual(self.sessions("pop3s", program)[0]["tls"], CLEAR)
        self.each("implicit", check)

    def test_by_stls(self):
        def check(program, row, outcome):
            self.assertEqual(outcome.cell(row.stls[1]), row.stls)
            if row.stls == MAIL:
                self.sessions("pop3", program, stls="yes")
        self.each("stls", check)

    def test_in_clear_all_are_refused_in_words_and_nobody_says_a_password(self):
        def check(program, row, outcome):
            self.assertEqual(outcome.cell(row.refused[1]), row.refused)
            if row.refused != MAIL:
                for line in self.sessions("pop3", program, tls=CLEAR, stls="no"):
                    self.assertEqual((line["secret_sent"], line.get("backend")), ("no", None))
                    self.assertIsNone(line.get("login_dur"))
        self.each("refused", check)

    def test_where_it_is_allowed_in_clear_all_get_their_mail(self):
        def check(program, _, outcome):
            self.assertEqual(outcome.cell(""), MAIL)
            self.assertEqual(self.sessions("lan", program)[0]["tls"], CLEAR)
        self.each("allowed", check)

    def test_with_a_wrong_password(self):
        def check(program, row, outcome):
            self.assertEqual(outcome.cell(row.wrong[1]), row.wrong)
            self.sessions("wrong", program)
        self.each("wrong", check)

    def test_a_mail_server_that_is_down_is_told_before_a_password(self):
        self.each("down", lambda _, row, outcome: self.assertEqual(outcome.cell(row.down[1]),
                                                                   row.down))
        until(lambda: len(self.gateway.log_events("login_refused", listener="down")) >= len(ROWS),
              "all are told")
        refused = self.gateway.log_events("login_refused", listener="down")
        self.assertEqual(self.gateway.log_events("auth_failed", listener="down"), [])
        self.assertEqual({line["msg"] for line in refused}, {TOLD_EARLY})

    def test_where_stls_is_hidden_all_get_their_mail_as_they_did_before_there_was_any(self):
        def check(program, row, outcome):
            self.assertEqual(outcome.cell(""), MAIL)
            line, = self.sessions("hidden", program)
            self.assertEqual(CLEAR if line["tls"] == CLEAR else TLS, row.hidden)
        self.each("hidden", check)

    def test_what_breaks_where_stls_is_listed_is_what_hiding_mends(self):
        account = Account(self.gateway.address("pop3"), "auto", self.authority.ca_file,
                          "php-imap", PASSWORD)
        outcome = run(programs.PHP_IMAP, account)
        self.assertEqual(outcome.cell("SSL negotiation failed"), (1, "SSL negotiation failed"))


if __name__ == "__main__":
    unittest.main()
