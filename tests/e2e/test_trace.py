# SPDX-License-Identifier: Apache-2.0
"""`postern trace` as an administrator types it, while clients of every kind come and go."""

import base64
import json
import os
import re
import signal
import subprocess
import unittest

from support import control, mailbox
from support.configuration import toml
from support.gateway import Gateway, program
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

OTHER = "bob"
LINE = re.compile(r"\d\d:\d\d:\d\d\.\d{3} [0-9A-Z]+ (C:|S:|B>|B<|--) ")


class Watcher:
    """A running `postern trace`, its output in files."""

    def __init__(self, case, gateway, *arguments):
        self.name = case.path(f"trace-{len(os.listdir(case.directory))}")
        self._out = open(self.name, "wb")
        self._err = open(self.name + ".err", "wb")
        case.addCleanup(self.end)
        self.process = subprocess.Popen(
            [program(), "trace", *arguments, "-c", gateway.config_file],
            stdout=self._out, stderr=self._err)
        if "--json" not in arguments:
            until(lambda: "watching" in self.errors() or self.process.poll() is not None, "it began")

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._out.close()
        self._err.close()

    def text(self):
        with open(self.name, encoding="utf-8") as file:
            return file.read()

    def errors(self):
        with open(self.name + ".err", encoding="utf-8") as file:
            return file.read()

    def lines(self, last):
        """What it has printed, once this is in it."""
        until(lambda: last in self.text(), f"the trace tells: {last}")
        return self.text().splitlines()

    def code(self):
        return self.process.wait(timeout=60)


class Traces(DovecotWorld):
    names = (USER, OTHER)
    messages = staticmethod(lambda: [mailbox.Message("one", b"Subject: one\n\nbody\n")])

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        where = os.path.join(cls.path("gateway"), "control.sock")
        cls.gateway.reload(toml(cls.tap.address, [cls.certificate], control={"socket": where}))

    def come_in_turn(self, lines, *wanted):
        """Each of these stands in the line of the one before it, or in a later one."""
        for words in wanted:
            at = next((i for i, line in enumerate(lines) if words in line), None)
            self.assertIsNotNone(at, (words, lines))
            lines = lines[at:]

    def no_secret(self, watcher):
        plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        for secret in (PASSWORD, plain, base64.b64encode(PASSWORD.encode()).decode()):
            self.assertNotIn(secret, watcher.text())

    def test_a_session_under_tls_is_told_line_by_line(self):
        watcher = Watcher(self, self.gateway, "--user", USER.upper())
        peer = self.implicit().login(USER, PASSWORD)
        peer.command("RETR 1")
        body = peer.read_body()
        peer.command("QUIT")
        lines = watcher.lines("closed: quit")
        for line in lines:
            self.assertRegex(line, LINE)
        self.come_in_turn(lines, f"C: USER {USER}", "S: +OK send PASS", "C: PASS ****",
                          "policy: allowed by policy.login", "-- backend: legacy", "B< +OK (",
                          f"B> USER {USER}", "B> PASS ****", "-- login: right",
                          "S: +OK logged in", "C: RETR 1", "B< +OK ",
                          f"B< {len(body)} bytes of body", "C: QUIT", "-- closed: quit")
        self.no_secret(watcher)

    def test_one_of_two_users_is_shown(self):
        watcher = Watcher(self, self.gateway, "--user", OTHER)
        first, second = self.implicit(), self.stls()
        first.login(USER, PASSWORD)
        second.login(OTHER, PASSWORD)
        first.command("UIDL 1")
        second.command("STAT")
        first.command("QUIT")
        second.command("QUIT")
        lines = watcher.lines("closed: quit")
        self.come_in_turn(lines, f"C: USER {OTHER}", "C: STAT", "closed: quit")
        self.assertEqual(len({line.split()[1] for line in lines}), 1)
        self.assertNotIn("UIDL", watcher.text())

    def test_an_address_is_watched_from_the_first_byte_and_its_neighbour_is_not(self):
        watcher = Watcher(self, self.gateway, "--ip", "127.0.0.2/31", "--for", "1h")
        plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        self.stls().command("NOOP")
        peer = self.stls(source="127.0.0.2")
        peer.command("AUTH PLAIN")
        self.assertTrue(peer.command(plain).startswith(b"+OK"))
        peer.command("QUIT")
        lines = watcher.lines("closed: quit")
        self.assertEqual(len({line.split()[1] for line in lines}), 1)
        self.come_in_turn(lines, "connected from 127.0.0.2:", "S: +OK", "C: STLS", "S: +OK begin",
                          "TLS: TLSv1.3 TLS_", "sni localhost", "C: AUTH PLAIN", "S: +",
                          f"C: ({len(plain)} bytes)", "B> PASS ****", "closed: quit")
        self.no_secret(watcher)

    def test_a_refused_login_tells_the_rule_and_a_wrong_password_its_judgement(self):
        watcher = Watcher(self, self.gateway, "--ip", "127.0.0.1")
        peer = self.plain(self.gateway)
        peer.command(f"USER {USER}")
        peer.command(f"PASS {PASSWORD}")
        peer.command("QUIT")
        self.come_in_turn(watcher.lines("closed: "), f"C: USER {USER}", "policy_denied: ",
                          "by policy.login", "S: -ERR [SYS/PERM]", "C: PASS ****",
                          "secret_exposed: ", "C: QUIT", "closed: quit")
        peer = self.implicit()
        peer.command(f"USER {USER}")
        self.assertTrue(peer.command(f"PASS {PASSWORD}x").startswith(b"-ERR"))
        peer.close()
        self.come_in_turn(watcher.lines("closed: auth_failed"), "B< -ERR [AUTH]", "login: wrong",
                          "S: -ERR [AUTH]", "closed: auth_failed")
        self.no_secret(watcher)

    def test_it_ends_at_its_time_and_when_it_is_told_to(self):
        watcher = Watcher(self, self.gateway, "--user", USER, "--for", "1s", "--json")
        self.assertEqual(watcher.code(), 0, watcher.errors())
        self.assertEqual(json.loads(watcher.text()),
                         {"ok": True, "end": True, "why": "time", "left_out": 0})
        for number in (signal.SIGINT, signal.SIGTERM):
            watcher = Watcher(self, self.gateway, "--user", USER)
            watcher.process.send_signal(number)
            self.assertEqual(watcher.code(), 0, watcher.errors())
        until(lambda: any(line["msg"] == "a trace ends: left"
                          for line in self.gateway.log_events("control")), "the log tells the end")
        begun = [line for line in self.gateway.log_events("control")
                 if line["msg"].startswith("a trace begins, for 1 s")]
        self.assertEqual(begun[-1]["user"], USER)

    def test_a_program_reads_one_object_a_line(self):
        watcher = Watcher(self, self.gateway, "--ip", "127.0.0.1", "--json")
        until(lambda: any("from 127.0.0.1/32" in line["msg"] or "from 127.0.0.1" in line["msg"]
                          for line in self.gateway.log_events("control")), "it has begun")
        with self.implicit() as peer:
            peer.command("QUIT")
        told = [json.loads(line) for line in watcher.lines("closed: quit")]
        self.assertEqual({"ts", "sid", "ip", "mark", "text"}, set(told[0]))
        self.assertEqual({line["ip"] for line in told}, {"127.0.0.1"})

    def test_who_is_stopped_loses_lines_and_nobody_waits(self):
        watcher = Watcher(self, self.gateway, "--ip", "127.0.0.3")
        watcher.process.send_signal(signal.SIGSTOP)
        peer = self.implicit(source="127.0.0.3")
        for _ in range(80):
            peer.send(b"CAPA\r\n" * 50)
            for _ in range(50):
                peer.read_body()
        self.assertTrue(control.ask(self.gateway, "status")["ok"])
        self.implicit().login(USER, PASSWORD).command("QUIT")
        watcher.process.send_signal(signal.SIGCONT)
        lines = watcher.lines(" lines left out")
        self.assertTrue(any(re.match(r"-- [1-9]\d* lines left out", line) for line in lines))
        peer.command("QUIT")
        watcher.lines("closed: quit")

    def test_what_it_does_not_take(self):
        for wrong in ((), ("--user", USER, "--for", "soon"), ("--user", USER, "--for", "2h"),
                      ("--user", USER, "--for", "0")):
            done = control.run(self.gateway, "trace", *wrong)
            self.assertEqual(done.returncode, 2, done)
        done = control.run(self.gateway, "trace", "--ip", "nowhere")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("is no address and no network", done.stderr)

    def test_it_ends_with_the_process(self):
        own = Gateway(self.path("own"), "")
        own.configure(toml(self.tap.address, [self.certificate],
                           control={"socket": control.socket_of(own)}))
        self.addCleanup(own.stop)
        own.start()
        watcher = Watcher(self, own, "--user", USER)
        peer = self.secure(own).login(USER, PASSWORD)
        control.run(own, "drain")
        peer.command("QUIT")
        self.assertEqual(watcher.code(), 0, watcher.errors())
        self.assertIn("the process ends", watcher.errors())
        self.assertIn("closed: quit", watcher.text())
        until(lambda: not own.running(), "the gateway has ended")


if __name__ == "__main__":
    unittest.main()
