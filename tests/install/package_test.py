# SPDX-License-Identifier: Apache-2.0
"""The Debian package's description agrees with the rest of the source.

    python3 package_test.py ROOT
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv[1])
DEBIAN = ROOT / "deploy/debian"
NEEDED_ANYWAY = {"g++"}  # build-essential has it

# As the journal, rsyslog and a log with times of a newer form have them; what needs somebody is not
# to be passed over, and neither is what only looks like a line of postern's.
QUIET = ["Dec  1 03:59:42 gate postern[12]: ts=2026-12-01T03:59:42.001Z level=info event=session sid=A",
         "Dec  1 03:59:42 gate postern[12]: level=info event=login sid=A rip=192.0.2.1",
         "2026-12-01T03:59:42.001234+00:00 gate postern[12]: level=debug event=phase sid=A",
         'Dec  1 03:59:42 gate postern[12]: {"ts":"2026-12-01T03:59:42Z","level":"info","event":"login",'
         '"sid":"A"}']
LOUD = ["Dec  1 03:59:42 gate postern[12]: ts=2026-12-01T03:59:42.001Z level=warn event=ban sid=-",
        "Dec  1 03:59:42 gate postern[12]: level=error event=cert_rejected msg=x",
        'Dec  1 03:59:42 gate postern[12]: {"level":"warn","event":"ban","user":"level=info event=x"}',
        "Dec  1 03:59:42 gate other[12]: level=info event=session sid=A",
        "Dec  1 03:59:42 gate postern[12]: terminate called without an active exception"]


def packages(name):
    lines = (ROOT / f"deploy/packages/{name}.txt").read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


class Package(unittest.TestCase):
    def test_it_is_built_from_what_the_program_is(self):
        field = re.search(r"^Build-Depends:\n((?: .*\n)+)", (DEBIAN / "control").read_text(), re.M)[1]
        named = {re.sub(r"\(.*\)", "", each).strip() for each in field.split(",")}
        helpers = {each for each in named if each.startswith(("debhelper-", "dh-"))}
        self.assertEqual(named - helpers, packages("build") - NEEDED_ANYWAY)

    def test_its_version_is_the_projects(self):
        """Which stands in one place, and there is found by the script."""
        pattern = r"^ *VERSION ([0-9]+\.[0-9]+\.[0-9]+)$"
        self.assertEqual(len(re.findall(pattern, (ROOT / "CMakeLists.txt").read_text(), re.M)), 1)
        self.assertFalse((DEBIAN / "changelog").exists())

    def test_its_scripts_are_right_for_every_shell(self):
        for name in ("postern.postinst", "postern.postrm"):
            with self.subTest(name):
                script = DEBIAN / name
                self.assertTrue(script.read_text().startswith("#!/bin/sh\n"))
                subprocess.run(["sh", "-n", str(script)], check=True)

    def test_logcheck_passes_over_what_needs_nobody(self):
        with tempfile.NamedTemporaryFile("w") as log:
            log.write("\n".join(QUIET + LOUD) + "\n")
            log.flush()
            left = subprocess.run(["grep", "-E", "-v", "-f", str(ROOT / "deploy/logcheck/postern"),
                                   log.name], capture_output=True, text=True).stdout
        self.assertEqual(left.splitlines(), LOUD)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
