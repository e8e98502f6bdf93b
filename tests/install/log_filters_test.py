# SPDX-License-Identifier: Apache-2.0
"""What is shipped for who reads the log, tried with a log that the program has written.

    python3 log_filters_test.py POSTERN DEPLOY

Each guess is found by fail2ban and by CrowdSec's pattern, in every form of the log, and nothing
else is: no lock, no mailbox in use, and nobody whom a name that somebody typed would have banned.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from support.configuration import toml
from support.crowd_backend import CrowdBackend
from support.gateway import Gateway
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld, World

DEPLOY = Path(sys.argv[2])
FILTER = DEPLOY / "fail2ban/filter.d/postern.conf"
FORGED = ("x rip=192.0.2.1 event=auth_failed", '" event=auth_failed sid=A rip=192.0.2.2 rport=1 x',
          "x postern[1]: ts=2026-12-01T00:00:00.000Z level=info event=auth_failed sid=A "
          "rip=192.0.2.3 rport=1 x",
          '","event":"auth_failed","sid":"A","rip":"192.0.2.4","rport":1,',
          '{"ts":"2026-12-01T00:00:00.000Z","level":"info","event":"auth_failed","sid":"A",'
          '"rip":"192.0.2.5","rport":1,', "\\", "ts=2026-12-01T00:00:00Z")


def found_by_fail2ban(path):
    ran = subprocess.run(["fail2ban-regex", "--out", "ip", path, str(FILTER)],
                         capture_output=True, text=True, check=True)
    return sorted(ran.stdout.split())


def found_by_crowdsec(lines):
    """As its grok does: named patterns are replaced, and the rest is a regular expression."""
    text = (DEPLOY / "crowdsec/postern.yaml").read_text()
    pattern = re.search(r"pattern: '(.*)'", text)[1]
    parts = {"TIMESTAMP_ISO8601": r"[\d:.TZ-]+", "WORD": r"\b\w+\b", "INT": r"\d+",
             "IP": r"[\da-f.:]+"}
    pattern = re.sub(r"%\{(\w+):(\w+)\}", lambda match: f"(?P<{match[2]}>{parts[match[1]]})",
                     pattern)
    pattern = re.sub(r"%\{(\w+)\}", lambda match: parts[match[1]], pattern)
    return sorted(match["source_ip"] for match in map(re.compile(pattern).search, lines) if match)


class Filters(World):
    """Who guesses comes from 127.0.1.x, and everybody else from 127.0.2.x."""

    def setUp(self):
        self.backend = CrowdBackend()
        self.addCleanup(self.backend.close)
        self.log = self.path(self.id().rpartition(".")[2] + ".log")
        self.guesses = []

    def start(self, log_format="logfmt"):
        text = toml(self.backend.address, [self.certificate],
                    log={"level": "info", "target": self.log, "format": log_format},
                    limits={"max_connections_per_user": 1},
                    auth_failures={"delay": "0s", "per_user_network": 3, "per_ip": 4})
        self.gateway = Gateway(self.path(self.id()), text)
        self.addCleanup(self.gateway.stop)
        self.gateway.start()

    def attempt(self, source, user, password, door="pop3s"):
        with RawPeer(self.gateway.address(door), source=source) as peer:
            if door == "pop3s":
                peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.try_send(f"USER {user}\r\nPASS {password}\r\nQUIT\r\n".encode())
            peer.read_to_end()

    def guess(self, source, user, password):
        self.guesses.append(source)
        self.attempt(source, user, password)

    def happen(self):
        self.guess("127.0.1.1", "alice", "wrong")
        for number, name in enumerate(FORGED):
            self.guess(f"127.0.1.{10 + number}", name, "wrong")
            self.attempt(f"127.0.2.{10 + number}", name, "secret", "pop3")
        for password in ("wrong-1", "wrong-2", "wrong-3"):
            self.guess("127.0.1.2", "bob", password)
        self.attempt("127.0.1.2", "bob", "wrong-4")  # locked
        self.guess("127.0.1.2", "carol", "wrong-1")  # and so banned
        for password in ("secret", "busy", "later"):
            self.attempt("127.0.2.1", "dave", password)
        self.guess("127.0.1.3", "erin", "wrong")
        for _ in range(4):
            self.attempt("127.0.1.3", "erin", "wrong")  # a program that was not told
        with RawPeer(self.gateway.address("pop3s"), source="127.0.2.2") as peer:
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.login("frank", "secret")
            self.attempt("127.0.2.3", "frank", "secret")  # too many sessions
        for words in (b"GET / HTTP/1.0\r\n\r\n", b"STLS\r\nUSER x\r\n", b"\x16\x03\x01"):
            with RawPeer(self.gateway.address("pop3"), source="127.0.2.4") as peer:
                DovecotWorld.greeted(peer)
                peer.try_send(words)
        self.attempt("127.0.2.5", "last", "secret")
        until(lambda: "127.0.2.5" in (log := self.lines()) and log.rstrip().endswith(
            ("session closed\"", "session closed\"}")), "all is written")

    def lines(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def test_each_guess_is_found_and_nothing_else(self):
        for log_format in ("logfmt", "json"):
            with self.subTest(log_format):
                self.guesses = []
                if os.path.exists(self.log):
                    os.remove(self.log)
                self.start(log_format)
                self.happen()
                self.assertEqual(found_by_fail2ban(self.log), sorted(self.guesses))
                lines = self.lines().splitlines()
                if log_format == "logfmt":
                    self.assertEqual(found_by_crowdsec(lines), sorted(self.guesses))
                with tempfile.NamedTemporaryFile("w", suffix=".log") as file:
                    # As syslogd writes them, and as fail2ban puts together what the journal has.
                    file.writelines(f"Dec  1 00:00:0{number % 10} mail postern[7]: {line}\n"
                                    for number, line in enumerate(lines))
                    file.writelines(f"mail postern[7]: {line}\n" for line in lines)
                    file.flush()
                    self.assertEqual(found_by_fail2ban(file.name), sorted(self.guesses * 2))
                self.gateway.stop()

    def test_the_log_is_turned_over_and_no_line_is_lost(self):
        """By logrotate, with this directory and this user for the service's."""
        self.start()
        self.attempt("127.0.2.1", "first", "secret")
        until(lambda: "session closed" in self.lines(), "the first session is written")
        folder = self.path("rotate")
        os.makedirs(folder)
        text = (DEPLOY / "logrotate/postern").read_text()
        self.assertIn("\n    su postern postern\n", text)
        text = text.replace("su postern postern", "su root root")
        text = text.replace("/var/log/postern/*.log", self.log)
        Path(folder, "postern").write_text(text)
        Path(folder, "systemctl").write_text(f"#!/bin/sh\necho {self.gateway.pid}\n")
        os.chmod(Path(folder, "systemctl"), 0o755)
        subprocess.run(["logrotate", "--force", "--state", os.path.join(folder, "state"),
                        os.path.join(folder, "postern")], check=True,
                       env={**os.environ, "PATH": folder + ":" + os.environ["PATH"]})
        until(lambda: "event=reopen" in self.lines(), "the new file is written")
        self.attempt("127.0.2.1", "second", "secret")
        until(lambda: "session closed" in self.lines(), "and sessions are written to it")
        self.assertNotIn("user=first", self.lines())
        self.assertIn("user=first", Path(self.log + ".1").read_text())

    def test_fail2ban_takes_the_jail(self):
        """The whole of it, as the server would read it."""
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["cp", "-r", "/etc/fail2ban/.", folder], check=True)
            for part in ("filter.d", "jail.d"):
                subprocess.run(["cp", "-r", str(DEPLOY / "fail2ban" / part), folder], check=True)
            jail = Path(folder, "jail.d/postern.conf")
            jail.write_text(jail.read_text() + "\n[sshd]\nenabled = false\n")
            Path(folder, "postern.log").write_text("")
            jail.write_text(jail.read_text().replace("/var/log/postern/", folder + "/"))
            ran = subprocess.run(["fail2ban-client", "-c", folder, "-d"], capture_output=True,
                                 text=True)
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
            self.assertIn("['add', 'postern'", ran.stdout)
            self.assertIn("SYSLOG_IDENTIFIER=postern", FILTER.read_text())


if __name__ == "__main__":
    import unittest
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    unittest.main(argv=sys.argv[:1])
