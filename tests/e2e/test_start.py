"""How run begins: with everything in place, or not at all and with the right exit status."""

import os
import socket
import subprocess

from support.configuration import toml
from support.gateway import program
from support.raw_peer import RawPeer
from support.world import World

BACKEND = ("127.0.0.1", 110)
BOTH = ("127.0.0.1:0", "[::1]:0")
RUNTIME_FAILURE, WARNINGS, CONFIGURATION = 1, 3, 78


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
