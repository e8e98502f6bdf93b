"""check, config and version: exit codes, and diagnostics that point at the place."""

import json
import os
import re
import socket
import subprocess

from support.configuration import toml
from support.gateway import program
from support.world import World

BACKEND = ("127.0.0.1", 110)


class Verbs(World):
    """Nothing is running; a verb looks at a file and ends."""

    def run_verb(self, *arguments):
        return subprocess.run([program(), *arguments], capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, check=False, text=True)

    def check(self, text, *options):
        """check on a file with this text."""
        path = self.path(self._testMethodName + ".toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path, self.run_verb("check", "-c", path, *options)

    def good(self, **changes):
        return toml(BACKEND, [self.certificate], **changes)

    def test_a_good_file_is_0(self):
        _, done = self.check(self.good())
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)

    def test_a_bad_file_is_78_and_names_file_line_and_column(self):
        path, done = self.check(self.good().replace("login =", "logn ="))
        self.assertEqual(done.returncode, 78)
        said = done.stdout + done.stderr
        self.assertRegex(said, re.escape(path) + r":\d+:\d+: error: unknown key")
        self.assertIn("policy.login", said)

    def test_all_errors_are_named_at_once(self):
        _, done = self.check(self.good(limits={"max_bad_commands": -1},
                                       timeouts={"login": "soon", "idel": "10m"}))
        self.assertEqual(done.returncode, 78)
        self.assertGreaterEqual((done.stdout + done.stderr).count(": error: "), 3)

    def test_a_syntax_error_is_78(self):
        self.assertEqual(self.check("[[listener")[1].returncode, 78)

    def test_a_missing_file_is_78(self):
        done = self.run_verb("check", "-c", self.path("nowhere.toml"))
        self.assertEqual(done.returncode, 78)
        self.assertIn("nowhere.toml", done.stdout + done.stderr)

    def test_a_mismatched_key_is_78(self):
        _, done = self.check(toml(BACKEND, [self.authority.mismatched("mismatched")]))
        self.assertEqual(done.returncode, 78)
        self.assertIn("key", done.stdout + done.stderr)

    def test_a_broken_certificate_is_78(self):
        self.assertEqual(self.check(toml(BACKEND, [self.authority.broken("cut")]))[1].returncode,
                         78)

    def test_a_warning_is_0_and_under_strict_3(self):
        """A door without TLS to the world is worth a warning."""
        text = self.good(doors=(("open", "none", ("0.0.0.0:0",)),))
        _, done = self.check(text)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("warning", done.stdout + done.stderr)
        self.assertEqual(self.check(text, "--strict")[1].returncode, 3)
        self.assertEqual(self.check(self.good(), "--strict")[1].returncode, 0)

    def test_an_unknown_verb_or_option_is_2(self):
        self.assertEqual(self.run_verb("frobnicate").returncode, 2)
        self.assertEqual(self.run_verb("check", "--frobnicate").returncode, 2)
        self.assertEqual(self.run_verb().returncode, 2)

    def test_run_with_a_bad_file_is_78_and_opens_nothing(self):
        path, _ = self.check("[server")
        ready = self.path("ready.json")
        done = self.run_verb("run", "-c", path, "--ready-file", ready)
        self.assertEqual(done.returncode, 78)
        self.assertFalse(os.path.exists(ready))

    def test_run_on_a_port_in_use_is_1(self):

        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            doors = (("pop3s", "implicit", (f"127.0.0.1:{port}",)),)
            path, _ = self.check(self.good(doors=doors))
            done = self.run_verb("run", "-c", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(port), done.stderr)

    def test_version_says_what_it_is(self):
        done = self.run_verb("version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"postern \d+\.\d+")

    def test_config_shows_what_is_in_force(self):
        path, _ = self.check(self.good())
        done = self.run_verb("config", "--effective", "-c", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("tls-required", done.stdout)

    def test_config_as_json_is_json(self):
        path, _ = self.check(self.good())
        done = self.run_verb("config", "--json", "-c", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        json.loads(done.stdout)
