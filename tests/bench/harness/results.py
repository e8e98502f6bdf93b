"""All that was measured, and the middle of it."""

import json
import statistics


class Results:
    """Figures by server and workload, one for each round; what failed; what else was measured."""

    def __init__(self, machine=None):
        self.machine = machine or {}
        self.limits = []  # of TLS alone, one for each round
        self.measurements = []
        self.syscalls = []
        self.failures = []

    def add(self, peer, workload, number, figures):
        self.measurements.append({"peer": peer, "workload": workload, "round": number, **figures})

    def add_syscalls(self, peer, workload, calls):
        self.syscalls.append({"peer": peer, "workload": workload, "calls": calls})

    def fail(self, peer, workload, why):
        self.failures.append({"peer": peer, "workload": workload, "why": why})

    def of(self, peer, workload):
        return [each for each in self.measurements
                if (each["peer"], each["workload"]) == (peer, workload)]

    def calls(self, peer, workload):
        """System calls a unit of work, or None."""
        for each in self.syscalls:
            if (each["peer"], each["workload"]) == (peer, workload):
                return sum(each["calls"].values())
        return None

    def limit(self, name):
        """The median of one figure of TLS alone, or None."""
        return statistics.median(each[name] for each in self.limits) if self.limits else None

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(vars(self), file, indent=1)
            file.write("\n")

    @classmethod
    def load(cls, path):
        results = cls()
        with open(path, encoding="utf-8") as file:
            vars(results).update(json.load(file))
        return results
