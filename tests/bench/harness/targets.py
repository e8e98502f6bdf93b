# SPDX-License-Identifier: Apache-2.0
"""What postern has to reach, as ratios to its peers and to the physical limit in the same turns."""

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
    # With the signature made in a process of its own, which nobody else does.
    Target("session", 0.75, "nginx mail"), Target("session", 0.72, "Hitch"),
    Target("session", 1.3, LIMIT),
    Target("resumed", 0.65, "nginx mail"), Target("resumed", 0.75, "Hitch"),
    Target("stls", 0.65, "nginx mail"),
    Target("alone", 0.9, "HAProxy"),
    Target("retr-4k", 0.9, BEST), Target("retr-64k", 0.8, BEST),
    Target("retr-1m", 0.8, BEST), Target("retr-1m", 1.35, LIMIT),
    Target("ping-16", 0.9, BEST),
    *(Target(f"memory-{sessions}", 8, "") for sessions in rows.SIZES),
    Target("both-session", 0.8, "HAProxy"), Target("both-1m", 0.8, "HAProxy"),
    *(Target(f"both-memory-{sessions}", 12, "") for sessions in rows.SIZES_OF_BOTH),
    Target("calls-session", 40, ""), Target("calls-1m", 75, ""),
)


@dataclass(frozen=True)
class Verdict:
    target: Target
    measured: rows.Value  # as a multiple of what it is compared with
    other: str

    @property
    def met(self):
        return self.measured.median <= self.target.share


def _best_peer(row, results):
    """The cheapest of all that are no limit, by its median."""
    others = {peer: rows.figures_of(row, peer, results) for peer in results.peers()
              if peer != rows.RELAY and not peer.startswith(POSTERN)}
    return min((peer for peer in others if others[peer]), default="",
               key=lambda peer: rows.Value.of(others[peer]).median)


def _verdict(target, row, results):
    mine = rows.figures_of(row, POSTERN, results)
    if not target.of:
        return Verdict(target, rows.Value.of(mine), "") if mine else None
    if target.of == LIMIT:
        other, theirs = LIMIT, rows.limits_of(row, results)
    else:
        other = _best_peer(row, results) if target.of == BEST else target.of
        theirs = rows.figures_of(row, other, results)
    measured = rows.multiple_of(mine, theirs)
    return Verdict(target, measured, other) if measured else None


def comparisons(results):
    """(row, Value) of each line in which another build of postern has been measured, too: by how
    much the first one differs from it."""
    for other in results.peers():
        if other.startswith(POSTERN + " "):
            for row in rows.ROWS:
                multiple = rows.multiple_of(rows.figures_of(row, POSTERN, results),
                                            rows.figures_of(row, other, results))
                if multiple:
                    yield row, multiple


def verdicts(results):
    """One for each target whose figures are there."""
    lines = {row.key: row for row in rows.ROWS}
    for target in TARGETS:
        verdict = _verdict(target, lines[target.row], results)
        if verdict:
            yield verdict
