# SPDX-License-Identifier: Apache-2.0
"""The log in the system's own: syslog and the journal, read, unread, gone and back."""

import json
import os
import re
import signal
import subprocess

from support.configuration import toml
from support.crowd_backend import CrowdBackend
from support.gateway import Gateway, program
from support.logfmt import parse
from support.raw_peer import RawPeer
from support.system_log import LogDaemon, beside, fields
from support.waiting import until
from support.world import DovecotWorld, World


class SystemLogs(World):
    """A gateway whose /dev/log and journal are the test's."""

    def setUp(self):
        self.backend = CrowdBackend()
        self.addCleanup(self.backend.close)
        self.place = self.path(self.id().rpartition(".")[2])
        os.makedirs(self.place)

    def daemon(self, name):
        daemon = LogDaemon(os.path.join(self.place, name))
        self.addCleanup(daemon.close)
        return daemon

    def gateway(self, **log):
        text = toml(self.backend.address, [self.certificate], log={"level": "info", **log})
        gateway = Gateway(self.place, text, prefix=beside(self.place))
        self.addCleanup(gateway.stop)
        return gateway

    def one_session(self, gateway, user="alice", password="secret"):
        with RawPeer(gateway.address("pop3s")) as peer:
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.command(f"USER {user}")
            peer.command(f"PASS {password}")
            peer.command("QUIT")
            return peer.origin[1]

    @staticmethod
    def syslog_events(daemon, event):
        lines = [re.sub(rb"^.*? postern\[\d+\]: ", b"", each) for each in daemon.entries()]
        return [line for line in map(lambda each: parse(each.decode()), lines)
                if line["event"] == event]

    @staticmethod
    def journal_events(daemon, event):
        return [each for each in map(fields, daemon.entries())
                if each["POSTERN_EVENT"] == event]

    def test_syslog_gets_each_line_with_its_priority(self):
        daemon = self.daemon("syslog")
        gateway = self.gateway(target="syslog").start()
        self.one_session(gateway)
        until(lambda: self.syslog_events(daemon, "session"), "the session is logged")
        for entry in daemon.entries():
            self.assertRegex(entry.decode(), r"^<(20|22)>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d "
                             rf"postern\[{gateway.pid}\]: ts=")
        self.assertEqual(gateway.stderr(), "")

    def test_a_syslog_that_is_started_anew_is_found_again(self):
        daemon = self.daemon("syslog")
        gateway = self.gateway(target="syslog").start()
        self.one_session(gateway)
        until(lambda: self.syslog_events(daemon, "session"), "the session is logged")
        daemon.close()
        port = self.one_session(gateway)
        again = self.daemon("syslog")
        until(lambda: self.syslog_events(again, "session"), "what was said meanwhile is logged")
        self.assertEqual(self.syslog_events(again, "session")[0]["rport"], str(port))

    def test_the_journal_gets_fields(self):
        daemon = self.daemon("journal")
        gateway = self.gateway(target="journal", format="json").start()
        name = 'x" POSTERN_EVENT=ban MESSAGE=x PRIORITY=0'
        port = self.one_session(gateway, name, "wrong")
        until(lambda: self.journal_events(daemon, "session"), "the session is logged")
        entry = self.journal_events(daemon, "auth_failed")[0]
        self.assertEqual(entry["PRIORITY"], "6")
        self.assertEqual(entry["SYSLOG_IDENTIFIER"], "postern")
        self.assertEqual(entry["POSTERN_USER"], name)
        self.assertEqual(entry["POSTERN_RIP"], "127.0.0.1")
        self.assertEqual(entry["POSTERN_RPORT"], str(port))
        self.assertEqual(json.loads(entry["MESSAGE"])["user"], name)

    def test_a_report_reads_what_the_journal_has(self):
        daemon = self.daemon("journal")
        gateway = self.gateway(target="journal").start()
        self.one_session(gateway, "mallory", "wrong")
        until(lambda: self.journal_events(daemon, "session"), "the session is logged")
        exported = "".join(json.dumps({"__CURSOR": "x", "_PID": "7", **fields(each)}) + "\n"
                           for each in daemon.entries())
        told = subprocess.run([program(), "report", "denied", "--json"], input=exported,
                              capture_output=True, text=True, check=True)
        rows = json.loads(told.stdout)["tables"]["denied"]
        self.assertEqual([row["user"] for row in rows], ["mallory"])

    def test_a_journal_that_reads_nothing_stops_nobody(self):
        daemon = self.daemon("journal")
        gateway = self.gateway(target="journal", level="debug").start()
        sessions = 60  # of a dozen lines each: far more than a socket holds
        for _ in range(sessions):
            self.one_session(gateway)
        until(lambda: len(self.journal_events(daemon, "session")) == sessions,
              "all is there once somebody reads")
        self.assertEqual(self.journal_events(daemon, "log_dropped"), [])

    def test_a_journal_that_reads_nothing_does_not_stop_the_end(self):
        self.daemon("journal")
        gateway = self.gateway(target="journal", level="debug").start()
        for _ in range(60):
            self.one_session(gateway)
        gateway.stop()

    def test_a_log_that_is_not_there_is_no_start(self):
        for target, path in (("syslog", "/dev/log"), ("journal", "/run/systemd/journal/socket")):
            gateway = self.gateway(target=target)
            with self.assertRaisesRegex(AssertionError, "postern ended with 1:"):
                gateway.start()
            self.assertIn(f"cannot open the log: {path}: No such file or directory",
                          gateway.stderr())
            gateway.configure(toml(self.backend.address, [self.certificate]))
            gateway.start()  # and so it is the log alone

    def test_a_reload_changes_the_target(self):
        gateway = self.gateway().start()
        text = toml(self.backend.address, [self.certificate], log={"target": "syslog"})
        self.assertIn("refused", gateway.reload(text)["msg"])
        daemon = self.daemon("syslog")
        gateway.signal(signal.SIGHUP)
        until(lambda: self.syslog_events(daemon, "reload"), "the reload is told there")
        self.one_session(gateway)
        until(lambda: self.syslog_events(daemon, "session"), "and sessions are")
