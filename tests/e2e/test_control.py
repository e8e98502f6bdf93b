# SPDX-License-Identifier: Apache-2.0
"""The verbs that ask the running program, as an administrator types them."""

import contextlib
import os
import socket
import stat
import subprocess
import unittest

from support import control, mailbox
from support.configuration import toml
from support.gateway import Gateway, program
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

CONFIGURATION = 78


class Controlled(DovecotWorld):
    """One gateway with a control socket."""

    @classmethod
    def text(cls, **changes):
        where = os.path.join(cls.path("gateway"), "control.sock")
        return toml(cls.tap.address, [cls.certificate], control={"socket": where}, **changes)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway.reload(cls.text())

    def run_verb(self, *arguments):
        return control.run(self.gateway, *arguments)

    def ask(self, *arguments):
        return control.ask(self.gateway, *arguments)


class Verbs(Controlled):
    def setUp(self):
        self.gateway.configure(self.text())
        self.addCleanup(self.gateway.reload, self.text())

    def test_the_socket_is_for_its_owner_and_the_group(self):
        mode = os.stat(control.socket_of(self.gateway)).st_mode
        self.assertTrue(stat.S_ISSOCK(mode))
        self.assertEqual(stat.S_IMODE(mode), 0o660)

    def test_status_tells_how_it_is(self):
        told = self.ask("status")
        self.assertEqual((told["ok"], told["pid"]), (True, self.gateway.pid))
        self.assertEqual([one["name"] for one in told["listeners"]], ["pop3s", "pop3"])
        page = self.run_verb("status").stdout
        for words in (f"process {self.gateway.pid}", "listeners", self.gateway.config_file):
            self.assertIn(words, page)

    def test_a_reload_tells_what_it_changes_and_a_rehearsal_what_it_would(self):
        self.gateway.configure(self.text(timeouts={"login": "59s"}, workers=3))
        would = self.run_verb("reload", "--dry-run")
        self.assertEqual(would.returncode, 0, would)
        self.assertIn('-timeouts.login = "60s"\n+timeouts.login = "59s"', would.stdout)
        self.assertIn("would be taken", would.stdout)
        self.assertEqual(self.ask("status")["needs_restart"], [])
        done = self.run_verb("reload")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('+timeouts.login = "59s"', done.stdout)
        self.assertIn("2 kept", done.stdout)
        self.assertIn("warning: `server.workers` has changed, which needs a restart", done.stderr)
        self.assertEqual(self.ask("status")["needs_restart"], ["server.workers"])
        self.assertIn("needs a restart: server.workers", self.run_verb("status").stdout)

    def test_a_refused_reload_tells_what_check_tells(self):
        self.gateway.configure(self.text() + "[policy]\n[timeouts]\nlogn = \"1s\"\n")
        checked = self.run_verb("check")
        refused = self.run_verb("reload")
        self.assertEqual((checked.returncode, refused.returncode), (CONFIGURATION, CONFIGURATION))
        self.assertTrue(refused.stderr.startswith(checked.stderr), refused.stderr)
        self.assertEqual(self.run_verb("reload", "--quiet").stderr, refused.stderr)
        told = self.ask("reload")
        self.assertEqual((told["ok"], told["cause"]), (False, "configuration"))
        self.assertIn("REFUSED", self.run_verb("status").stdout)
        self.assertEqual(self.run_verb("reload", "--dry-run").returncode, CONFIGURATION)

    def test_a_listener_that_cannot_be_had_is_no_fault_of_the_configuration(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            doors = (("pop3s", "implicit", ("127.0.0.1:0",)), ("pop3", "stls", (address,)))
            self.gateway.configure(self.text(doors=doors))
            refused = self.run_verb("reload")
        self.assertEqual(refused.returncode, 1, refused)
        self.assertIn("cannot listen on", refused.stderr)

    def test_nobody_there_is_a_failure(self):
        for arguments in (("status",), ("reload",), ("drain",), ("stop",)):
            done = subprocess.run([program(), *arguments, "--socket", self.path("nobody")],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, done)
            self.assertIn("no postern is running there", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to become somebody else")
    def test_a_stranger_is_refused_and_told_in_the_log(self):
        os.chmod(control.socket_of(self.gateway), 0o666)
        self.addCleanup(os.chmod, control.socket_of(self.gateway), 0o660)
        stranger = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        refused = control.run(self.gateway, "status", "--socket", control.socket_of(self.gateway),
                              before=stranger)
        self.assertEqual(refused.returncode, 1, refused)
        self.assertIn("permission denied", refused.stderr)
        self.gateway.wait_for_log("control", uid="65534")
        member = ("setpriv", "--reuid=65534", f"--regid={os.getegid()}", "--clear-groups")
        taken = control.run(self.gateway, "status", "--socket", control.socket_of(self.gateway),
                            before=member)
        self.assertEqual(taken.returncode, 0, taken)


class Sessions(Controlled):
    messages = staticmethod(lambda: [mailbox.Message("big", b"\n" + 60_000 * (70 * b"x" + b"\n"))])

    def kicked(self, *selectors):
        done = self.run_verb("sessions", "kick", *selectors)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout.splitlines()

    def test_a_list_tells_who_is_there_and_how_far(self):
        peer = self.implicit().login(USER, PASSWORD)
        self.stls()
        rows = self.ask("sessions", "--state", "transaction")["sessions"]
        self.assertEqual([(row["user"], row["listener"], row["tls"], row["backend"])
                          for row in rows], [(USER, "pop3s", "TLSv1.3", "legacy")])
        self.assertIn(rows[0]["sid"], self.run_verb("sessions").stdout)
        self.assertEqual(len(self.ask("sessions", "list", "--listener", "pop3")["sessions"]), 1)
        peer.command("QUIT")

    def test_those_are_ended_that_are_meant_and_no_others(self):
        logged_in = [self.implicit().login(USER, PASSWORD) for _ in range(3)]
        other = self.implicit()
        self.assertEqual(len(self.kicked("--user", USER.upper())), 3)
        for peer in logged_in:
            self.assertTrue(peer.read_line().startswith(b"-ERR [SYS/TEMP]"))
            self.assertEqual(peer.read_to_end(), b"")
        self.assertTrue(other.command("CAPA").startswith(b"+OK"))
        lines = [self.gateway.wait_for_log("session", reason="kicked", user=USER)]
        self.assertEqual({line["ended_by"] for line in lines}, {"gateway"})
        again = self.run_verb("sessions", "kick", "--user", USER)
        self.assertEqual((again.returncode, again.stdout), (1, ""))
        self.assertEqual(self.run_verb("sessions", "kick").returncode, 2)

    def test_under_load_an_answer_is_cut_where_it_is(self):
        peers = [self.implicit(receive_buffer=65536).login(USER, PASSWORD) for _ in range(4)]
        for peer in peers:
            peer.send(b"RETR 1\r\n")
            self.assertTrue(peer.read_line().startswith(b"+OK"))
        sids = [row["sid"] for row in self.ask("sessions", "--user", USER)["sessions"]]
        self.assertEqual(len(self.kicked(*sids)), 4)
        for peer in peers:
            with contextlib.suppress(OSError):  # no close_notify: Python calls that an error
                body = peer.read_to_end()
                self.assertFalse(body.endswith(b"\r\n.\r\n"))
        until(lambda: not self.ask("sessions", "--user", USER)["sessions"], "all are gone")

    def test_a_reader_that_stands_still_is_dropped_and_nobody_waits_for_it(self):
        for _ in range(20):
            self.plain(self.gateway)
        with control.connect(self.gateway) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            with contextlib.suppress(BlockingIOError):
                client.setblocking(False)
                while True:
                    client.send(control.framed({"verb": "sessions", "do": "list"}))
            self.assertTrue(self.ask("status")["ok"])
            self.implicit().login(USER, PASSWORD).command("QUIT")
            client.setblocking(True)
            client.settimeout(1)
            self.assertTrue(until(lambda: self.hung_up(client), "it is dropped"))

    @staticmethod
    def hung_up(client):
        try:
            client.send(b"x")
        except (BrokenPipeError, ConnectionResetError):
            return True
        except TimeoutError:
            pass
        return False

    def test_who_is_banned_is_turned_away_until_it_is_let_go_of(self):
        peer = self.plain(self.gateway)
        added = self.run_verb("bans", "add", "127.0.0.1", "--for", "1h", "--comment", "seven")
        self.assertEqual((added.returncode, added.stdout), (0, "banned 127.0.0.1\n"))
        self.addCleanup(self.run_verb, "bans", "del", "127.0.0.1")
        with RawPeer(self.gateway.address("pop3")) as banned:
            self.assertTrue(banned.read_line().startswith(b"-ERR [SYS/TEMP]"))
        self.assertTrue(peer.command("CAPA").startswith(b"+OK"))
        listed = self.run_verb("bans").stdout
        self.assertRegex(listed, r"127\.0\.0\.1 +manual +enforce +until \S+  seven")
        self.assertEqual(len(self.ask("bans", "add", "127.0.0.1", "--kick")["kicked"]), 1)
        removed = self.run_verb("bans", "del", "127.0.0.1")
        self.assertEqual(removed.returncode, 0, removed)
        self.assertEqual(self.run_verb("bans", "del", "127.0.0.1").returncode, 1)
        self.plain(self.gateway)
        for wrong in (("add",), ("del", "127.0.0.1", "--for", "1h"), ("list", "127.0.0.1"),
                      ("add", "127.0.0.1", "--for", "soon"), ("gone",)):
            self.assertEqual(self.run_verb("bans", *wrong).returncode, 2, wrong)


class Ends(Controlled):
    """Each test has a gateway of its own, which it ends."""

    def setUp(self):
        self.own = Gateway(self.path(self._testMethodName), "")
        self.own.configure(toml(self.tap.address, [self.certificate],
                                control={"socket": control.socket_of(self.own)}))
        self.addCleanup(self.own.stop)
        self.own.start()

    def test_a_drain_waits_for_the_last_session(self):
        peer = self.secure(self.own).login(USER, PASSWORD)
        waiting = subprocess.Popen([program(), "drain", "--wait", "-c", self.own.config_file],
                                   stdout=subprocess.PIPE, text=True)
        self.assertIn("waits for 1 sessions", waiting.stdout.readline())
        self.assertTrue(control.ask(self.own, "status")["draining"])
        self.assertTrue(peer.command("STAT").startswith(b"+OK"))
        self.assertIsNone(waiting.poll())
        peer.command("QUIT")
        out, _ = waiting.communicate(timeout=60)
        self.assertEqual(waiting.returncode, 0, out)
        self.assertIn("the process has ended", out)
        until(lambda: not self.own.running(), "the gateway has ended")
        self.assertFalse(os.path.exists(control.socket_of(self.own)))

    def test_quiet_says_nothing_when_it_worked(self):
        for arguments in (("reload",), ("drain", "--wait")):
            done = control.run(self.own, *arguments, "--quiet")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), arguments)
        until(lambda: not self.own.running(), "the gateway has ended")

    def test_a_stop_waits_for_nobody(self):
        self.secure(self.own).login(USER, PASSWORD)
        done = control.run(self.own, "stop")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("has ended, and 1 sessions with it", done.stdout)
        until(lambda: not self.own.running(), "the gateway has ended")


if __name__ == "__main__":
    unittest.main()
