# SPDX-License-Identifier: Apache-2.0
"""Checks tests/rows.md: every row is there once, and every test it names exists.

    python3 rows.py [ROOT]
"""

import re
import sys
from pathlib import Path

ROWS = [f"S{n}" for n in range(1, 34)] + [f"A{n}" for n in range(1, 28)]
FOLDERS = ("dialogue", "hostile", "e2e", "unit", "engine", "loop", "shell", "conf",
           "fuzz")
REASON = "does not apply: "

_ROW = re.compile(r"^\| ([SA]\d+) \| (.+) \| (.+) \|$", re.M)
_REFERENCE = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[^`]+)`")


def problems(root):
    tests = Path(root, "tests")
    table = _ROW.findall(tests.joinpath("rows.md").read_text(encoding="utf-8"))
    names = [name for name, _, _ in table]
    for name in ROWS:
        if names.count(name) != 1:
            yield f"row {name} is there {names.count(name)} times"
    for name in names:
        if name not in ROWS:
            yield f"row {name} is not known"
    for name, _, held in table:
        references = _REFERENCE.findall(held)
        if not references and not held.startswith(REASON):
            yield f"row {name} names no test and no reason"
        for reference in references:
            if not exists(tests, reference):
                yield f"row {name}: there is no {reference}"


def exists(tests, reference):
    folder, _, rest = reference.partition("/")
    if folder == "dialogue":
        return tests.joinpath("dialogue", rest + ".transcript").is_file()
    if folder == "fuzz":
        return f"postern_fuzz_target({rest}\n" in _targets(tests) + "\n"
    if folder == "conf" and rest.endswith(".toml"):
        return any(tests.joinpath("conf", kind, rest).is_file() for kind in ("valid", "invalid"))
    if folder in ("hostile", "e2e"):
        name, _, method = rest.partition(".")
        return f"    def {method}(self" in _text(tests / folder / f"test_{name}.py")
    name, _, title = reference.partition(": ")
    return f'TEST_CASE("{title}"' in _text(tests / f"{name}_test.cpp")


def _targets(tests):
    """The names of fuzz targets, each at the end of a line."""
    return re.sub(r"(postern_fuzz_target\(\w+)\s", r"\1\n", _text(tests / "fuzz/CMakeLists.txt"))


def _text(path):
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main():
    found = list(problems(sys.argv[1] if len(sys.argv) > 1 else "."))
    for problem in found:
        print(f"tests/rows.md: {problem}")
    if not found:
        print(f"rows: {len(ROWS)} rows, each with its tests or a reason")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
