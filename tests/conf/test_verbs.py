# SPDX-License-Identifier: Apache-2.0
"""What `postern check`, `config` and `version` print, and how they end.

POSTERN names the program.
"""

import json
import os
import re
import subprocess
import tempfile
import tomllib
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSTERN = os.environ["POSTERN"]

OK, USAGE, WARNINGS, CONFIGURATION = 0, 2, 3, 78

FILE = """\
[server]
names = ["pop.example.com"]

[[listener]]
name = "pop3s"
address = ["127.0.0.1:0"]
tls = "implicit"

[[listener]]
name = "pop3"
address = ["127.0.0.1:0"]
tls = "stls"

[[tls.certificate]]
cert_file = "{cert}"
key_file = "{key}"

[[backend]]
name = "mail"
address = ["127.0.0.1:110"]
"""


def postern(*arguments):
    return subprocess.run([POSTERN, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, check=False)


class Verbs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for name in ("pop", "other"):
            cls.make_certificate(name)

    @classmethod
    def make_certificate(cls, name):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "90", "-subj", f"/CN={name}", "-keyout", cls.folder / f"{name}.key",
             "-out", cls.folder / f"{name}.crt", "-addext", f"subjectAltName=DNS:{name}.example.com"],
            capture_output=True, check=True)

    def write(self, text, name="postern.toml"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def good(self, cert="pop", key="pop"):
        return FILE.format(cert=self.folder / f"{cert}.crt", key=self.folder / f"{key}.key")


class Check(Verbs):
    def test_a_good_file_is_counted_on_standard_output(self):
        path = self.write(self.good())
        done = postern("check", "-c", path)
        self.assertEqual(done.stdout, f"{path}: ok, 2 listeners, 1 backend, 1 certificate\n")
        self.assertEqual((done.returncode, done.stderr), (OK, ""))

    def test_every_error_is_shown_with_its_line_and_a_caret(self):
        path = self.write(self.good() + '[policy]\nlogn = "tls-required"\n[cluster]\nredis = "x"\n')
        done = postern("check", "--config", path)
        self.assertEqual(done.returncode, CONFIGURATION)
        self.assertEqual(done.stdout, "")
        self.assertEqual(
            done.stderr,
            f"{path}:22:1: error: unknown key `policy.logn`; did you mean `policy.login`?\n"
            '    logn = "tls-required"\n'
            "    ^\n"
            f"{path}:24:9: error: `cluster.redis` must be a list of strings such as "
            '["10.0.0.21:6379"], not a string\n'
            '    redis = "x"\n'
            "            ^\n")

    def test_a_key_of_another_certificate_is_an_error_at_the_key(self):
        path = self.write(self.good(key="other"))
        done = postern("check", "-c", path)
        self.assertEqual(done.returncode, CONFIGURATION)
        self.assertIn(f"{path}:16:12: error: tls.certificate[0]: the key does not belong to the "
                      "certificate (other.key)\n", done.stderr)

    def test_warnings_fail_only_when_strict(self):
        path = self.write(self.good(cert="other", key="other"))
        done = postern("check", "-c", path)
        self.assertEqual(done.returncode, OK)
        self.assertIn(f'{path}:2:9: warning: no certificate covers "pop.example.com"\n', done.stderr)
        self.assertIn(": ok, ", done.stdout)
        strict = postern("check", "--strict", "-c", path)
        self.assertEqual((strict.returncode, strict.stdout), (WARNINGS, ""))
        self.assertEqual(strict.stderr, done.stderr)

    def test_errors_outweigh_warnings_when_strict(self):
        path = self.write(self.good(cert="other") + '[timeouts]\nidle = "1s"\n')
        self.assertEqual(postern("check", "--strict", "-c", path).returncode, CONFIGURATION)

    def test_diagnostics_of_both_kinds_stand_in_the_order_of_the_file(self):
        path = self.write(self.good(key="other") + '[timeouts]\nidle = "1s"\n')
        places = re.findall(r"\.toml:(\d+):\d+: (\w+)", postern("check", "-c", path).stderr)
        self.assertEqual(places, [("16", "error"), ("22", "warning")])

    def test_a_missing_file_is_a_bad_configuration(self):
        done = postern("check", "-c", self.folder / "none.toml")
        self.assertEqual(done.returncode, CONFIGURATION)
        self.assertEqual(done.stderr, f"{self.folder}/none.toml: error: cannot be read: "
                                      "No such file or directory\n")

    def test_json_for_programs(self):
        path = self.write(self.good() + '[policy]\nlogn = "é"\n')
        done = postern("check", "--json", "-c", path)
        self.assertEqual((done.returncode, done.stderr), (CONFIGURATION, ""))
        self.assertEqual(json.loads(done.stdout), {
            "file": str(path), "ok": False, "listeners": 0, "backends": 0, "certificates": 0,
            "diagnostics": [{
                "severity": "error", "line": 22, "column": 1,
                "text": "unknown key `policy.logn`; did you mean `policy.login`?",
                "source_line": 'logn = "é"'}]})

    def test_json_of_a_good_file(self):
        path = self.write(self.good())
        self.assertEqual(json.loads(postern("check", "--json", "-c", path).stdout), {
            "file": str(path), "ok": True, "listeners": 2, "backends": 1, "certificates": 1,
            "diagnostics": []})

    def test_json_of_a_file_that_is_no_utf_8(self):
        path = self.folder / "latin1.toml"
        path.write_bytes(b'[policy]\nlogin = "\xff"\n')
        report = json.loads(postern("check", "--json", "-c", path).stdout)
        self.assertEqual(report["diagnostics"][0]["line"], 2)

    def test_an_unknown_option_is_a_matter_of_usage(self):
        self.assertEqual(postern("check", "--lenient").returncode, USAGE)


class Config(Verbs):
    def test_effective_is_the_default_and_names_its_sources(self):
        path = self.write(self.good())
        done = postern("config", "-c", path)
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        self.assertIn(f'name = "pop3s"  # {path}:5\n', done.stdout)
        self.assertIn('login = "tls-required"  # default\n', done.stdout)
        self.assertEqual(postern("config", "--effective", "-c", path).stdout, done.stdout)

    def test_what_is_in_force_can_be_checked_and_printed_again(self):
        first = postern("config", "-c", self.write(self.good())).stdout
        again = self.write(first, "effective.toml")
        self.assertEqual(postern("check", "--strict", "-c", again).returncode, OK)
        self.assertEqual(tomllib.loads(postern("config", "-c", again).stdout),
                         tomllib.loads(first))

    def test_effective_does_not_open_certificates(self):
        done = postern("config", "-c", ROOT / "conf/postern.toml")
        self.assertEqual((done.returncode, done.stderr), (OK, ""))

    def test_effective_for_programs(self):
        path = self.write(self.good())
        report = json.loads(postern("config", "--json", "-c", path).stdout)
        values = {value.pop("key"): value for value in report["values"]}
        self.assertEqual(report["file"], str(path))
        self.assertEqual(values["server.names"],
                         {"value": ["pop.example.com"], "line": 2, "column": 9})
        self.assertEqual(values["tls.tickets"], {"value": True, "line": None, "column": None})
        self.assertEqual(values["limits.max_command_bytes"]["value"], 512)

    def test_a_bad_file_has_nothing_in_force(self):
        done = postern("config", "-c", self.write("[policy]\nlogn = 1\n"))
        self.assertEqual((done.returncode, done.stdout), (CONFIGURATION, ""))
        self.assertIn("did you mean `policy.login`", done.stderr)

    def test_defaults_need_no_file_and_are_one(self):
        done = postern("config", "--defaults", "-c", "/nonexistent")
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        self.assertEqual(tomllib.loads(done.stdout)["timeouts"]["idle"], "10m")
        path = self.write(done.stdout, "defaults.toml")
        self.assertEqual(postern("config", "-c", path).returncode, OK)

    def test_defaults_for_programs(self):
        keys = {key["key"]: key for key in json.loads(postern("config", "--defaults", "--json").stdout)}
        self.assertEqual(keys["timeouts.idle"]["default"], "10m")
        self.assertFalse(keys["timeouts.idle"]["required"])
        self.assertTrue(keys["listener.name"]["required"])
        self.assertIsNone(keys["listener.name"]["default"])

    def test_differences_are_lines_with_signs(self):
        before = self.write(self.good())
        after = self.write("\n" + self.good() + '[timeouts]\nidle = "30m"\n', "after.toml")
        done = postern("config", "-c", before, "--diff", after)
        self.assertEqual(done.returncode, OK)
        self.assertEqual(done.stdout, '-timeouts.idle = "10m"  # default\n'
                                      f'+timeouts.idle = "30m"  # {after}:23\n')

    def test_no_differences_are_no_lines(self):
        path = self.write(self.good())
        done = postern("config", "-c", path, "--diff", path)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (OK, "", ""))

    def test_differences_for_programs(self):
        before = self.write(self.good())
        after = self.write(self.good().replace('"pop3"', '"stls"'), "after.toml")
        report = json.loads(postern("config", "--json", "-c", before, "--diff", after).stdout)
        self.assertIn({"key": 'listener["pop3"].tls', "before": "stls", "after": None}, report)
        self.assertIn({"key": 'listener["stls"].tls', "before": None, "after": "stls"}, report)

    def test_a_bad_file_on_either_side_is_a_bad_configuration(self):
        good, bad = self.write(self.good()), self.write("x = 1\n", "bad.toml")
        for sides in ((good, bad), (bad, good)):
            done = postern("config", "-c", sides[0], "--diff", sides[1])
            self.assertEqual((done.returncode, done.stdout), (CONFIGURATION, ""))

    def test_two_views_at_once_are_a_matter_of_usage(self):
        self.assertEqual(postern("config", "--defaults", "--effective").returncode, USAGE)
        self.assertEqual(postern("config", "--defaults", "--diff", "x").returncode, USAGE)


class Version(unittest.TestCase):
    def test_version_is_one_line(self):
        done = postern("version")
        self.assertEqual(done.returncode, OK)
        self.assertRegex(done.stdout, r"\Apostern \d+\.\d+\.\d+\n\Z")

    def test_build_names_the_tls_library(self):
        text = postern("version", "--build").stdout
        self.assertTrue(text.startswith(postern("version").stdout))
        self.assertRegex(text, r"\nBoringSSL API version: \d+\n")
        self.assertRegex(text, r"\ncompiler: (GCC|Clang) \d+")

    def test_version_for_programs(self):
        self.assertEqual(list(json.loads(postern("version", "--json").stdout)), ["version"])
        build = json.loads(postern("version", "--build", "--json").stdout)
        self.assertGreaterEqual(build["boringssl_api"], 17)

    def test_build_says_what_it_was_built_from(self):
        text = postern("version", "--build").stdout
        self.assertRegex(text, r"\ncommit: ([0-9a-f]{40}(\+changes)?|unknown)\n")
        self.assertRegex(text, r"\nBoringSSL: \S+ \S+, (shared|static)\n")
        self.assertRegex(text, r"\nBoringSSL's security updates from the distribution: (yes|no),")


if __name__ == "__main__":
    unittest.main()
