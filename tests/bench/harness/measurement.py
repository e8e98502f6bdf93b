"""One workload on one server: start it, drive it, read its figures, end it."""

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
    """How many units of work are enough for a figure."""
    count = workload.quick_count if quick else workload.count
    return max(count // peer.slowness, min(count, 20))


def _keep_on_server_cores(root):
    """Hitch puts its worker on a processor of its own choice, which may be the client's."""
    for pid in tree(root):
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(thread), SERVER_CORES)


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
        _keep_on_server_cores(self.peer.pid)
        return self

    def __exit__(self, *_):
        self.peer.stop()
        if self._group:
            self._group.remove()
        shutil.rmtree(self._directory, ignore_errors=True)


def measure(running, workload, world, count):
    """The figures of one run; AssertionError when a reply was not what it has to be."""
    memory = running.meter.pss_kib()
    generator = Generator(world.build, running.peer, workload.arguments(running.peer, count),
                          on_other_cores)
    try:
        generator.wait_until_ready()
        opened = running.meter.pss_kib()
        before = running.meter.cpu_seconds()
        report = generator.go()
        cpu = running.meter.cpu_seconds() - before
        after = running.meter.pss_kib()
        generator.end()
    finally:
        generator.kill()
    return {**report, "cpu_seconds": cpu, "pss_kib": memory, "pss_opened_kib": opened,
            "pss_after_kib": after, "sessions": workload.clients}
