"""Adds up what gcov counted in some folders, and fails below what is demanded.

    python3 measure.py BUILD FOLDER…

Branches that only an exception takes are left out: nobody chooses them.
"""

import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

LEAST = {"lines": 97.0, "branches": 90.0}


def reports(build, scratch):
    """What gcov says about each object that was executed, as JSON."""
    counted = [str(path.resolve()) for path in Path(build).rglob("*.gcda")]
    if not counted:
        sys.exit(f"coverage: nothing was executed in {build}")
    subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--hash-filenames",
                    *counted], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
    for path in Path(scratch).glob("*.gcov.json.gz"):
        with gzip.open(path) as file:
            yield json.load(file)


class Counts:
    """Executions by file and line, and by file, line, function and branch."""

    def __init__(self, folders):
        self._folders = tuple(f"{folder}/" for folder in folders)
        self._root = Path.cwd()
        self.lines = defaultdict(int)
        self.branches = defaultdict(int)

    def add(self, report):
        for file in report["files"]:
            name = self._name_of(report["current_working_directory"], file["file"])
            if name is None:
                continue
            for line in file["lines"]:
                self._add_line(name, line)

    def _name_of(self, folder, path):
        full = Path(folder, path).resolve()
        if not full.is_relative_to(self._root):
            return None
        name = str(full.relative_to(self._root))
        return name if name.startswith(self._folders) else None

    def _add_line(self, name, line):
        number = line["line_number"]
        self.lines[name, number] += line["count"]
        chosen = [each for each in line["branches"] if not each["throw"]]
        for index, branch in enumerate(chosen):
            self.branches[name, number, line.get("function_name", ""), index] += branch["count"]


def share(counts):
    return 100.0 * sum(1 for count in counts.values() if count) / max(1, len(counts))


def missed(counts):
    """The places that nobody executed, a line of text a file."""
    places = defaultdict(set)
    for (name, number, *_), count in counts.items():
        if not count:
            places[name].add(number)
    return [f"  {name}: {', '.join(map(str, sorted(numbers)))}"
            for name, numbers in sorted(places.items())]


def main():
    counts = Counts(sys.argv[2:])
    with tempfile.TemporaryDirectory() as scratch:
        for report in reports(sys.argv[1], scratch):
            counts.add(report)
    good = True
    for kind, found in (("lines", counts.lines), ("branches", counts.branches)):
        percent = share(found)
        print(f"coverage: {percent:.1f} % of {len(found)} {kind}, {LEAST[kind]:g} % are demanded")
        if percent < LEAST[kind] or not found:
            good = False
            print(*missed(found), sep="\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
