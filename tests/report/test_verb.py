# SPDX-License-Identifier: Apache-2.0
"""What `postern report` prints about logs in files and on standard input, and how it ends.

POSTERN names the program.
"""

import bz2
import csv
import datetime
import gzip
import io
import json
import lzma
import os
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

POSTERN = os.environ["POSTERN"]

OK, FAILURE, USAGE = 0, 1, 2

NOW = datetime.datetime.now(datetime.timezone.utc)


def at(hours_ago):
    when = NOW - datetime.timedelta(hours=hours_ago)
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def denied(user, hours_ago=0.0):
    return (f"ts={at(hours_ago)} level=info event=policy_denied sid={user}{hours_ago} "
            f"rip=203.0.113.9 rport=5 listener=pop3 tls=- user={user} mech=USER rule=policy.login "
            f'decision=deny reason=cleartext_auth_disabled msg="refused"\n')


def session(user, version, hours_ago=0.0):
    return json.dumps({"ts": at(hours_ago), "level": "info", "event": "session",
                       "sid": f"{user}{hours_ago}", "rip": "2001:db8:1::5", "tls": version,
                       "cipher": "AES", "sni": "pop.example.com", "user": user,
                       "login_dur": 0.012, "msg": "session closed"}) + "\n"


def report(*arguments, stdin=b"", **more):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    return subprocess.run([POSTERN, "report", *map(str, arguments)], input=stdin,
                          capture_output=True, timeout=120, check=False, **more)


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def tables(self, *arguments, **more):
        done = report(*arguments, "--json", **more)
        self.assertEqual(done.returncode, OK, done.stderr)
        return json.loads(done.stdout)["tables"]

    def report_peak(self, path):
        """The largest resident size in KiB."""
        script = ("import resource, subprocess, sys\n"
                  "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
                  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        done = subprocess.run(["python3", "-c", script, POSTERN, "report", path],
                              env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"},
                              capture_output=True, check=True)
        return int(done.stdout)


class Reading(Report):
    def test_standard_input_is_read_when_no_file_is_named(self):
        for arguments in ((), ("-",)):
            tables = self.tables("plaintext", *arguments, stdin=denied("alice"))
            self.assertEqual([row["user"] for row in tables["plaintext"]], ["alice"])

    def test_several_files_in_both_formats_are_one_log(self):
        first = self.write("first.log", denied("alice", 30) + session("bob", "TLSv1.3", 20))
        second = self.write("second.log", denied("alice", 1) + session("bob", "TLSv1", 2))
        tables = self.tables(first, second)
        self.assertEqual(tables["plaintext"][0]["count"], 2)
        self.assertEqual(tables["plaintext"][0]["trend"], {"before": 1, "after": 1})
        self.assertEqual({row["version"] for row in tables["tls"]}, {"TLSv1.3", "TLSv1"})
        self.assertEqual(tables["tls_below"][0]["address"], "2001:db8:1::5")

    def test_a_file_may_have_the_name_of_a_report(self):
        self.write("tls", denied("alice"))
        done = report("plaintext", "tls", cwd=self.folder)
        self.assertEqual(done.returncode, OK)
        self.assertIn(b"alice", done.stdout)

    def test_what_is_no_log_line_is_told_by_file_and_line(self):
        good = self.write("good.log", denied("bob"))
        done = report("plaintext", good, "-", stdin=denied("alice") + "-- Reboot --\n\n{]\n")
        self.assertEqual(done.returncode, OK)
        self.assertIn(b"alice", done.stdout)
        self.assertEqual(done.stderr.decode(),
                         "postern: standard input: 3 of 4 lines are none of the log's, the "
                         "first is line 2\n")

    def test_a_line_that_is_too_long_is_counted_and_skipped(self):
        done = report("plaintext", stdin="x" * 1_000_000 + "\nx\n" + denied("alice"))
        self.assertEqual(done.returncode, OK)
        self.assertIn(b"alice", done.stdout)
        self.assertEqual(done.stderr.decode(),
                         "postern: standard input: 1 of 3 lines are none of the log's, the "
                         "first is line 2\n"
                         "postern: standard input: 1 lines are longer than 65536 bytes\n")

    def test_a_file_that_cannot_be_read_is_told_and_the_others_are_reported(self):
        good = self.write("good.log", denied("alice"))
        for bad in (self.folder / "missing.log", self.folder):
            done = report("plaintext", bad, good)
            self.assertEqual(done.returncode, OK)
            self.assertIn(b"alice", done.stdout)
            self.assertRegex(done.stderr.decode(), rf"^postern: {bad}: \w+")

    def test_nothing_that_can_be_read_is_1_and_no_report(self):
        for bad in ((self.folder / "missing.log",), (self.folder, self.folder / "missing.log")):
            done = report("plaintext", *bad)
            self.assertEqual((done.returncode, done.stdout), (FAILURE, b""))
            self.assertEqual(done.stderr.decode().count("\n"), len(bad))

    def test_a_mistyped_report_is_told_which_there_are(self):
        done = report("plaintxt", stdin=denied("alice"))
        self.assertEqual((done.returncode, done.stdout), (FAILURE, b""))
        self.assertIn(b"the reports are plaintext, tls, exposed, denied, ", done.stderr)

    def test_memory_does_not_grow_with_the_file(self):
        path = self.write("long.log", denied("alice", 30) * 10)
        with path.open("ab") as log:
            block = "".join(denied(f"user{i}", i / 100) for i in range(2000)).encode()
            for _ in range(10):
                log.write(block)
        small = self.report_peak(path)
        with path.open("ab") as log:
            for _ in range(40):
                log.write(block)
        self.assertLess(self.report_peak(path) - small, 4 * 1024)


class Packed(Report):
    """What logrotate leaves behind, and what journalctl prints."""

    def users(self, *files, **more):
        rows = self.tables("plaintext", *files, **more)["plaintext"]
        return sorted((row["user"], row["count"]) for row in rows)

    def test_what_gzip_has_packed_is_read_whatever_its_name_is(self):
        new = self.write("postern.log", denied("alice", 1))
        packed = self.write("postern.log.2", gzip.compress(denied("alice", 49).encode()))
        twice = gzip.compress(denied("bob", 30).encode()) + gzip.compress(denied("bob", 25).encode())
        both = self.write("postern.log.1.gz", twice)
        for files in ((new, packed, both), (both, new, packed)):
            self.assertEqual(self.users(*files), [("alice", 2), ("bob", 2)])
        self.assertEqual(self.users("-", stdin=twice), [("bob", 2)])

    def test_a_packed_file_that_ends_early_is_read_as_far_as_it_goes(self):
        log = "".join(denied(f"user{i}", i / 100) for i in range(3000))
        whole = gzip.compress(log.encode())
        cut = self.write("cut.gz", whole[: len(whole) // 2])
        done = report("plaintext", "--csv", cut)
        self.assertEqual(done.returncode, OK)
        self.assertGreater(done.stdout.count(b"\n"), 100)
        self.assertRegex(done.stderr.decode(), rf"^postern: {cut}: what gzip has packed ends "
                                               r"too early, after \d+ lines\n")
        self.assertEqual(report("plaintext", self.write("head.gz", whole[:12])).returncode, FAILURE)

    def test_what_is_packed_otherwise_is_told(self):
        for name, text in (("x.xz", lzma.compress(b"x")), ("x.bz2", bz2.compress(b"x"))):
            done = report("plaintext", self.write(name, text))
            self.assertEqual((done.returncode, done.stdout), (FAILURE, b""))
            self.assertIn(b"not by gzip: unpack it first", done.stderr)

    def test_a_bomb_fills_no_memory(self):
        line = denied("alice").encode()
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = packer.compress(line) + b"".join(packer.compress(b"x" * 1_000_000)
                                                for _ in range(200)) + packer.flush()
        self.assertLess(len(bomb), 300_000)
        peak = self.report_peak(self.write("bomb", bomb))
        small = self.report_peak(self.write("small", gzip.compress(line)))
        self.assertLess(peak - small, 8 * 1024)

    def test_what_journalctl_prints_as_json_is_read(self):
        lines = (denied("alice").strip(), session("bob", "TLSv1").strip(), "Started POP3 gateway.")
        export = "".join(json.dumps({"__CURSOR": "s=1", "_PID": "7", "MESSAGE": message,
                                     "_SYSTEMD_UNIT": "postern.service"}) + "\n"
                         for message in (*lines, list(denied("carol").strip().encode())))
        done = report("--json", stdin=export)
        self.assertEqual(done.returncode, OK)
        tables = json.loads(done.stdout)["tables"]
        self.assertEqual({row["user"] for row in tables["plaintext"]}, {"alice", "carol"})
        self.assertEqual([row["user"] for row in tables["tls_below"]], ["bob"])
        self.assertIn(b"1 of 4 lines are none of the log's, the first is line 3", done.stderr)


class Since(Report):
    LOG = denied("old", 72) + denied("recent", 30) + denied("now", 0.1)

    def users(self, since):
        rows = self.tables("plaintext", "--since", since, stdin=self.LOG)["plaintext"]
        return sorted(row["user"] for row in rows)

    def test_an_age_leaves_out_what_is_older(self):
        self.assertEqual(self.users("7d"), ["now", "old", "recent"])
        self.assertEqual(self.users("48h"), ["now", "recent"])
        self.assertEqual(self.users("90m"), ["now"])

    def test_a_day_leaves_out_what_is_before_it(self):
        day = (NOW - datetime.timedelta(hours=30)).strftime("%Y-%m-%d")
        self.assertEqual(self.users(day), ["now", "recent"])
        tomorrow = (NOW + datetime.timedelta(days=1)).strftime("%Y-%m-%d")
        self.assertEqual(self.users(tomorrow), [])


class Output(Report):
    HARMFUL = ('ts=2026-11-23T15:33:21Z event=secret_exposed rip=203.0.113.9 tls=- '
               'user="=cmd|\' /C calc\'!A0\\u001b[2J\\u0007,\\"x\\"\\\\" mech=USER\n')

    def test_a_summary_has_the_first_rows_and_fits_a_screen(self):
        log = "".join(denied(f"u{i}", i) + session(f"u{i}", "TLSv1", i) for i in range(50))
        text = report(stdin=log).stdout.decode()
        for title in ("Without TLS", "TLS: sessions", "TLS: who", "Exposed", "Denied"):
            self.assertIn(f"\n{title}", text)
        self.assertLessEqual(text.count("\n"), 35)

    def test_one_report_has_every_row_and_its_trend(self):
        log = "".join(denied("alice", hours) for hours in (9, 8, 7, 1)) + denied("bob", 3)
        text = report("plaintext", stdin=log).stdout.decode()
        self.assertRegex(text, r"\n  alice +203\.0\.113\.9 +4  ↓ 3 → 1 ")
        self.assertRegex(text, r"\n  bob +203\.0\.113\.9 +1  ↑ 0 → 1 ")

    def test_no_control_byte_is_printed(self):
        for arguments in ((), ("exposed",), ("exposed", "--csv"), ("exposed", "--json")):
            printed = report(*arguments, stdin=self.HARMFUL).stdout
            self.assertIn(b"x1b[2J", printed)
            self.assertFalse(set(printed.replace(b"\r\n", b"\n")) & (set(range(32)) - {10} | {127}))

    def test_csv_is_read_back_and_holds_no_formula(self):
        printed = report("exposed", "--csv", stdin=self.HARMFUL).stdout.decode()
        rows = list(csv.DictReader(io.StringIO(printed, newline="")))
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["table"], "exposed")
        self.assertEqual(rows[0]["user"], "'=cmd|' /C calc'!A0\\x1b[2J\\x07,\"x\"\\")
        self.assertEqual((rows[0]["count"], rows[0]["before"], rows[0]["after"]), ("1", "", ""))
        self.assertTrue(printed.endswith("\r\n"))

    def test_an_output_that_cannot_be_written_is_1(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([POSTERN, "report"], input=denied("alice").encode(), stdout=full,
                                  stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(done.returncode, FAILURE)
        self.assertIn(b"standard output", done.stderr)


class Usage(Report):
    def test_bad_usage_is_2(self):
        for arguments in (("--since", "soon"), ("--since", "7w"), ("--since", "2026-02-30"),
                          ("--since",), ("--csv", "--json"), ("--verbose",)):
            with self.subTest(arguments):
                done = report(*arguments)
                self.assertEqual((done.returncode, done.stdout), (USAGE, b""))
                self.assertTrue(done.stderr)

    def test_an_empty_log_is_0(self):
        done = report()
        self.assertEqual((done.returncode, done.stderr), (OK, b""))
        self.assertIn(b"No line of the log", done.stdout)


if __name__ == "__main__":
    unittest.main()
