# SPDX-License-Identifier: Apache-2.0
"""A log file followed over its rotations: each line is read once, whatever the file is called."""

import os

from support import logfmt
from support.gateway import STEPS

SKIPPED = tuple(f"event={step} ".encode() for step in STEPS)
KEPT = 3  # files that were rotated and may still be written to


class LogFollower:
    """In logfmt; the steps of sessions are passed over."""

    def __init__(self, path):
        self.path = path
        self._files = []  # [file, what it ended with], oldest first
        self._rotations = 0
        self._is_open = False

    def rotate(self):
        """Gives the file another name; its writers go on with it until they open it anew."""
        self._open()
        self._rotations += 1
        os.rename(self.path, f"{self.path}.{self._rotations}")
        self._is_open = False
        if self._rotations > KEPT:
            os.remove(f"{self.path}.{self._rotations - KEPT}")

    def read(self):
        """The lines that have come since, as dictionaries."""
        self._open()
        lines = [line for entry in self._files for line in self._rest(entry)]
        while len(self._files) > KEPT + 1:
            self._files.pop(0)[0].close()
        return lines

    def close(self):
        for file, _ in self._files:
            file.close()

    def _open(self):
        if not self._is_open and os.path.exists(self.path):
            self._files.append([open(self.path, "rb"), b""])
            self._is_open = True

    @staticmethod
    def _rest(entry):
        whole, _, entry[1] = (entry[1] + entry[0].read()).rpartition(b"\n")
        for line in whole.split(b"\n"):
            if line and not any(step in line for step in SKIPPED):
                yield logfmt.parse(line.decode())
