# SPDX-License-Identifier: Apache-2.0
"""The log is an interface: one line a session, well formed, in the format and place asked for."""

import fcntl
import json
import os
import re
import select
import signal
import socket
import sys
import termios
import threading

from support.configuration import toml
from support.crowd_backend import CrowdBackend
from support.gateway import CLOSED, Gateway
from support.logfmt import parse
from support.raw_peer import RawPeer
from support.waiting import PATIENCE, until
from support.world import PASSWORD, USER, DovecotWorld, World

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

    def test_what_cannot_be_seen_in_a_name_is_escaped(self):
        for name in (b"\xff\x1b[31m", b"\xc2\x9b31m", b"\xe2\x80\xaeecila", b"\xe2\x80\x8b",
                     b"\xe2\x80\xa8event=ban", b"\xc3\xbc"):
            peer = self.implicit()
            peer.try_send(b"USER " + name + b"\r\nPASS x\r\nQUIT\r\n")
            peer.read_to_end()
            self.gateway.wait_for_log("session", rport=peer.origin[1])
        with open(os.path.join(self.gateway.directory, "stderr"), "rb") as file:
            text = file.read().decode("utf-8")
        self.assertEqual(set(re.findall("[^\x20-\x7e\n]", text)), {"\u00fc"})

    def test_letters_of_any_script_stay_as_they_are(self):
        peer = self.implicit()
        peer.try_send("USER j\u00fcrgen\r\nPASS x\r\nQUIT\r\n".encode())
        peer.read_to_end()
        line = self.gateway.wait_for_log("session", rport=peer.origin[1])
        self.assertEqual(line["user"], "j\u00fcrgen")
        self.assertRegex(self.gateway.stderr(), "user=\"?j\u00fcrgen")

    def test_each_phase_is_told_at_level_debug(self):
        port = self.one_session(self.stls())["rport"]
        phases = [line["phase"] for line in self.gateway.log_events("phase", rport=port)]
        for phase in ("authorization", "starting-tls", "handshake", "connecting", "backend-login",
                      "relaying", "closing"):
            self.assertIn(phase, phases)
        told = self.gateway.log_events("upstream", rport=port)
        self.assertEqual([line["baddr"] for line in told],
                         [f"127.0.0.1:{self.tap.address[1]}"] * 2)


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


class QuietLogs(DovecotWorld):
    """Below level debug nobody hears of phases, and a crowd of strangers is summed up."""

    configuration = {"log": {"level": "info"}}

    def test_phases_are_not_told(self):
        peer = self.implicit().login(USER, PASSWORD)
        peer.command("QUIT")
        peer.read_to_end()
        self.gateway.wait_for_log("session", rport=peer.origin[1])
        self.assertEqual(self.gateway.log_events("phase"), [])
        self.assertEqual(self.gateway.log_events("upstream"), [])


class UnreadLog(World):
    """Standard error is a pipe that nobody reads: the service goes on, and it ends when told."""

    def setUp(self):
        self.backend = CrowdBackend()
        self.addCleanup(self.backend.close)
        self.pipe, write_end = os.pipe()
        self.addCleanup(os.close, self.pipe)
        text = toml(self.backend.address, [self.certificate], timeouts={"drain": "1s"})
        self.gateway = Gateway(self.path(self.id()), text)
        self.addCleanup(self.gateway.stop)
        self.gateway.start(write_end)
        os.close(write_end)

    def one_session(self):
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.login("alice", "secret")
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
            self.assertEqual(peer.read_to_end(), b"")

    def fill(self):
        """Until the pipe takes nothing more, and some sessions beyond."""
        def waiting():
            size = bytearray(4)
            fcntl.ioctl(self.pipe, termios.FIONREAD, size)
            return int.from_bytes(size, sys.byteorder)

        def is_full():
            before = waiting()
            for _ in range(10):
                self.one_session()
            return before == waiting()
        until(is_full, "the pipe is full")

    def read_until(self, end):
        text = b""
        while end not in text:
            self.assertTrue(select.select([self.pipe], [], [], PATIENCE)[0], f"{end} comes")
            text += os.read(self.pipe, 1 << 16)
        return text.decode()

    def test_sessions_go_on_and_the_lines_come_once_somebody_reads(self):
        self.fill()
        reader = threading.Thread(target=lambda: texts.append(self.read_until(b"event=stop")))
        texts = []
        reader.start()
        self.one_session()
        self.gateway.stop()
        reader.join(PATIENCE)
        lines = [parse(line) for line in texts[0].splitlines()]
        opened = {line["sid"] for line in lines if line["event"] == "phase"}
        closed = [line["sid"] for line in lines if line["event"] == "session"]
        self.assertEqual(sorted(opened), sorted(closed))

    def test_one_signal_ends_it(self):
        self.fill()
        self.gateway.signal(signal.SIGTERM)
        self.assertEqual(self.gateway.wait(within=10), 0)

    def takes_nobody(self):
        try:
            socket.create_connection(self.gateway.address("pop3s")).close()
        except ConnectionRefusedError:
            return True
        return False

    def test_a_second_signal_ends_it_while_a_session_is_open(self):
        self.fill()
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.login("alice", "secret")
            self.gateway.signal(signal.SIGTERM)
            until(self.takes_nobody, "the first signal is heeded")  # two at once may be one
            self.gateway.signal(signal.SIGTERM)
            self.assertEqual(self.gateway.wait(within=10), 0)

    def test_a_reader_that_has_gone_ends_nothing(self):
        self.one_session()
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), self.pipe)
        for _ in range(5):
            self.one_session()


class OddStandardError(World):
    """Standard error is closed, or a disk without room."""

    def serves(self, stderr, name):
        backend = CrowdBackend()
        self.addCleanup(backend.close)
        gateway = Gateway(self.path(name), toml(backend.address, [self.certificate]))
        self.addCleanup(gateway.stop)
        gateway.start(stderr)
        for _ in range(3):
            with RawPeer(gateway.address("pop3s")) as peer:
                peer.start_tls(self.context)
                DovecotWorld.greeted(peer)
                peer.login("alice", "secret")
                self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
                self.assertEqual(peer.read_to_end(), b"", "and nothing that was meant for the log")

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            self.serves(full.fileno(), "full")

    def test_closed(self):
        """No socket gets its number, so nothing is written to a client."""
        self.serves(CLOSED, "closed")


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


class RoomThatEnds(World):
    """A disk of 64 KiB fills up, a pipe loses its reader: sessions go on, each line is there or
    counted, and the log goes on by itself."""

    def setUp(self):
        self.backend = CrowdBackend()
        self.addCleanup(self.backend.close)
        self.place = self.path(self.id().rpartition(".")[2])
        os.makedirs(os.path.join(self.place, "disk"))

    def start(self, target, prefix=()):
        text = toml(self.backend.address, [self.certificate],
                    log={"target": target, "level": "info"})
        gateway = Gateway(self.place, text, prefix=prefix).start()
        self.addCleanup(gateway.stop)
        return gateway

    def sessions(self, gateway, count):
        for _ in range(count):
            with RawPeer(gateway.address("pop3s")) as peer:
                peer.start_tls(self.context)
                DovecotWorld.greeted(peer)
                peer.login("alice", "secret")
                self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
                self.assertEqual(peer.read_to_end(), b"")

    @staticmethod
    def events(text):
        lines = [line for line in text.split("\n")[:-1] if line.startswith("ts=")]
        return [parse(line) for line in lines if line.endswith('"')]

    def test_a_disk_that_is_full(self):
        target = os.path.join(self.place, "disk", "log")
        gateway = self.start(target, ["unshare", "--mount", "sh", "-c",
                                      'mount -t tmpfs -o size=64k none "$0" && exec "$@"',
                                      os.path.dirname(target)])
        seen = f"/proc/{gateway.pid}/root{target}"

        def read():
            with open(seen, encoding="utf-8") as file:
                return file.read()
        before = 150
        self.sessions(gateway, before)  # of two lines, with 800 bytes
        until(lambda: len(read()) > 64_000, "it is full")
        self.sessions(gateway, 5)
        full = read()
        self.assertEqual(len(self.events(full)), len(self.events(read())), "nothing more has room")
        os.truncate(seen, 0)
        self.sessions(gateway, 5)

        def accounted_for():
            lines = self.events(full + "\n" + read())
            kept = sum(line["event"] in ("login", "session") for line in lines)
            return kept + sum(int(line.get("dropped", 0)) for line in lines)
        until(lambda: accounted_for() >= 2 * (before + 10), "each line is there or counted")
        self.assertEqual(accounted_for(), 2 * (before + 10))
        self.assertIn("event=log_dropped", read())

    def test_a_pipe_without_a_reader(self):
        target = os.path.join(self.place, "pipe")
        os.mkfifo(target)
        with self.assertRaisesRegex(AssertionError, "cannot open the log: .*No such device"):
            self.start(target)
        reader = os.open(target, os.O_RDONLY | os.O_NONBLOCK)
        gateway = self.start(target)
        self.sessions(gateway, 2)
        os.close(reader)
        self.sessions(gateway, 3)
        reader = os.open(target, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.sessions(gateway, 1)
        text = b""

        def told():
            nonlocal text
            try:
                text += os.read(reader, 1 << 16)
            except BlockingIOError:
                pass
            return b"event=log_dropped" in text and b"event=session" in text
        until(told, "it goes on with the next reader, and tells what is missing")
