# SPDX-License-Identifier: Apache-2.0
"""Two hundred programs of many kinds over four weeks: each report names those whom it is about, and
nobody else.

Each program plays one poll at a real gateway; what the log says about it is repeated at the times of
four weeks, in the files that an administrator has: packed by logrotate, plain, and as the journal
prints them.
"""

import datetime
import functools
import gzip
import json
import subprocess
import tomllib

from support.gateway import ROOT, program
from support.population import KINDS, Visitors, Weeks, people
from support.waiting import until
from support.world import CrowdWorld

FIRST_DAY = datetime.datetime(2026, 11, 2, tzinfo=datetime.timezone.utc)
WEEKS = 4
REPORTS = {"plaintext": ("plaintext",), "tls": ("tls_below",), "exposed": ("exposed",),
           "denied": ("denied", "strict"), "stls": ("stls",), "trust": ("trust",),
           "stale": ("stale",), "silent": ("silent",)}


KNOWN = ("fetchmail", "go", "javamail", "tcl")  # kinds that speak as these programs do


def change_of(names):
    """What the shipped table says about each."""
    with open(f"{ROOT}/conf/clients.toml", "rb") as file:
        rows = tomllib.load(file)["client"]
    return {row["name"]: row["change"] for row in rows if row["name"] in names and "change" in row}


class Population(CrowdWorld):
    crowd = 64
    configuration = {
        "log": {"level": "info"},
        "auth_failures": {"delay": "0s"},
        "policy": {},
        "exceptions": (
            {"networks": ["127.20.3.0/24"], "min_version": "1.0"},
            {"networks": ["127.20.4.0/24"], "login": "plaintext-allowed"},
            {"networks": ["127.20.5.0/24", "127.20.24.0/22"], "mode": "report-only"},
        ),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.programs = people()
        visitors = Visitors(cls.gateway, cls.authority)
        for one in cls.programs:
            one.kind.poll(visitors, one)
        cls.files, cls.stdin = cls.write(cls.played())

    @classmethod
    def played(cls):
        """The log, once every session has its last line."""
        sids = lambda events: {line["sid"] for line in events}  # noqa: E731
        addresses = {one.address for one in cls.programs}
        until(lambda: addresses == {line.get("rip")
                                    for line in cls.gateway.log_events("session")},
              "every program has left")
        until(lambda: sids(line for line in cls.gateway.log_events() if "sid" in line)
              == sids(cls.gateway.log_events("session")), "every session is over")
        return cls.gateway.stderr().splitlines()

    @classmethod
    def write(cls, lines):
        """Four weeks as the files of an administrator; what goes to standard input."""
        weeks = [[] for _ in range(WEEKS)]
        for when, line in Weeks(lines, FIRST_DAY, WEEKS).lines(cls.programs):
            weeks[min((when - FIRST_DAY).days // 7, WEEKS - 1)].append(line)
        texts = ["".join(f"{line}\n" for line in week).encode() for week in weeks]
        names = ("postern.log.3.gz", "postern.log.2.gz", "postern.log.1")
        for name, text in zip(names, texts):
            with open(cls.path(name), "wb") as file:
                file.write(gzip.compress(text) if name.endswith(".gz") else text)
        journal = "".join(json.dumps({"_PID": "7", "MESSAGE": line}) + "\n" for line in weeks[-1])
        return [cls.path(name) for name in names], journal.encode()

    @classmethod
    def report(cls, *words):
        done = subprocess.run([program(), "report", *words, *cls.files, "-"], input=cls.stdin,
                              capture_output=True, timeout=120, check=False)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{done.returncode}: {done.stderr}")
        return done.stdout.decode()

    @classmethod
    @functools.cache
    def tables(cls, word):
        return json.loads(cls.report(word, "--json"))["tables"]

    def named_in(self, rows):
        """The programs that the rows are about: by their address, or by their user."""
        by_address = {one.address: one.user for one in self.programs}
        by_user = {one.user for one in self.programs}
        named = set()
        for row in rows:
            if isinstance(row.get("address"), str):
                named.add(by_address[row["address"]])
            else:
                self.assertIn(row["user"], by_user)
                named.add(row["user"])
        return named

    def test_there_are_two_hundred_of_many_kinds(self):
        self.assertGreaterEqual(len(self.programs), 200)
        self.assertGreaterEqual(len(KINDS), 8)

    def test_each_report_names_its_programs_and_no_other(self):
        for word, names in REPORTS.items():
            tables = self.tables(word)
            for name in names:
                with self.subTest(name):
                    expected = {one.user for one in self.programs if name in one.kind.tables}
                    self.assertEqual(self.named_in(tables[name]), expected)

    def test_whoever_would_break_is_named_somewhere(self):
        well = {one.user for one in self.programs if not one.kind.tables}
        named = set()
        for word, names in REPORTS.items():
            tables = self.tables(word)
            named |= set().union(*(self.named_in(tables[name]) for name in names))
        self.assertEqual(named, {one.user for one in self.programs} - well)

    def test_rows_say_what_it_is(self):
        kinds = {one.user: one.kind.name for one in self.programs}

        def seen(word, table, column):
            return {(kinds[self.named_in([row]).pop()], str(row[column]))
                    for row in self.tables(word)[table]}

        self.assertEqual(seen("trust", "trust", "certainty"),
                         {("suspicious", "sure"), ("suspicious-stls", "sure"),
                          ("leaver", "likely"), ("leaver-stls", "likely")})
        self.assertEqual(seen("stls", "stls", "failure"),
                         {("suspicious-stls", "the handshake failed"),
                          ("leaver-stls", "left right behind the handshake"),
                          ("old-stls", "the handshake failed")})
        self.assertEqual(seen("silent", "silent", "gave_up_after"),
                         {("mute", "CAPA"), ("monitor", "QUIT")})
        self.assertEqual(seen("exposed", "exposed", "outcome"),
                         {("telling", "refused"),
                          *((kind, "let through in report-only") for kind in ("early", *KNOWN))})
        self.assertEqual(seen("tls", "tls_below", "outcome"),
                         {("lane", "['logged in']"), ("old", "['no handshake']"),
                          ("old-stls", "['no handshake']")})

    def test_known_programs_are_named_with_what_to_change(self):
        sentences = change_of(KNOWN)
        rows = {row["user"]: row for row in self.tables("plaintext")["plaintext"]}
        for one in self.programs:
            row = rows.get(one.user)
            if row is None:
                continue
            with self.subTest(one.user):
                name = one.kind.name
                self.assertEqual((row["client"], row["change"]),
                                 ([name], [sentences[name]]) if name in KNOWN else ([], []))
        programs = {row["client"]: row for row in self.tables("clients")["clients"]
                    if row["client"] in KNOWN}
        self.assertEqual(set(programs), set(KNOWN))
        for name, row in programs.items():
            self.assertEqual((row["users"], row["networks"], row["change"]),
                             (5, 1, sentences[name]))
            self.assertEqual(row["would_be_refused"], row["count"])

    def test_counts_are_those_of_the_weeks(self):
        rows = self.tables("silent")["silent"]
        for row in rows:
            every = {one.address: one.kind.every for one in self.programs}[row["address"]]
            polls = WEEKS * 7 * 24 / every
            self.assertLess(abs(row["count"] - polls), 0.15 * polls + 2, row)
            self.assertLess(row["first"], "2026-11-03T12")
            self.assertGreater(row["last"], "2026-11-29")

    def test_a_summary_fits_a_screen_and_counts_the_rest(self):
        text = self.report()
        self.assertLessEqual(text.count("\n"), 45)
        for word in ("Trust:", "STLS:", "Silent:", "Stale:", "speaks TLS or POP3"):
            self.assertIn(word, text)
