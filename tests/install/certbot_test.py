# SPDX-License-Identifier: Apache-2.0
"""The deploy hook for certbot, with lineages of its own.

    python3 certbot_test.py POSTERN HOOK
"""

import grp
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support.certificates import Authority

POSTERN, HOOK = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
NAME = "pop.example.com"
PARTS = ("fullchain", "privkey")

CONFIGURATION = """
[[listener]]
name = "pop3s"
address = ["127.0.0.1:0"]
tls = "implicit"
[[tls.certificate]]
cert_file = "{tls}/{name}.fullchain.pem"
key_file = "{tls}/{name}.privkey.pem"
[[backend]]
name = "mail"
address = ["192.0.2.1:110"]
"""


class Hook(unittest.TestCase):
    def setUp(self):
        self.root = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.tls = self.root / "etc/tls"
        self.live = self.root / "live"
        for folder in (self.root / "bin", self.live):
            folder.mkdir()
        self.write_configuration(CONFIGURATION.format(tls=self.tls, name=NAME))
        (self.root / "bin/postern").symlink_to(POSTERN)

    def write_configuration(self, text):
        (self.root / "postern.toml").write_text(text)

    def renewed(self, name=NAME):
        """A lineage with a new pair."""
        lineage = self.live / name
        lineage.mkdir(exist_ok=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "90", "-subj", f"/CN={name}", "-addext",
             f"subjectAltName=DNS:{name}", "-keyout", lineage / "privkey.pem",
             "-out", lineage / "fullchain.pem"], capture_output=True, check=True)
        return lineage

    def run_hook(self, lineage):
        return subprocess.run(
            ["sh", HOOK], capture_output=True, text=True, timeout=60, check=False,
            env={"PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
                 "RENEWED_LINEAGE": str(lineage), "POSTERN_TLS": str(self.tls),
                 "POSTERN_CONFIG": str(self.root / "postern.toml"),
                 "POSTERN_GROUP": grp.getgrgid(os.getgid()).gr_name})

    def taken(self):
        return [(self.tls / f"{NAME}.{part}.pem").read_text() for part in PARTS]

    def pair(self, lineage):
        return [(lineage / f"{part}.pem").read_text() for part in PARTS]

    def test_a_renewed_pair_is_taken_each_time(self):
        for _ in range(3):
            lineage = self.renewed()
            done = self.run_hook(lineage)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.taken(), self.pair(lineage))
        self.assertEqual(len(list(self.tls.iterdir())), 4)  # two names, one link, one directory

    def test_copies_of_the_kind_that_was_made_before_give_way(self):
        self.tls.mkdir(parents=True)
        for part in PARTS:
            (self.tls / f"{NAME}.{part}.pem").write_text("old")
        lineage = self.renewed()
        self.assertEqual(self.run_hook(lineage).returncode, 0)
        self.assertEqual(self.taken(), self.pair(lineage))

    def test_the_group_may_read_and_nobody_else(self):
        self.run_hook(self.renewed())
        for part in PARTS:
            self.assertEqual((self.tls / f"{NAME}.{part}.pem").stat().st_mode & 0o777, 0o640)
        for folder in (self.tls, self.tls / f".{NAME}"):
            self.assertEqual(folder.stat().st_mode & 0o777, 0o750)

    def test_a_lineage_that_the_configuration_does_not_name_is_left_alone(self):
        done = self.run_hook(self.renewed("www.example.com"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse(self.tls.exists())

    def test_a_mismatched_pair_never_takes_a_good_ones_place(self):
        self.run_hook(self.renewed())
        before = self.taken()
        other = self.renewed("www.example.com")
        (self.live / NAME / "privkey.pem").write_text((other / "privkey.pem").read_text())
        done = self.run_hook(self.live / NAME)
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not belong", done.stderr)
        self.assertEqual(self.taken(), before)
        self.assertEqual(len(list(self.tls.iterdir())), 4)

    def test_a_pair_whose_time_is_over_never_takes_a_good_ones_place(self):
        self.run_hook(self.renewed())
        before = self.taken()
        lineage = self.renewed()
        for part, file in zip(PARTS, Authority(str(self.root / "authority")).expired("old")):
            (lineage / f"{part}.pem").write_text(Path(file).read_text())
        done = self.run_hook(lineage)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the certificate expired on", done.stderr)
        self.assertEqual(self.taken(), before)

    def test_it_fails_when_a_file_is_missing_or_the_configuration_fails(self):
        lineage = self.renewed()
        (lineage / "privkey.pem").unlink()
        self.assertNotEqual(self.run_hook(lineage).returncode, 0)
        self.renewed()
        self.write_configuration("[")
        self.assertNotEqual(self.run_hook(lineage).returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
