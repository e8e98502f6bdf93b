# SPDX-License-Identifier: Apache-2.0
"""Simulated operation: a crowd of clients, good and bad, and everything that happens to a gateway
in its years, in minutes. Now and then it is quiet, and the books must be right.

    tests/soak/run [SECONDS] [--seed NUMBER]"""

import argparse
import contextlib
import os
import random
import shutil
import statistics
import sys
import time

from soak.backend import Backend
from soak.books import Books, table
from soak.crowd import Crowd
from soak.administrator import Administrator, clocks_can_be_stepped
from soak.tally import Actors, Gate, Tally
from support import mailbox, process
from support.certificates import Authority
from support.dovecot import Dovecot
from support.gateway import Gateway, program
from support.metrics import Metrics, total
from support.waiting import until
from support.world import PASSWORD, USER, Directory

BETWEEN = 12  # seconds of noise before it is quiet, and never more than a third of all
MORE_MEMORY = 8192  # KiB, beside a quarter, that may have come to it in the end
PATIENCE = 60


class Place(contextlib.ExitStack):
    """All that there is: certificates, backends, the gateway."""

    def __init__(self):
        super().__init__()
        self.directory = self.enter_context(Directory())
        self.authority = Authority(self.path("certificates"))
        self.pair = self.authority.issue("server")
        self.context = self.authority.client_context()
        self.dovecot = Dovecot(self.path("dovecot"), {USER: (PASSWORD, mailbox.small())})
        self.callback(self.dovecot.stop)  # fixtures end in reverse order
        self.dovecot.start()
        self.backends = [Backend(), Backend()]
        for backend in self.backends:
            self.callback(backend.kill)
        self.log_file = self.path("postern.log")
        self.binary = self.path("postern")
        shutil.copy(program(), self.binary)
        self.gateway = None

    def path(self, name):
        return os.path.join(self.directory, name)

    def serve(self, text):
        os.makedirs(self.path("state"), exist_ok=True)
        self.gateway = Gateway(self.path("gateway"), text, environment={"POSTERN": self.binary})
        self.callback(self.gateway.stop)
        self.gateway.start()


class Chaos:
    def __init__(self, place, seed):
        self.place = place
        self.tally, self.gate = Tally(), Gate()
        self.books = Books(place.log_file)
        self.administrator = Administrator(place, self.tally, self.books, seed)
        place.serve(self.administrator.text())
        self.crowd = Crowd(place.gateway, place.authority, mailbox.small(), self.tally, self.gate,
                           seed)
        self.samples = []
        self.rows = []

    def run(self, seconds):
        """True when all was well."""
        actors = Actors(self.gate, self.tally)
        for act in self.crowd.everybody():
            actors.start(act)
        end = time.monotonic() + seconds
        is_right = True
        while is_right and time.monotonic() < end:
            noise = min(time.monotonic() + min(BETWEEN, seconds / 3), end)
            while time.monotonic() < noise and not self.tally.failures:
                self.administrator.something()
            is_right = self.quiet()
        self.gate.end()
        actors.join()
        return is_right and self.has_not_grown()

    def quiet(self):
        """Nobody is there: what was counted is compared, and the processes are measured."""
        self.gate.shut()
        try:
            self.administrator.settle()
            series = self.settled()
            self.books.keep()
            self.rows = self.books.rows(self.tally, series)
            self.samples.append(self.measured())
        finally:
            self.gate.open()
        return all(row.is_right for row in self.rows) and not self.tally.failures

    def settled(self):
        """The metrics, once all sessions are over, and their lines are written."""
        def over():
            series = Metrics(self.place.gateway).read()
            self.books.keep()
            return series if (
                total(series, "postern_connections") + total(series, "postern_elder_sessions") == 0
                and total(series, "postern_sessions_total") <= self.books.events["session"]
                and self.place.gateway.has_no_elders()) else None

        return until(over, "all sessions are over and told of", PATIENCE)

    def measured(self):
        """Descriptors and memory of the gateway's processes, and how many they are. Whoever asks a
        backend how it is has one descriptor more for a moment."""
        pids = family(self.place.gateway.pid)
        looks = []
        for _ in range(10):
            looks.append(sum(map(process.descriptors, pids)))
            time.sleep(0.02)
        return {"processes": len(pids), "descriptors": min(looks),
                "KiB": sum(map(process.rss_kib, pids))}

    def has_not_grown(self):
        """The last tenth of the samples beside the first."""
        few = max(1, len(self.samples) // 10)
        first, last = ({key: statistics.median(each[key] for each in some) for key in some[0]}
                       for some in (self.samples[:few], self.samples[-few:]))
        print(f"of the gateway, first and last: {first} {last}; {len(self.samples)} samples")
        return (last["processes"] == first["processes"]
                and last["descriptors"] <= first["descriptors"]
                and last["KiB"] <= first["KiB"] * 1.25 + MORE_MEMORY)


def family(pid):
    """It and its children."""
    found = [pid]
    for each in found:
        for task in os.listdir(f"/proc/{each}/task"):
            with open(f"/proc/{each}/task/{task}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
    return found


def main():
    options = argparse.ArgumentParser()
    options.add_argument("seconds", type=float, nargs="?", default=3600)
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    chosen = options.parse_args()
    print(f"chaos: {chosen.seconds:g} s, seed {chosen.seed}", flush=True)
    if not clocks_can_be_stepped():
        print("chaos: no process may have a clock of its own here, so none is stepped")
    with Place() as place:
        chaos = Chaos(place, chosen.seed)
        is_right = False
        try:
            is_right = chaos.run(chosen.seconds)
        finally:
            chaos.gate.end()
            chaos.books.keep()
            chaos.books.close()
            print(table(chaos.rows))
            for what, number in sorted(chaos.tally.counts.items()):
                print(f"    {what}: {number}")
            if not is_right:
                print("\n".join(chaos.books.story))
                print("peers whose bytes the log has otherwise:", *chaos.books.strays)
            for text in chaos.tally.failures:
                print("FAILED", text)
    print("chaos:", "all is accounted for" if is_right else "NOT all is accounted for")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
