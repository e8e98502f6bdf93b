# SPDX-License-Identifier: Apache-2.0
"""Keeps processors from falling asleep between two requests.

A rented processor that has been halted is slower for some tenths of a second: the same session then
costs a third more, or not, by chance. A loop of the lowest class runs while nobody has anything to
do, and makes way at once.
"""

import os
import subprocess
import sys

# It looks now and then whether the bench, which it is told, is still there.
_LOOP = """
import os
import sys
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while os.getppid() == int(sys.argv[1]):
    for _ in range(100_000):
        pass
"""


class Awake:
    """The processors of these numbers stay awake until the end of the block."""

    def __init__(self, cores):
        self._cores = cores
        self._loops = []

    def __enter__(self):
        for core in self._cores:
            self._loops.append(subprocess.Popen(
                [sys.executable, "-c", _LOOP, str(os.getpid())], start_new_session=True,
                stdin=subprocess.DEVNULL,
                preexec_fn=lambda core=core: os.sched_setaffinity(0, {core})))
        return self

    def __exit__(self, *_):
        for loop in self._loops:
            loop.kill()
            loop.wait()
