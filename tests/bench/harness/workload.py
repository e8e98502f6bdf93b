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
    resume: bool = False
    extra: tuple = ()

    def suits(self, peer):
        """Whether the server can do it at all. A plain relay stands beside every kind of TLS."""
        plain = peer.doors == ("none",)
        able = plain or self.door in peer.doors and (peer.resumes or not self.resume)
        return able and self.clients <= peer.most_sessions

    def arguments(self, peer, count):
        """What the load generator is told."""
        resume = ["--resume"] if self.resume and peer.door != "none" else []
        return ["--task", self.task, "--count", str(count), "--clients", str(self.clients),
                "--window", str(self.window), *self.extra, *resume]


def _retrieve(name, message, count, quick_count, clients):
    return Workload(name, "retr", count, quick_count, clients,
                    extra=("--message", str(message)))


def _opened(sessions):
    return Workload(f"open-{sessions}", "stat", 20_000, 5_000, sessions, window=16)


WORKLOADS = (
    Workload("session", "session", 1_000, 500, clients=16),
    Workload("resumed", "session", 1_000, 500, clients=16, resume=True),
    Workload("stls", "session", 1_000, 500, clients=16, door="stls"),
    Workload("one-at-a-time", "session", 100, 30),
    Workload("anonymous", "anonymous", 1_000, 500, clients=16),
    _retrieve("retr-4k", 1, 20_000, 5_000, 32),
    _retrieve("retr-64k", 2, 8_192, 2_048, 32),
    _retrieve("retr-1m", 3, 512, 192, 16),
    _retrieve("retr-100m", 4, 8, 2, 2),
    Workload("ping-1", "stat", 10_000, 3_000),
    Workload("ping-16", "stat", 40_000, 10_000, clients=16),
    *(_opened(sessions) for sessions in (10, 100, 1_000, 4_000, 9_000, 20_000)),
    Workload("held", "hold", 1_000, 1_000, clients=1_000),
    Workload("storm", "session", 5_000, 5_000, clients=5_000),
    _retrieve("fast", 2, 4_096, 1_024, 8),
    Workload("fast-beside-slow", "retr", 4_096, 1_024, clients=8,
             extra=("--message", "2", "--slow", "1")),
)
