"""Whether two runs say the same: where the figures of a line lie further apart than the spreads of
both together, one of them is not to be trusted."""

from harness import rows
from harness.targets import verdicts

# Less than this is not even printed.
LEAST = 0.01


def _agree(one, other):
    reach = sum(abs(value.median) * max(value.spread, LEAST) for value in (one, other))
    return abs(one.median - other.median) <= reach


def _cells(results):
    for row in rows.ROWS:
        for peer in results.peers():
            figures = rows.figures_of(row, peer, results)
            if figures:
                yield f"{row.title}, {peer}", rows.Value.of(figures)
    for verdict in verdicts(results):
        name = next(row.title for row in rows.ROWS if row.key == verdict.target.row)
        if verdict.other:
            yield f"{name}, postern by {verdict.other}", verdict.measured


def compare(first, second):
    """Prints each figure in which they differ, and how many agree."""
    others = dict(_cells(second))
    pairs = {name: (one, others[name]) for name, one in _cells(first) if name in others}
    for name, (one, other) in pairs.items():
        if not _agree(one, other):
            print(f"differs: {name}: {one.median:.3g} ±{one.spread:.0%}, "
                  f"{other.median:.3g} ±{other.spread:.0%}")
    agreed = sum(_agree(*pair) for pair in pairs.values())
    print(f"{agreed} of {len(pairs)} figures agree within the spread that both state")
