# SPDX-License-Identifier: Apache-2.0
"""A constant load: threads that run one session after another and keep what went wrong."""

import threading
import traceback


class Load:
    """run(worker number, session number) is one session; an exception is a failure."""

    def __init__(self, run, threads, sessions=None):
        self.failures = []
        self.done = 0
        self._run = run
        self._left = sessions
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, args=(number,), daemon=True)
                         for number in range(threads)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def stop(self):
        """After the session that each thread is in; returns the failures."""
        self._stop.set()
        return self.join()

    def join(self):
        for thread in self._threads:
            thread.join()
        return self.failures

    def _next(self):
        with self._lock:
            if self._left is None:
                return 0
            self._left -= 1
            return self._left

    def _work(self, number):
        while not self._stop.is_set() and len(self.failures) < 20:
            session = self._next()
            if session < 0:
                return
            try:
                self._run(number, session)
            except Exception:  # whatever it is, it is a failed session
                self.failures.append(traceback.format_exc())
            with self._lock:
                self.done += 1
