# SPDX-License-Identifier: Apache-2.0
"""rows.py on tables that are wrong in one place each."""

import tempfile
import unittest
from pathlib import Path

import rows

FILES = {
    "dialogue/there.transcript": "\n",
    "hostile/test_peers.py": "class Peers:\n    def test_there(self):\n        pass\n",
    "unit/pop3/line_test.cpp": 'TEST_CASE("there") {}\n',
    "conf/invalid/there.toml": "\n",
    "fuzz/CMakeLists.txt": "postern_fuzz_target(there SOURCES there.cpp)\n",
}
GOOD = ("`dialogue/there`", "`hostile/peers.test_there`", "`unit/pop3/line: there`",
        "`conf/there.toml`", "`fuzz/there`", "does not apply: it is not built")
BAD = ("`dialogue/gone`", "`hostile/peers.test_gone`", "`hostile/gone.test_there`",
       "`unit/pop3/line: gone`", "`unit/pop3/gone: there`", "`conf/gone.toml`", "`fuzz/gone`",
       "`fuzz/ther`")


def table(changes=None):
    held = {name: GOOD[n % len(GOOD)] for n, name in enumerate(rows.ROWS)}
    held.update(changes or {})
    return "".join(f"| {name} | a demand | {text} |\n" for name, text in held.items() if text)


class Rows(unittest.TestCase):
    def found(self, text):
        with tempfile.TemporaryDirectory() as root:
            for path, content in {**FILES, "rows.md": text}.items():
                file = Path(root, "tests", path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8")
            return list(rows.problems(root))

    def test_a_complete_table_is_good(self):
        self.assertEqual(self.found(table()), [])

    def test_a_row_that_is_missing_or_there_twice(self):
        self.assertEqual(len(self.found(table({"S7": None}))), 1)
        self.assertEqual(len(self.found(table() + "| A3 | again | `fuzz/there` |\n")), 1)
        self.assertEqual(len(self.found(table({"S99": "`fuzz/there`"}))), 1)

    def test_a_row_without_a_test(self):
        self.assertEqual(len(self.found(table({"S7": "somewhere"}))), 1)

    def test_a_test_that_does_not_exist(self):
        for reference in BAD:
            with self.subTest(reference):
                self.assertEqual(len(self.found(table({"A1": reference}))), 1)


if __name__ == "__main__":
    unittest.main()
