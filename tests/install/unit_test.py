# SPDX-License-Identifier: Apache-2.0
"""The systemd unit: systemd understands it, and finds little to complain of.

    python3 unit_test.py UNIT
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

UNIT = Path(sys.argv[1])
MAX_EXPOSURE = 1.5  # of 10, in the words of `systemd-analyze security`


def analyze(*arguments):
    ran = subprocess.run(["systemd-analyze", *arguments], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    return ran.returncode, ran.stdout


def verify(text):
    """What systemd says about a unit, the program replaced by one that is surely there."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "postern.service")
        path.write_text(re.sub(r"^(ExecStart|ExecReload)=/usr\S*/postern", r"\1=/bin/true", text,
                               flags=re.M))
        return analyze("verify", "--man=no", str(path))


class Unit(unittest.TestCase):
    def test_systemd_understands_it(self):
        self.assertEqual(verify(UNIT.read_text()), (0, ""))

    def test_systemd_would_have_complained(self):
        _, said = verify(UNIT.read_text().replace("NoNewPrivileges=yes", "NoNewPrivilege=yes"))
        self.assertIn("NoNewPrivilege", said)

    def test_its_exposure_is_low(self):
        threshold = f"--threshold={int(MAX_EXPOSURE * 10)}"
        code, said = analyze("security", "--no-pager", "--offline=true", threshold, str(UNIT))
        self.assertEqual(code, 0, said)

    def test_a_reload_fails_where_it_is_refused(self):
        """The command waits for the verdict, which a signal would not."""
        reloads = re.findall(r"^ExecReload=(.*)$", UNIT.read_text(), re.M)
        self.assertEqual([each.split("/")[-1] for each in reloads],
                         ["postern reload"])

    def test_it_has_a_place_for_the_control_socket(self):
        """The default of control.socket, for its owner and the group alone."""
        self.assertIn("\nRuntimeDirectory=postern\nRuntimeDirectoryMode=0750\n",
                      UNIT.read_text())

    def test_the_sandbox_of_the_program_itself_can_be_entered(self):
        """security.sandbox and the signer take these, which systemd's groups do not have."""
        allowed = re.search(r"(?m)^SystemCallFilter=(seccomp .*)$", UNIT.read_text())[1].split()
        self.assertEqual(allowed, ["seccomp", "landlock_create_ruleset", "landlock_add_rule",
                                   "landlock_restrict_self"])

    def test_it_cannot_take_the_machine_with_it(self):
        text = UNIT.read_text()
        for line in (r"MemoryMax=\d+%", "MemorySwapMax=0", r"TasksMax=\d+", r"WatchdogSec=\d+s",
                     "LimitCORE=0"):
            self.assertRegex(text, rf"(?m)^{line}$")

    def test_stopping_takes_longer_than_a_drain(self):
        """The default of timeouts.drain is five minutes."""
        stop = int(re.search(r"^TimeoutStopSec=(\d+)s$", UNIT.read_text(), re.M)[1])
        self.assertGreater(stop, 5 * 60)

    def test_it_has_a_place_for_what_outlives_a_restart(self):
        """The default of server.state_dir, for its owner alone."""
        self.assertIn("\nStateDirectory=postern\nStateDirectoryMode=0700\n", UNIT.read_text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
