"""The log is an interface: one line a session, well formed, in the format and place asked for."""

import json
import os
import re
import signal

from support.logfmt import parse
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

EVIDENCE = ("ts", "level", "event", "sid", "rip", "rport", "listener", "reason")


class Logs(DovecotWorld):
    """Lines in logfmt on standard error, the default."""

    def one_session(self, peer):
        port = peer.socket.getsockname()[1]
        peer.login(USER, PASSWORD)
        self.assertTrue(peer.command("RETR 2").startswith(b"+OK"))
        peer.read_body()
        self.assertTrue(peer.command("DELE 2").startswith(b"+OK"))
        self.assertTrue(peer.command("RSET").startswith(b"+OK"))
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.assertEqual(peer.read_to_end(), b"")
        self.gateway.wait_for_log("session", rport=port)
        lines = self.gateway.log_events("session", rport=port)
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def test_a_session_leaves_one_line_with_evidence(self):
        for door, listener, stls in ((self.implicit, "pop3s", False), (self.stls, "pop3", True)):
            line = self.one_session(door())
            for key in (*EVIDENCE, "user", "mech", "backend", "in", "out", "dur"):
                self.assertIn(key, line)
            self.assertEqual(line["listener"], listener)
            self.assertEqual(line["user"], USER)
            self.assertEqual(line["mech"], "USER")
            self.assertEqual(line["backend"], "legacy")
            self.assertEqual(line["rip"], "127.0.0.1")
            self.assertRegex(line["tls"], r"1\.3")
            self.assertGreater(int(line["out"]), 100)
            self.assertEqual(line["level"], "info")

    def test_session_ids_differ(self):
        ids = {self.one_session(self.implicit())["sid"] for _ in range(10)}
        self.assertEqual(len(ids), 10)

    def test_a_failed_login_is_logged_with_its_reason(self):
        peer = self.implicit()
        port = peer.socket.getsockname()[1]
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"+OK"))
        self.assertTrue(peer.command("PASS wrong").startswith(b"-ERR [AUTH]"))
        line = self.gateway.wait_for_log("auth_failed", rport=port)
        self.assertEqual(line["user"], USER)
        self.assertEqual(line["rip"], "127.0.0.1")

    def test_every_line_on_standard_error_is_well_formed(self):
        self.one_session(self.implicit())
        for text in self.gateway.stderr().splitlines():
            fields = parse(text)
            self.assertRegex(fields["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
            self.assertIn(fields["level"], ("debug", "info", "warn", "error"))

    def test_a_user_name_cannot_forge_a_line_or_a_field(self):
        peer = self.implicit()
        port = peer.socket.getsockname()[1]
        reloads = len(self.gateway.log_events("reload"))
        name = 'x" event=reload level=error msg="%s%n \\'
        self.assertTrue(peer.command(f"USER {name}").startswith((b"+OK", b"-ERR")))
        peer.command("PASS wrong")
        peer.close()
        line = self.gateway.wait_for_log("session", rport=port)
        self.assertEqual(len(self.gateway.log_events("reload")), reloads)
        if "user" in line and line["user"] not in ("-", ""):
            self.assertEqual(line["user"], name)

    def test_eight_bit_and_control_bytes_in_a_name_are_escaped(self):
        peer = self.implicit()
        peer.try_send(b"USER \xc3\xbc\xff\x1b[31m\r\nPASS x\r\nQUIT\r\n")
        peer.read_to_end()
        with open(os.path.join(self.gateway.directory, "stderr"), "rb") as file:
            text = file.read()
        self.assertIsNone(re.search(rb"[^\x20-\x7e\n]", text))


class JsonLogs(DovecotWorld):
    """The same keys, one JSON object a line."""

    configuration = {"log": {"format": "json"}}

    def test_each_line_is_an_object_with_the_same_keys(self):
        peer = self.implicit().login(USER, PASSWORD)
        peer.command("QUIT")
        peer.read_to_end()
        line = self.gateway.wait_for_log("session")
        for key in (*EVIDENCE, "user", "backend", "in", "out"):
            self.assertIn(key, line)
        for text in self.gateway.stderr().splitlines():
            self.assertIsInstance(json.loads(text), dict)


class LogFile(DovecotWorld):
    """log.target is a file; USR1 opens it anew after a rotation."""

    @classmethod
    def setUpClass(cls):
        cls.configuration = {}
        super().setUpClass()
        cls.log_file = cls.path("postern.log")
        cls.gateway = cls.start_gateway(cls.tap.address, cls.addClassCleanup, "gateway-file",
                                        log={"target": cls.log_file, "level": "info"})

    def session_lines(self, path):
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            lines = [parse(text) for text in file.read().splitlines()]
        return [line for line in lines if line["event"] == "session"]

    def one_session(self):
        self.implicit().command("QUIT")

    def test_usr1_opens_the_file_anew(self):
        self.one_session()
        until(lambda: len(self.session_lines(self.log_file)) == 1, "the first session is logged")
        rotated = self.log_file + ".1"
        os.rename(self.log_file, rotated)
        self.one_session()
        until(lambda: len(self.session_lines(rotated)) == 2, "the old file is still written")
        self.gateway.signal(signal.SIGUSR1)
        until(lambda: os.path.exists(self.log_file), "the file is made anew")
        self.one_session()
        until(lambda: len(self.session_lines(self.log_file)) == 1, "the new file is written")
        self.assertEqual(len(self.session_lines(rotated)), 2)
        self.assertNotIn("event=session", self.gateway.stderr())
