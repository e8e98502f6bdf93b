# SPDX-License-Identifier: Apache-2.0
"""What the clients of a chaos saw, and the gate that they all wait at when it is quiet."""

import collections
import threading
import traceback


class Tally:
    """Counters by name, bytes of the peers that know them, failures that nobody asked for."""

    def __init__(self):
        self.counts = collections.Counter()
        self.exact = collections.Counter()  # (address, port, bytes sent, bytes got)
        self.failures = []
        self._lock = threading.Lock()

    def add(self, what, number=1):
        with self._lock:
            self.counts[what] += number

    def know(self, peer):
        """A counted peer that has read to the end, and whose last word was read."""
        with self._lock:
            self.exact[*peer.origin, peer.sent, peer.received] += 1

    def fail(self, text):
        with self._lock:
            self.failures.append(text)


class Gate:
    """Sessions go through it one by one; while it is shut nobody is inside."""

    def __init__(self):
        self._changed = threading.Condition()
        self._is_open = True
        self._inside = 0
        self._is_over = False

    def enter(self):
        """False when there is nothing more to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_open or self._is_over)
            self._inside += not self._is_over
            return not self._is_over

    def leave(self):
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    @property
    def is_shut(self):
        return not self._is_open

    def shut(self):
        """Returns when the last one is out."""
        with self._changed:
            self._is_open = False
            if not self._changed.wait_for(lambda: self._inside == 0, 120):
                raise AssertionError(f"{self._inside} clients are still there")

    def open(self):
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def end(self):
        with self._changed:
            self._is_over = True
            self._changed.notify_all()


class Actors:
    """Threads that each do one thing again and again."""

    def __init__(self, gate, tally):
        self._gate = gate
        self._tally = tally
        self._threads = []

    def start(self, act):
        thread = threading.Thread(target=self._work, args=(act,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def join(self):
        for thread in self._threads:
            thread.join(60)

    def _work(self, act):
        while len(self._tally.failures) < 20 and self._gate.enter():
            try:
                act()
            except Exception:  # whatever it is, nobody asked for it
                self._tally.fail(f"{act.__name__}: {traceback.format_exc()}")
            finally:
                self._gate.leave()
