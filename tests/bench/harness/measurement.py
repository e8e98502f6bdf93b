# SPDX-License-Identifier: Apache-2.0
"""A server under measurement, and the client that drives it: start, turns, figures, end."""

import os
import shutil
import time

from harness.generator import Generator
from harness.meter import ControlGroup, Meter, tree

# The server has a processor to itself; load and backend share the other.
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORES = set(CORES[-1:])
OTHER_CORES = set(CORES[:-1]) or SERVER_CORES
SETTLE = 0.2  # seconds in which a server that has just started comes to rest


def on_other_cores():
    os.sched_setaffinity(0, OTHER_CORES)


def count_for(peer, workload, quick):
    """How many units of work are enough for a figure: one for each client at the least, so that a
    storm is of the same size for all."""
    count = workload.quick_count if quick else workload.count
    return max(count // peer.slowness, min(count, max(workload.clients, 20)))


def keep_on(cores, root):
    """Hitch puts its worker on a processor of its own choice, which may be another's."""
    for pid in tree(root):
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(thread), cores)
        except (FileNotFoundError, ProcessLookupError):
            pass  # a child that has ended meanwhile


class Running:
    """A server that has been started for one measurement."""

    def __init__(self, peer_class, workload, world, directory, serial):
        door = "none" if peer_class.doors == ("none",) else workload.door
        self._directory = os.path.join(directory, f"{serial:04}")
        self._group = ControlGroup.make(f"postern-bench-{os.getpid()}-{serial}")
        self.peer = peer_class(self._directory, world, door)
        self.meter = None

    def __enter__(self):
        def prepare():
            os.sched_setaffinity(0, SERVER_CORES)
            if self._group:
                self._group.enter()

        try:
            self.peer.start(prepare)
        except BaseException:
            self.__exit__()
            raise
        self.meter = Meter(self.peer.pid, self._group)
        time.sleep(SETTLE)
        keep_on(SERVER_CORES, self.peer.pid)
        return self

    def __exit__(self, *_):
        self.peer.stop()
        if self._group:
            self._group.remove()
        shutil.rmtree(self._directory, ignore_errors=True)


class Station:
    """A running server and the client that drives it, which has opened what has to be open."""

    def __init__(self, running, workload, build, count):
        self._meter = running.meter
        self._memory = {"pss_kib": self._meter.pss_kib(), "sessions": workload.clients}
        self._generator = Generator(build, running.peer,
                                    workload.arguments(running.peer, count), on_other_cores)

    def __enter__(self):
        try:
            self._generator.wait_until_ready()
        except BaseException:
            self._generator.kill()
            raise
        self._memory["pss_opened_kib"] = self._meter.pss_kib()
        return self

    def turn(self):
        """Does the work once. Its figures; AssertionError when a reply was not what it has to
        be."""
        before = self._meter.cpu_seconds_at_rest()
        report = self._generator.go()
        cpu = self._meter.cpu_seconds_at_rest() - before
        return {**report, **self._memory, "cpu_seconds": cpu,
                "pss_after_kib": self._meter.pss_kib()}

    def __exit__(self, *_):
        self._generator.end()
