# SPDX-License-Identifier: Apache-2.0
"""The files of a source tree, as every rule sees them."""

import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Violation:
    path: str
    line: int  # 0: the file as a whole
    text: str

    def __str__(self):
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.text}"


class File:
    def __init__(self, root, path):
        self.path = PurePosixPath(path)
        self._full = Path(root, path)

    @cached_property
    def text(self):
        return self._full.read_text(encoding="utf-8", errors="replace")

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @property
    def is_cpp(self):
        return self.path.suffix in (".cpp", ".hpp")

    @property
    def is_python(self):
        return self.path.suffix == ".py" or self._script_of("python")

    @property
    def is_shell(self):
        return self.path.suffix == ".sh" or self._script_of("sh")

    @property
    def is_cmake(self):
        return self.path.suffix == ".cmake" or self.path.name == "CMakeLists.txt"

    @property
    def is_code(self):
        return self.is_cpp or self.is_python or self.is_shell or self.is_cmake

    def _script_of(self, interpreter):
        if self.path.suffix:
            return False
        with open(self._full, "rb") as file:
            start = file.readline(200)
        return start.startswith(b"#!") and interpreter.encode() in start

    def violation(self, line, text):
        return Violation(str(self.path), line, text)


class Tree:
    def __init__(self, root):
        self.root = Path(root)
        self.files = [File(root, path) for path in sorted(_list_files(self.root))]

    def of(self, kind):
        return [file for file in self.files if kind(file)]

    def __contains__(self, path):
        return (self.root / path).is_file()


def _list_files(root):
    """What git tracks or would track; without git (a release's archive), all but the build."""
    if (root / ".git").exists():
        command = ["git", "-c", f"safe.directory={root.resolve()}", "-C", str(root),
                   "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, check=True, capture_output=True).stdout
        found = [os.fsdecode(name) for name in names.split(b"\0") if name]
        return [name for name in set(found) if (root / name).is_file()]
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in ("build", "__pycache__")]
        found += [str(Path(folder, name).relative_to(root)) for name in names]
    return found
