# SPDX-License-Identifier: Apache-2.0
"""What is done with every server, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    name: str
    task: str
    count: int  # units of work
    quick_count: int
    clients: int = 1
    window: int = 0
    door: str = "implicit"
    certificate: str = "ecdsa"  # the kind of its key
    resume: bool = False
    behind_tls: bool = False  # the backend is to be reached under TLS
    turns: int = 1  # in a round; with several, all servers run side by side
    extra: tuple = ()

    def suits(self, peer):
        """Whether the server can do it at all. A plain relay stands beside every kind of TLS."""
        plain = peer.doors == ("none",)
        able = plain or self.door in peer.doors and (peer.resumes or not self.resume)
        secures = peer.secures or not self.behind_tls
        return able and secures and self.clients <= peer.most_sessions

    def arguments(self, peer, count):
        """What the load generator is told."""
        resume = ["--resume"] if self.resume and peer.door != "none" else []
        return ["--task", self.task, "--count", str(count), "--clients", str(self.clients),
                "--window", str(self.window), *self.extra, *resume]


# The servers' costs lie close together and the machine's speed does not: small turns, one server
# right after the other, see the same machine.
TURNS = 5


def _retrieve(name, message, count, quick_count, clients, turns=TURNS, behind_tls=False):
    return Workload(name, "retr", count, quick_count, clients, turns=turns, behind_tls=behind_tls,
                    extra=("--message", str(message)))


def _opened(sessions, prefix="", behind_tls=False):
    return Workload(f"{prefix}open-{sessions}", "stat", 20_000, 5_000, sessions, window=16,
                    behind_tls=behind_tls)


WORKLOADS = (
    Workload("session", "session", 200, 100, clients=16, turns=TURNS),
    Workload("session-rsa", "session", 200, 100, clients=16, turns=TURNS, certificate="rsa"),
    Workload("resumed", "session", 200, 100, clients=16, turns=TURNS, resume=True),
    Workload("stls", "session", 200, 100, clients=16, turns=TURNS, door="stls"),
    Workload("one-at-a-time", "session", 40, 20, turns=TURNS),
    Workload("anonymous", "anonymous", 200, 100, clients=16, turns=TURNS),
    _retrieve("retr-4k", 1, 4_000, 2_000, 32),
    _retrieve("retr-64k", 2, 1_024, 512, 32),
    _retrieve("retr-1m", 3, 96, 48, 16),
    _retrieve("retr-100m", 4, 2, 1, 2),
    Workload("ping-1", "stat", 2_500, 1_000, turns=TURNS),
    Workload("ping-16", "stat", 8_000, 4_000, clients=16, turns=TURNS),
    *(_opened(sessions) for sessions in (10, 100, 1_000, 4_000, 9_000, 20_000)),
    Workload("held", "hold", 1_000, 1_000, clients=1_000),
    Workload("storm", "session", 5_000, 5_000, clients=5_000),
    Workload("both-session", "session", 200, 100, clients=16, turns=TURNS, behind_tls=True),
    _retrieve("both-1m", 3, 96, 48, 16, behind_tls=True),
    *(_opened(sessions, "both-", behind_tls=True) for sessions in (1_000, 4_000, 9_000)),
    _retrieve("fast", 2, 4_096, 1_024, 8, turns=1),
    Workload("fast-beside-slow", "retr", 4_096, 1_024, clients=8,
             extra=("--message", "2", "--slow", "1")),
)
