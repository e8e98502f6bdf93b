"""What postern has to reach, as ratios to its peers and to the physical limit of the same run."""

from dataclasses import dataclass

from harness import rows

POSTERN = "postern"


@dataclass(frozen=True)
class Target:
    row: str
    share: float  # of what it is compared with
    of: str  # a peer, BEST, LIMIT, or a plain number where this is empty


BEST = "the best peer"
LIMIT = "the physical limit"
TARGETS = (
    Target("session", 0.65, "nginx mail"), Target("session", 0.72, "Hitch"),
    Target("session", 1.3, LIMIT),
    Target("resumed", 0.65, "nginx mail"), Target("resumed", 0.75, "Hitch"),
    Target("stls", 0.65, "nginx mail"),
    Target("alone", 0.9, "HAProxy"),
    Target("retr-4k", 0.9, BEST), Target("retr-64k", 0.8, BEST),
    Target("retr-1m", 0.8, BEST), Target("retr-1m", 1.35, LIMIT),
    Target("ping-16", 0.9, BEST),
    *(Target(f"memory-{sessions}", 8, "") for sessions in rows.SIZES),
    Target("calls-session", 40, ""), Target("calls-1m", 75, ""),
)


@dataclass(frozen=True)
class Verdict:
    target: Target
    measured: float
    bound: float

    @property
    def met(self):
        return self.measured <= self.bound


def _compared_with(target, found, results):
    if not target.of:
        return 1.0
    if target.of == BEST:
        others = [value.median for (key, peer), value in found.items()
                  if key == target.row and peer not in (POSTERN, rows.RELAY)]
        return min(others, default=None)
    if target.of == LIMIT:
        row = next(row for row in rows.ROWS if row.key == target.row)
        return rows.limit_of(row, found, results)
    value = found.get((target.row, target.of))
    return value.median if value else None


def verdicts(found, results):
    """One for each target whose figures are there."""
    for target in TARGETS:
        measured = found.get((target.row, POSTERN))
        other = _compared_with(target, found, results)
        if measured is not None and other is not None:
            yield Verdict(target, measured.median, target.share * other)
