# SPDX-License-Identifier: Apache-2.0
"""How many instructions postern executes for a unit of work, against what it may.

Counted by callgrind, outside the kernel: the same on a busy machine. One client at a time, so that
nothing depends on who came first.
"""

import os
import re
import subprocess
import tomllib

from harness.generator import Generator
from harness.measurement import on_other_cores
from harness.workload import Workload
from peers.postern import Postern

FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "budget.toml")
GROWTH = 0.03  # of noise, or of carelessness, that is let through
COUNTED = (
    Workload("session", "session", 100, 100),
    Workload("resumed", "session", 100, 100, resume=True),
    Workload("command", "stat", 1_000, 1_000),
    Workload("mib", "retr", 64, 64, extra=("--message", "3")),
)


class _Counted(Postern):
    """postern under callgrind, which counts only while it is told to. Keys are in the same process:
    it counts one, and whoever may open no file cannot write down what it has counted."""

    security = {"isolate_keys": False}

    def command(self):
        return ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no",
                f"--callgrind-out-file={self.path('instructions')}", *super().command()]


def _tell(peer, *words):
    subprocess.run(["callgrind_control", *words, str(peer.pid)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _total(path):
    with open(path, encoding="ascii", errors="replace") as file:
        return int(re.search(r"^totals: (\d+)", file.read(), re.M)[1])


def _instructions(directory, world, workload):
    """Of one unit of work."""
    peer = _Counted(os.path.join(directory, workload.name), world, workload.door)
    generator = None
    try:
        peer.start(lambda: None)
        generator = Generator(world.build, peer, workload.arguments(peer, workload.count),
                              on_other_cores)
        generator.wait_until_ready()
        _tell(peer, "-i", "on")
        report = generator.go()
        _tell(peer, "-d")
        generator.end()
        return _total(peer.path("instructions.1")) / report["units"]
    finally:
        if generator:
            generator.kill()
        peer.stop()


def _missing(features):
    """Those that this processor does not have."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        flags = re.search(r"^flags\s*:(.*)", file.read(), re.M)
    return set(features) - set(flags[1].split() if flags else ())


def check(directory, world):
    """Prints a line for each unit of work; returns whether all are within the budget. Where the
    processor lacks what the libraries chose their code by, nothing can be compared."""
    with open(FILE, "rb") as file:
        table = tomllib.load(file)
    budget = table["instructions"]
    if missing := _missing(table["processor"]["features"]):
        print(f"not compared: other code runs on a processor without {', '.join(sorted(missing))}")
        return True
    within = True
    for workload in COUNTED:
        used = _instructions(directory, world, workload)
        share = used / budget[workload.name] - 1
        fine = share <= GROWTH
        within = within and fine
        print(f"{'ok  ' if fine else 'OVER'} {workload.name:8} {used:12,.0f} instructions, "
              f"budget {budget[workload.name]:12,} ({share:+.1%})")
    if not within:
        print("Either win it back, or write the new figures into tests/bench/budget.toml, "
              "with the reason in the same commit.")
    return within
