"""Whether two runs say the same: where the figures of a line lie further apart than the spreads of
both together, one of them is not to be trusted."""

from harness import rows
from harness.targets import verdicts

# Less than this is not even printed.
LEAST = 0.01


def _agree(one, other):
    reach = sum(abs(value.median) * max(value.spread, LEAST) for value in (one, other))
    return abs(one.median - other.median) <= reach


def _text(value):
    return f"{value.median:.3g} ±{value.spread:.0%}"


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
    """Prints each figure in which they differ or that only one of them has, and how many agree."""
    ones, others = dict(_cells(first)), dict(_cells(second))
    both = [name for name in ones if name in others]
    differing = [name for name in both if not _agree(ones[name], others[name])]
    for name in differing:
        print(f"differs: {name}: {_text(ones[name])}, {_text(others[name])}")
    for name in sorted(ones.keys() ^ others.keys()):
        print(f"in one run only: {name}: {_text((ones | others)[name])}")
    print(f"{len(both) - len(differing)} of {len(both)} figures agree within the spread that both "
          "state")
