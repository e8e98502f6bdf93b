# SPDX-License-Identifier: Apache-2.0
"""Adds up what gcov counted, folder by folder, and fails where one is below what is demanded of it.

    python3 measure.py BUILD FOLDER=LINES[,BRANCHES]…      the least shares, in per cent

Branches that only an exception takes are left out: nobody chooses them.
"""

import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path


def reports(build, scratch):
    """What gcov says about each object that was compiled, as JSON: also of those in no test."""
    if not any(Path(build).rglob("*.gcda")):
        sys.exit(f"coverage: nothing was executed in {build}")
    counted = [str(path.resolve()) for path in Path(build).rglob("*.gcno")]
    # It says of each object in no test that it has no data, which is what is asked for.
    done = subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--hash-filenames",
                           *counted], cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    for path in Path(scratch).glob("*.gcov.json.gz"):
        with gzip.open(path) as file:
            yield json.load(file)


class Counts:
    """Executions by file and line, and by file, line, function and branch."""

    def __init__(self):
        self._root = Path.cwd()
        self.lines = defaultdict(int)
        self.branches = defaultdict(int)

    def of(self, folder):
        """What was counted there: lines, branches."""
        return [{place: count for place, count in counts.items()
                 if place[0].startswith(f"{folder}/")} for counts in (self.lines, self.branches)]

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
        return str(full.relative_to(self._root))

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


def judge(folder, counts, demanded):
    """Prints how much of a folder was executed. Whether it is enough."""
    good = True
    for kind, found, least in zip(("lines", "branches"), counts.of(folder), demanded):
        percent = share(found)
        print(f"coverage: {folder}: {percent:.1f} % of {len(found)} {kind}, "
              f"{least:g} % are demanded")
        if percent < least or not found:
            good = False
            print(*missed(found), sep="\n")
    return good


def main():
    counts = Counts()
    with tempfile.TemporaryDirectory() as scratch:
        for report in reports(sys.argv[1], scratch):
            counts.add(report)
    failed = []
    for room in sys.argv[2:]:
        folder, demanded = room.split("=")
        if not judge(folder, counts, [float(least) for least in demanded.split(",")]):
            failed.append(folder)
    if failed:
        print(f"coverage: not enough of {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
