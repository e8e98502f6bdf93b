# SPDX-License-Identifier: Apache-2.0
"""The names of checks: the manual has them all, and each has a reason."""

import re
import unittest

from support.gateway import ROOT


def read(path):
    with open(f"{ROOT}/{path}", encoding="utf-8") as file:
        return file.read()


class Names(unittest.TestCase):
    def setUp(self):
        self.rows = re.findall(r'^    \{"([a-z0-9-]+)",\s*(k[WE]),\s*"(.+)',
                               read("proxy/doctor/checks.cpp"), re.M)

    def test_the_manual_has_exactly_the_checks_there_are(self):
        section = read("deploy/man/postern.8").partition("\n.Sh CHECKS\n")[2].partition("\n.Sh ")[0]
        errors, warnings = section.split("\n.El\n")[:2]
        for weight, part in (("kE", errors), ("kW", warnings)):
            self.assertEqual(re.findall(r"^\.It Li (\S+)$", part, re.M),
                             [name for name, its, _ in self.rows if its == weight])

    def test_they_stand_in_alphabetical_order(self):
        names = [name for name, _, _ in self.rows]
        self.assertGreater(len(names), 90)
        self.assertEqual(names, sorted(set(names)))


if __name__ == "__main__":
    unittest.main()
