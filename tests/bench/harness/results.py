# SPDX-License-Identifier: Apache-2.0
"""All that was measured."""

import json


class Results:
    """Figures by server and workload, one for each turn of each round; what failed; what else was
    measured."""

    def __init__(self, machine=None):
        self.machine = machine or {}
        self.limits = []  # of TLS alone, one for each turn of a workload
        self.measurements = []
        self.failures = []

    def add(self, peer, workload, when, figures):
        """`when` is (round, turn)."""
        self.measurements.append({"peer": peer, "workload": workload, "when": when, **figures})

    def add_limit(self, workload, when, figures):
        self.limits.append({"workload": workload, "when": when, **figures})

    def fail(self, peer, workload, why):
        self.failures.append({"peer": peer, "workload": workload, "why": why})

    def of(self, peer, workload):
        """{(round, turn): figures}."""
        return {tuple(each["when"]): each for each in self.measurements
                if (each["peer"], each["workload"]) == (peer, workload)}

    def limits_of(self, workload):
        """The same of TLS alone, beside this workload."""
        return {tuple(each["when"]): each for each in self.limits if each["workload"] == workload}

    def peers(self):
        """The names of all that have figures, in the order in which they took their turns."""
        return list(dict.fromkeys(each["peer"] for each in self.measurements))

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
