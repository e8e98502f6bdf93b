# SPDX-License-Identifier: Apache-2.0
"""How run begins: with everything in place, or not at all and with the right exit status."""

import contextlib
import os
import socket
import subprocess
import unittest

from support.configuration import toml
from support.gateway import Gateway, program
from support.manager import Manager
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import World

BACKEND = ("127.0.0.1", 110)
BOTH = ("127.0.0.1:0", "[::1]:0")
RUNTIME_FAILURE, WARNINGS, CONFIGURATION = 1, 3, 78


def _core_limits(pid):
    """Soft and hard; empty when the process does not tell."""
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        return next((line.split()[4:6] for line in file if line.startswith("Max core")), [])


class Start(World):
    """Nothing is running yet; each test has a file of its own."""

    def good(self, **changes):
        return toml(BACKEND, [self.certificate], **changes)

    def write(self, text):
        path = self.path(self._testMethodName + ".toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def verb(self, *arguments):
        return subprocess.run([program(), *arguments], capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, check=False, text=True)

    def never_starts(self, text, status):
        """run ends by itself with this status, a reason, and no ready file."""
        ready = self.path("ready.json")
        done = self.verb("run", "-c", self.write(text), "--ready-file", ready)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertFalse(os.path.exists(ready))
        return done.stderr

    def test_what_check_refuses_run_refuses_too(self):
        bad = {"syntax": "[[listener", "key": self.good().replace("login =", "logn ="),
               "mismatched": toml(BACKEND, [self.authority.mismatched("mismatched")]),
               "broken": toml(BACKEND, [self.authority.broken("broken")]), "empty": ""}
        for name, text in bad.items():
            with self.subTest(name):
                self.assertEqual(self.verb("check", "-c", self.write(text)).returncode,
                                 CONFIGURATION)
                self.assertIn(": error: ", self.never_starts(text, CONFIGURATION))

    def test_check_says_yes_to_what_runs_and_strict_minds_a_warning(self):
        path = self.write(self.good())
        self.assertEqual(self.verb("check", "-c", path).returncode, 0)
        self.assertEqual(self.verb("check", "--strict", "-c", path).returncode, 0)
        path = self.write(self.good(doors=(("open", "none", ("0.0.0.0:0",)),)))
        self.assertEqual(self.verb("check", "-c", path).returncode, 0)
        self.assertEqual(self.verb("check", "--strict", "-c", path).returncode, WARNINGS)

    def test_a_port_in_use_is_a_failure_of_the_run_not_of_the_file(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            doors = (("pop3s", "implicit", (f"127.0.0.1:{port}",)),)
            said = self.never_starts(self.good(doors=doors), RUNTIME_FAILURE)
        self.assertIn(str(port), said)

    def fixed(self, port, **changes):
        """A configuration that listens on this port."""
        return self.good(doors=(("pop3s", "implicit", (f"127.0.0.1:{port}",)),), **changes)

    def test_a_second_run_on_the_same_port_is_refused_and_says_where_and_who(self):
        """SO_REUSEPORT would let it serve half of the clients, with its own policy."""
        first = self.start_gateway(BACKEND, self.addCleanup, "first")
        port = first.address("pop3s")[1]
        for text in (self.fixed(port), self.fixed(port).replace("127.0.0.1:" + str(port),
                                                                "0.0.0.0:" + str(port))):
            said = self.never_starts(text, RUNTIME_FAILURE)
            self.assertRegex(said, rf":8:\d+: error: listener \"pop3s\": cannot listen on "
                                   rf"\S+:{port}: Address already in use "
                                   rf"\((by postern, process {first.pid}|"
                                   rf"postern check says by whom)\)")
        for _ in range(8):
            with RawPeer(first.address("pop3s")) as peer:
                peer.start_tls(self.context)
                self.assertEqual(peer.read_line(), b"+OK POP3 ready")

    def test_check_tells_of_a_port_that_another_program_has(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            path = self.write(self.fixed(port))
            done = self.verb("check", "-c", path)
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stderr, rf"warning: another program listens on 127.0.0.1:{port} "
                                          rf"\(by \S+, process {os.getpid()}\)")
        self.assertEqual(self.verb("check", "-c", path).stderr, "")

    def test_check_is_silent_beside_the_postern_that_runs_with_the_same_file(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        gateway = Gateway(self.path("served"), self.fixed(port))
        self.addCleanup(gateway.stop)
        gateway.start()
        self.assertEqual(self.verb("check", "--strict", "-c", gateway.config_file).stderr, "")
        other = self.verb("check", "--strict", "-c", self.write(self.fixed(port)))
        self.assertEqual(other.returncode, WARNINGS)
        self.assertIn(f"127.0.0.1:{port} (by postern, process {gateway.pid})", other.stderr)

    def test_a_reload_may_rename_a_listener_and_open_one_beside_it(self):
        gateway = self.start_gateway(BACKEND, self.addCleanup, "renamed")
        port = gateway.address("pop3s")[1]
        self.assertEqual(gateway.reload(self.fixed(port))["level"], "info")
        self.assertEqual(gateway.reload(self.fixed(port).replace('"pop3s"', '"other"'))["level"],
                         "info")
        with RawPeer(("127.0.0.1", port)) as peer:
            peer.start_tls(self.context)
            self.assertEqual(peer.read_line(), b"+OK POP3 ready")

    def test_a_backend_that_is_postern_itself_is_refused(self):
        own = subprocess.run(["hostname", "-I"], capture_output=True, text=True,
                             check=False).stdout.split()
        for host in ["127.0.0.1", "localhost", *own[:1]]:
            with self.subTest(host):
                text = toml((host, 1995), [self.certificate],
                            doors=(("pop3s", "implicit", ("0.0.0.0:1995",)),))
                self.assertIn(f"{host}:1995 is postern itself, listener \"pop3s\"",
                              self.never_starts(text, CONFIGURATION))
                self.assertEqual(self.verb("check", "-c", self.path(
                    self._testMethodName + ".toml")).returncode, CONFIGURATION)

    def test_a_key_that_everybody_may_read_is_a_warning_of_check_and_of_the_start(self):
        pair = self.authority.issue("open")
        os.chmod(pair.key_file, 0o644)
        gateway = self.start_gateway(BACKEND, self.addCleanup, "open-key", certificates=[pair])
        done = self.verb("check", "--strict", "-c", gateway.config_file)
        self.assertEqual(done.returncode, WARNINGS)
        advice = f"everybody on this machine may read this key; chmod 640 {pair.key_file}"
        self.assertIn(advice, done.stderr)
        self.assertTrue([line for line in gateway.log_events() if advice in line["msg"]])
        os.chmod(pair.key_file, 0o640)
        self.assertEqual(self.verb("check", "--strict", "-c", gateway.config_file).stderr, "")
        os.chmod(gateway.config_file, 0o666)
        done = self.verb("check", "--strict", "-c", gateway.config_file)
        self.assertIn("may change the configuration; chmod 644", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "only root is warned")
    def test_root_is_told_that_it_is_not_needed(self):
        gateway = self.start_gateway(BACKEND, self.addCleanup, "as-root")
        self.assertTrue([line for line in gateway.log_events("start")
                         if line["level"] == "warn" and "CAP_NET_BIND_SERVICE" in line["msg"]])

    def test_no_verb_leaves_a_core(self):
        """A full pipe keeps the verb in the middle of its complaint."""
        for verb in (["check", "-c"], ["config", "-c"]):
            with self.subTest(verb):
                reader, writer = os.pipe()
                os.set_blocking(writer, False)
                with contextlib.suppress(BlockingIOError):
                    while True:
                        os.write(writer, b"x" * 4096)
                os.set_blocking(writer, True)
                with subprocess.Popen([program(), *verb, self.path("missing.toml")],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=writer) as process:
                    os.close(writer)
                    until(lambda: _core_limits(process.pid) == ["0", "0"], "no core is left")
                    with open(reader, "rb") as pipe:
                        pipe.read()
                    process.wait(60)

    def test_the_manager_is_told_of_every_state_and_fed_while_the_workers_answer(self):
        manager = Manager(self.directory)
        self.addCleanup(manager.close)
        gateway = Gateway(self.path("managed"), self.good(), environment={
            "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"})
        self.addCleanup(gateway.stop)
        gateway.start()
        until(lambda: manager.heard("READY=1"), "it is ready")
        until(lambda: manager.count("WATCHDOG=1") >= 3, "it is fed")
        good = gateway.reload(self.good())
        self.assertEqual(good["level"], "info")
        self.assertFalse(manager.heard("refused"))
        gateway.reload(self.good() + "nonsense")
        until(lambda: manager.heard("READY=1\nSTATUS=reload refused"), "the refusal is told")
        before = manager.count("WATCHDOG=1")
        until(lambda: manager.count("WATCHDOG=1") > before, "it is still fed")

    def test_the_ready_file_names_every_door_and_each_one_answers(self):
        gateway = self.start_gateway(BACKEND, self.addCleanup, workers=4, doors=(
            ("pop3s", "implicit", BOTH), ("pop3", "stls", BOTH)))
        self.assertEqual(gateway.ready["pid"], gateway.pid)
        doors = gateway.ready["listeners"]
        self.assertEqual([(each["name"], each["address"], each["tls"]) for each in doors],
                         [("pop3s", "127.0.0.1", "implicit"), ("pop3s", "::1", "implicit"),
                          ("pop3", "127.0.0.1", "stls"), ("pop3", "::1", "stls")])
        for each in doors:
            for _ in range(8):  # whichever worker takes it
                with RawPeer((each["address"], each["port"])) as peer:
                    if each["tls"] == "implicit":
                        peer.start_tls(self.context)
                    self.assertEqual(peer.read_line(), b"+OK POP3 ready")

    def test_a_greeting_of_ones_own_is_shown(self):
        text = self.good().replace('name = "pop3"\n', 'name = "pop3"\ngreeting = "Hello there"\n')
        gateway = self.start_gateway(BACKEND, self.addCleanup, "gateway-greeting")
        gateway.reload(text)
        with RawPeer(gateway.address("pop3")) as peer:
            self.assertEqual(peer.read_line(), b"+OK Hello there")
