# SPDX-License-Identifier: Apache-2.0
"""What a server has used so far: processor time and memory of its whole tree of processes.

Processor time comes from a control group of its own where the system lets us make one (version 2,
or cpuacct of version 1), which forgets no child; else from /proc, with the reaped children of every
process. Memory is PSS: pages that processes share are counted once.
"""

import os
import time

TICKS = os.sysconf("SC_CLK_TCK")
PAUSE = 0.002  # seconds between two looks
AT_REST = 2e-5  # seconds of processor time in a pause that are none
RESTLESS = 50  # pauses at most, for a server that is never at rest
GROUPS = (("/sys/fs/cgroup", "cpu.stat"), ("/sys/fs/cgroup/unified", "cpu.stat"),
          ("/sys/fs/cgroup/cpuacct", "cpuacct.usage"))


def _stat(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rsplit(")", 1)[1].split()


def tree(root):
    """The process and all its descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                children.setdefault(int(_stat(name)[1]), []).append(int(name))
            except OSError:
                pass  # gone meanwhile
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


class ControlGroup:
    """A group that a server is started in; `None` of `make` where there can be none."""

    def __init__(self, directory, file):
        self._directory = directory
        self._file = os.path.join(directory, file)

    @classmethod
    def make(cls, name):
        for mount, file in GROUPS:
            directory = os.path.join(mount, name)
            try:
                os.mkdir(directory)
            except OSError:
                continue
            if os.path.exists(os.path.join(directory, file)):
                return cls(directory, file)
            os.rmdir(directory)
        return None

    def enter(self):
        """Called in the new process."""
        with open(os.path.join(self._directory, "cgroup.procs"), "w", encoding="ascii") as file:
            file.write("0")

    def cpu_seconds(self):
        with open(self._file, encoding="ascii") as file:
            words = file.read().split()
        if words[0] == "usage_usec":
            return int(words[1]) / 1e6
        return int(words[0]) / 1e9

    def remove(self):
        try:
            os.rmdir(self._directory)
        except OSError:
            pass  # somebody is still in it; the next run has another name


class Meter:
    """Reads the figures of one running server."""

    def __init__(self, pid, group):
        self._pid = pid
        self._group = group

    def cpu_seconds(self):
        if self._group:
            return self._group.cpu_seconds()
        ticks = 0
        for pid in tree(self._pid):
            try:
                ticks += sum(int(field) for field in _stat(pid)[11:15])
            except OSError:
                pass  # gone meanwhile, and counted with its parent
        return ticks / TICKS

    def cpu_seconds_at_rest(self):
        """The same once it has nothing to do any more: the last client is gone before the server
        has closed its side."""
        used = self.cpu_seconds()
        for _ in range(RESTLESS):
            time.sleep(PAUSE)
            before, used = used, self.cpu_seconds()
            if used - before < AT_REST:
                break
        return used

    def pss_kib(self):
        total = 0
        for pid in tree(self._pid):
            try:
                with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                    total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            except OSError:
                pass  # gone meanwhile
        return total
