# SPDX-License-Identifier: Apache-2.0
"""How many system calls a unit of work takes: a run of its own, under strace."""

import os
import re
import subprocess

from harness.generator import Generator
from harness.measurement import on_other_cores
from harness.meter import tree
from harness.workload import Workload
from support.waiting import until

# Sessions with as many clients as in the measurement itself: together they need fewer epoll_wait.
COUNTED = (
    Workload("calls-session", "session", 160, 160, clients=16),
    Workload("calls-4k", "retr", 200, 200, clients=4, extra=("--message", "1")),
    Workload("calls-1m", "retr", 8, 8, clients=4, extra=("--message", "3")),
)


def _attach(pid, output):
    """strace on the whole tree; it follows what is born later."""
    pids = tree(pid)
    words = [word for each in pids for word in ("-p", str(each))]
    process = subprocess.Popen(["strace", "-c", "-f", "-o", output, *words],
                               stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for each in pids:
        until(lambda each=each: _traced(each), f"strace looks at {each}")
    return process


def _traced(pid):
    """Whether all its threads are; what has ended in between needs no tracer."""
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
                if re.search(r"^TracerPid:\s*0$", file.read(), re.M):
                    return False
    except FileNotFoundError:
        pass
    return True


def count(running, workload, build, units):
    """Calls a unit of work: {name: calls}."""
    output = running.peer.path("calls")
    generator = Generator(build, running.peer, workload.arguments(running.peer, units),
                          on_other_cores)
    try:
        generator.wait_until_ready()
        tracer = _attach(running.peer.pid, output)
        generator.go()
        tracer.send_signal(2)
        tracer.communicate(timeout=60)
        generator.end()
    finally:
        generator.kill()
    return {name: calls / units for name, calls in _parse(output).items()}


def _parse(path):
    calls = {}
    with open(path, encoding="ascii", errors="replace") as file:
        for line in file:
            row = re.match(r"\s*[\d.]+\s+[\d.]+\s+(?:\d+\s+)?(\d+)(?:\s+\d+)?\s+(\w+)\s*$", line)
            if row and row[2] != "total":
                calls[row[2]] = calls.get(row[2], 0) + int(row[1])
    return calls
