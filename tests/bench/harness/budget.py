# SPDX-License-Identifier: Apache-2.0
"""How many instructions postern executes for a unit of work, against what it may."""

import os
import re
import tomllib

from harness import watched
from harness.counted import instructions
from harness.workload import Workload

FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "budget.toml")
GROWTH = 0.03  # of noise, or of carelessness, that is let through
COUNTED = (
    Workload("session", "session", 100, 100),
    Workload("resumed", "session", 100, 100, resume=True),
    Workload("command", "stat", 1_000, 1_000),
    Workload("mib", "retr", 64, 64, extra=("--message", "3")),
)


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
        used = instructions(directory, world, workload)
        share = used / budget[workload.name] - 1
        fine = share <= GROWTH
        within = within and fine
        print(f"{'ok  ' if fine else 'OVER'} {workload.name:8} {used:12,.0f} instructions, "
              f"budget {budget[workload.name]:12,} ({share:+.1%})")
    within = watched.check(directory, world) and within
    if not within:
        print("Either win it back, or write the new figures into tests/bench/budget.toml, "
              "with the reason in the same commit.")
    return within
