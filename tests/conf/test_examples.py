# SPDX-License-Identifier: Apache-2.0
"""The shipped configurations: `postern check` finds them right, and warns as they say.

POSTERN names the program.
"""

import datetime
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSTERN = os.environ["POSTERN"]

DAY = re.compile(r'"20\d\d-\d\d-\d\d"')
IN_FORCE, WARNINGS = 0, 3


def day(from_today):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return (today + datetime.timedelta(days=from_today)).isoformat()


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "90", "-subj", "/CN=pop", "-keyout", cls.folder / "key.pem", "-out",
             cls.folder / "cert.pem", "-addext", "subjectAltName=DNS:pop.example.com"],
            capture_output=True, check=True)

    def check(self, path, text=None):
        """Its status under --strict, and its warnings, with a certificate of the run's own."""
        text = text or path.read_text(encoding="utf-8")
        text = re.sub(r'(?m)^cert_file = ".*"', f'cert_file = "{self.folder / "cert.pem"}"', text)
        text = re.sub(r'(?m)^key_file = ".*"', f'key_file = "{self.folder / "key.pem"}"', text)
        copy = self.folder / path.name
        copy.write_text(text, encoding="utf-8")
        done = subprocess.run([POSTERN, "check", "--strict", "-c", copy], capture_output=True,
                              text=True, timeout=60, check=False)
        return done.returncode, re.findall(r"(?m)^\S+: (?:warning|error): (.*)$", done.stderr)

    def dated(self, name, when):
        """An example as it is read so many days before (or, negative, after) each of its dates."""
        path = ROOT / "conf/examples" / name
        return path, DAY.sub(f'"{day(when)}"', path.read_text(encoding="utf-8"))

    def test_those_that_are_in_force_have_no_fault(self):
        for name in ("postern.toml", "examples/minimal.toml", "examples/exchange.toml",
                     "examples/dovecot.toml"):
            with self.subTest(name):
                self.assertEqual(self.check(ROOT / "conf" / name), (IN_FORCE, []))

    def test_the_lan_gateway_warns_when_its_exception_has_ended(self):
        self.assertEqual(self.check(*self.dated("lan-gateway.toml", 90)), (IN_FORCE, []))
        self.assertEqual(self.check(*self.dated("lan-gateway.toml", -1)), (WARNINGS, [
            f"this exception expired on {day(-1)} and is ignored"]))

    def test_the_rollout_warns_until_its_day(self):
        path, text = self.dated("rollout.toml", 90)
        guess = "guessing passwords is not hindered but only reported"
        self.assertEqual(self.check(path, text), (WARNINGS, [
            "the policy is not enforced but only reported: passwords may pass in clear until "
            f"{day(90)}", guess]))
        path, text = self.dated("rollout.toml", -1)
        text = text.replace("expires", "# expires").replace('mode = "report-only"  ', "# ")
        self.assertEqual(self.check(path, text), (IN_FORCE, []))

    def test_every_example_is_one_of_these(self):
        found = {path.name for path in (ROOT / "conf/examples").glob("*.toml")}
        self.assertEqual(found, {"minimal.toml", "exchange.toml", "dovecot.toml",
                                 "lan-gateway.toml", "rollout.toml"})

    def test_the_shipped_file_shows_every_key_that_there_is(self):
        """Commented out or not, below its table."""
        listed = subprocess.run([POSTERN, "config", "--defaults", "--json"], capture_output=True,
                                text=True, check=True).stdout
        keys = set(re.findall(r'"key": ?"([^"]+)"', listed))
        self.assertGreater(len(keys), 50)
        shown, table = set(), ""
        for line in (ROOT / "conf/postern.toml").read_text(encoding="utf-8").splitlines():
            heading = re.match(r"(?:# )?\[+([\w.]+)\]+$", line)
            key = re.match(r"(?:# )?(\w+) = ", line)
            if heading:
                table = heading[1]
            elif key:
                shown.add(f"{table}.{key[1]}")
        wanted = {re.sub(r"\[\d*\]", "", key) for key in keys}
        self.assertEqual(shown, wanted)


if __name__ == "__main__":
    unittest.main()
