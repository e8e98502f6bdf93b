# SPDX-License-Identifier: Apache-2.0
"""Whether two runs say the same: where the figures of a line lie further apart than the spreads of
both together, one of them is not to be trusted."""

from harness import rows
from harness.targets import verdicts

# Less than this is not even printed.
LEAST = 0.01


def _agree(one, other, resolution):
    reach = sum(abs(value.median) * max(value.spread, LEAST) for value in (one, other))
    return abs(one.median - other.median) <= max(reach, resolution)


def _text(value):
    return f"{value.median:.3g} ±{value.spread:.0%}"


def _cells(results):
    """{what it is: (Value, the least difference that means something)}."""
    cells = {}
    for row in rows.ROWS:
        for peer in results.peers():
            figures = rows.figures_of(row, peer, results)
            if figures:
                cells[f"{row.title}, {peer}"] = rows.Value.of(figures), row.resolution
    titles = {row.key: row.title for row in rows.ROWS}
    for verdict in verdicts(results):
        if verdict.other:
            name = f"{titles[verdict.target.row]}, postern by {verdict.target.of}"
            cells[name] = verdict.measured, 0.0
    return cells


def compare(first, second):
    """Prints each figure in which they differ or that only one of them has, and how many agree."""
    ones, others = _cells(first), _cells(second)
    both = [name for name in ones if name in others]
    differing = [name for name in both if not _agree(ones[name][0], *others[name])]
    for name in differing:
        print(f"differs: {name}: {_text(ones[name][0])}, {_text(others[name][0])}")
    for name in sorted(ones.keys() ^ others.keys()):
        print(f"in one run only: {name}: {_text((ones | others)[name][0])}")
    print(f"{len(both) - len(differing)} of {len(both)} figures agree within the spread that both "
          "state")
