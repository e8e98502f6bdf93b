# SPDX-License-Identifier: Apache-2.0
"""postern under callgrind: how many instructions it executes for a unit of work.

Counted outside the kernel: the same on a busy machine. One client at a time, so that nothing
depends on who came first.
"""

import os
import re
import subprocess

from harness.generator import Generator
from harness.measurement import on_other_cores
from peers.postern import Postern


class Counted(Postern):
    """postern under callgrind, which counts only while it is told to. Keys are in the same process:
    it counts one, and whoever may open no file cannot write down what it has counted."""

    security = {"isolate_keys": False}

    def command(self):
        return ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no",
                f"--callgrind-out-file={self.path('instructions')}", *super().command()]

    def when_worked(self):
        """Called once its work is done; what it does then is counted, too."""


def _tell(peer, *words):
    subprocess.run(["callgrind_control", *words, str(peer.pid)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _total(path):
    with open(path, encoding="ascii", errors="replace") as file:
        return int(re.search(r"^totals: (\d+)", file.read(), re.M)[1])


def instructions(directory, world, workload, kind=Counted):
    """Of one unit of work."""
    peer = kind(os.path.join(directory, workload.name), world, workload.door)
    generator = None
    try:
        peer.start(lambda: None)
        generator = Generator(world.build, peer, workload.arguments(peer, workload.count),
                              on_other_cores)
        generator.wait_until_ready()
        _tell(peer, "-i", "on")
        report = generator.go()
        peer.when_worked()
        _tell(peer, "-d")
        generator.end()
        return _total(peer.path("instructions.1")) / report["units"]
    finally:
        if generator:
            generator.kill()
        peer.stop()
