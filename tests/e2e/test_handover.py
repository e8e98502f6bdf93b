# SPDX-License-Identifier: Apache-2.0
"""USR2: another binary takes the place of the running one; nobody who is connected notices."""

import json
import os
import shutil
import signal
import subprocess
import tempfile

from support.gateway import program
from support.load import Load
from support.manager import Manager
from support.metrics import Metrics, accounts, total
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

TAKEOVERS = 5
LOGINS = 3  # threads that log in again and again


class HandOver(DovecotWorld):
    """Each test has a gateway of its own, and a copy of the program that it may replace."""

    def setUp(self):
        self.manager_directory = tempfile.mkdtemp(dir=self.directory)
        os.chmod(self.manager_directory, 0o777)
        self.manager = Manager(self.manager_directory)
        self.addCleanup(self.manager.close)
        self.logins = 0
        self.binary = os.path.join(self.manager_directory, "postern")
        shutil.copy(program(), self.binary)
        self.gateway = self.start_gateway(
            self.tap.address, self.addCleanup, name="gateway-" + self._testMethodName,
            environment={"NOTIFY_SOCKET": self.manager.path, "POSTERN": self.binary},
            state_dir=os.path.join(self.manager_directory, "state"),
            metrics={"listen": "127.0.0.1:0"},
            control={"socket": os.path.join(self.manager_directory, "control.sock")},
            **self.configuration)

    def run_verb(self, *arguments):
        """What it prints, read as JSON where that was asked for."""
        done = subprocess.run([program(), *arguments, "-c", self.gateway.config_file],
                              capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def replace_binary(self, text):
        with open(self.binary + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.binary + ".new", 0o755)
        os.replace(self.binary + ".new", self.binary)

    def told(self, logins, with_elders):
        """The metrics, once every connection is accounted for, so many logins are counted, and so
        many sessions are left with the processes before: a client that has read its last byte is
        a little ahead of who counts the end of its session."""
        series = Metrics(self.gateway).read()
        counted = (total(series, "postern_auth_attempts_total", result="ok"),
                   total(series, "postern_elder_sessions"))
        return series if accounts(series) and counted == (logins, with_elders) else None

    def login_here(self):
        """A session of the running process. The one before accepts for a moment more, beside it;
        what that one takes is let go again. Counted in `logins`."""
        def attempt():
            peer = self.implicit().login(USER, PASSWORD)
            self.logins += 1
            ports = [row["port"] for row in self.run_verb("sessions", "--json")["sessions"]]
            if peer.origin[1] in ports:
                return peer
            peer.command("QUIT")
            peer.read_to_end()
            return None
        return until(attempt, "the running process has taken a session")

    def refusal(self):
        """Asks for another binary and waits until it is refused; what is said of it."""
        before = len(self.gateway.log_events("handover", level="error"))
        self.gateway.signal(signal.SIGUSR2)
        until(lambda: len(self.gateway.log_events("handover", level="error")) > before,
              "the refusal is logged")
        return self.gateway.log_events("handover", level="error")[before]["msg"]

    def test_no_login_fails_and_no_session_is_cut(self):
        """One session is there all the time, and belongs to the first process to the end."""
        first = self.implicit().login(USER, PASSWORD)
        before_login = self.implicit()
        load = Load(self.session, LOGINS).start()
        self.addCleanup(load.stop)
        addresses = [(each["name"], each["port"]) for each in self.gateway.ready["listeners"]]
        lasting = [first]
        elders = []
        for number in range(TAKEOVERS):
            elders.append(self.gateway.hand_over())
            self.assertEqual([(each["name"], each["port"])
                              for each in self.gateway.ready["listeners"]], addresses)
            lasting.append(self.login_here())
            done = load.done
            until(lambda: load.done > done + 2 * LOGINS or load.failures, "logins go on")
            self.assertEqual(load.failures, [], f"after {number + 1}")
            for peer in lasting:
                self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
        self.assertEqual(load.stop(), [])
        # What all of them count is counted by the last one.
        series = until(lambda: self.told(load.done + 1 + self.logins, 1 + TAKEOVERS),
                       "the numbers add up")
        self.assertEqual(total(series, "postern_handovers_total"), TAKEOVERS)
        # Whoever had not logged in yet still can, at the process that took the connection.
        before_login.login(USER, PASSWORD)
        self.assertIsNone(elders[0].poll())
        for peer in [before_login, *lasting]:
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
            self.assertEqual(peer.read_to_end(), b"")
        for elder in elders:
            self.assertEqual(elder.wait(30), 0)
        pids = [each[len("MAINPID="):] for each in self.manager.messages
                if each.startswith("MAINPID=")]
        self.assertEqual(len(pids), TAKEOVERS)
        self.assertEqual(pids[-1], str(self.gateway.pid))
        until(lambda: self.manager.count("READY=1\nSTATUS=serving") == TAKEOVERS + 1,
              "each process is ready when it is the main one")
        self.assertEqual(self.manager.count("STOPPING=1\nSTATUS=waiting for open sessions"), 0)

    def test_a_binary_that_does_not_come_up_leaves_the_old_one_serving(self):
        load = Load(self.session, 2).start()
        self.addCleanup(load.stop)
        pid = self.gateway.pid
        self.replace_binary("#!/bin/sh\nexit 7\n")
        self.assertIn("it has ended with exit code 7", self.refusal())
        self.replace_binary("#!/bin/sh\nkill -9 $$\n")
        self.assertIn("it has ended with exit code 137", self.refusal())
        self.replace_binary("no program at all")
        self.assertIn("it has ended with exit code 127", self.refusal())
        os.remove(self.binary)
        self.assertIn("no such file or directory", self.refusal())
        shutil.copy(program(), self.binary)
        good = self.gateway.configuration()
        self.gateway.configure("nonsense")
        self.assertIn("postern.toml:1:", self.refusal())
        self.assertEqual(load.stop(), [])
        self.gateway.configure(good)
        self.assertEqual(self.gateway.pid, pid)
        self.assertEqual(self.gateway.hand_over().wait(30), 0)
        self.session(0, 0)

    def test_what_only_one_process_can_have_goes_with_the_place(self):
        """State directory, control socket and bans; asked for over the socket."""
        self.run_verb("bans", "add", "198.51.100.0/24", "--comment", "by hand")
        elder = self.gateway.pid
        done = self.run_verb("upgrade", "--json")
        self.gateway.follow(done["pid"])
        self.assertEqual((done["before"], done["pid"]), (elder, self.gateway.pid))
        self.assertEqual([(each["network"], each["comment"])
                          for each in self.run_verb("bans", "--json")["bans"]],
                         [("198.51.100.0/24", "by hand")])
        self.assertEqual(self.run_verb("status", "--json")["pid"], self.gateway.pid)
        self.assertEqual(self.gateway.log_events("state"), [])
        self.assertEqual(self.gateway.log_events(level="error"), [])

    def test_who_asks_for_a_binary_that_fails_is_told(self):
        self.replace_binary("#!/bin/sh\nexit 7\n")
        done = subprocess.run([program(), "upgrade", "-c", self.gateway.config_file],
                              capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (1, "", "postern: it has ended with exit code 7\n"))

    def test_the_log_is_opened_anew_by_all(self):
        peer = self.implicit().login(USER, PASSWORD)
        elder = self.gateway.hand_over()
        self.gateway.signal(signal.SIGUSR1)
        until(lambda: len(self.gateway.log_events("reopen")) == 2, "both open it anew")
        self.assertIsNone(elder.poll())
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.assertEqual(elder.wait(30), 0)

    def test_who_is_told_to_stop_tells_the_one_before(self):
        peer = self.implicit().login(USER, PASSWORD)
        elder = self.gateway.hand_over()
        there = self.login_here()
        self.gateway.signal(signal.SIGTERM)
        until(lambda: len(self.gateway.log_events("drain")) == 2, "both drain")
        self.assertTrue(peer.command("STAT").startswith(b"+OK"))
        elder.send_signal(signal.SIGTERM)  # the second one for it, which does not wait
        self.assertEqual(elder.wait(30), 0)
        peer.read_to_end()
        self.assertTrue(there.command("QUIT").startswith(b"+OK"))
        self.assertEqual(self.gateway.wait(30), 0)
