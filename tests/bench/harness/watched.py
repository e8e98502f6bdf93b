# SPDX-License-Identifier: Apache-2.0
"""What it costs to be watched: instructions of a session with the journal as target and metrics
that are read, against those of one that is logged to a file."""

import threading

from harness.counted import Counted, instructions
from harness.workload import Workload
from support.metrics import Metrics
from support.system_log import LogDaemon, beside, fields

GROWTH = 0.03
SESSIONS = 200  # between two looks at the metrics: a gateway that is busy, and asked each second
PLAIN = Workload("unwatched", "session", SESSIONS, SESSIONS)
WATCHED = Workload("watched", "session", SESSIONS, SESSIONS)


class _Reader:
    """A journal that is read all the time."""

    def __init__(self, path):
        self._daemon = LogDaemon(path)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while not self._end.wait(0.01):
            self._daemon.entries()

    def close(self):
        """Returns how many sessions it was told of."""
        self._end.set()
        self._thread.join()
        told = [fields(each)["POSTERN_EVENT"] for each in self._daemon.entries()]
        self._daemon.close()
        return told.count("session")


class _Watched(Counted):
    def sections(self):
        return {"log": {"target": "journal", "level": "info"},
                "metrics": {"listen": "127.0.0.1:0"}}

    def command(self):
        return [*beside(self.directory), *super().command()]

    def start(self, prepare):
        self.journal = _Reader(self.path("journal"))
        super().start(prepare)

    def when_worked(self):
        Metrics(self).page()

    def stop(self):
        super().stop()
        told = self.journal.close()
        if told < SESSIONS:
            raise AssertionError(f"the journal was told of {told} of {SESSIONS} sessions")


def check(directory, world):
    """Prints a line; returns whether it is within 3 %."""
    plain = instructions(directory, world, PLAIN)
    watched = instructions(directory, world, WATCHED, _Watched)
    share = watched / plain - 1
    fine = share <= GROWTH
    print(f"{'ok  ' if fine else 'OVER'} watched  {watched:12,.0f} instructions, with the journal, "
          f"and metrics read every {SESSIONS} sessions ({share:+.1%} of {plain:,.0f})")
    return fine
