# SPDX-License-Identifier: Apache-2.0
"""The main figures as an SVG picture: bars as multiples of the physical limit."""

from html import escape

from harness import rows

SHOWN = ("session", "resumed", "stls", "retr-4k", "retr-64k", "retr-1m", "ping-16")
COLOURS = ("#1b7837", "#5aae61", "#762a83", "#9970ab", "#c2a5cf", "#f1a340", "#998ec3", "#2166ac")
BAR, GAP, LEFT, WIDTH, SCALE = 14, 26, 260, 900, 60
MOST = (WIDTH - LEFT - 90) / SCALE  # longer bars are cut, and say their number


def _text(x, y, words, extra=""):
    return f'<text x="{x:.0f}" y="{y:.0f}" {extra}>{escape(words)}</text>'


def _bar(y, peer, multiple, colour):
    length = min(multiple, MOST) * SCALE
    yield _text(LEFT - 8, y + BAR - 3, peer, 'text-anchor="end"')
    yield f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR - 2}" fill="{colour}"/>'
    more = " →" if multiple > MOST else ""
    yield _text(LEFT + length + 6, y + BAR - 3, f"{multiple:.1f} ×{more}")


def svg(results):
    """The whole picture."""
    colours = dict(zip((peer for peer in results.peers() if peer != rows.RELAY), COLOURS))
    parts, y = [], 10
    for row in rows.ROWS:
        limits = rows.limits_of(row, results) if row.key in SHOWN else {}
        if not limits:
            continue
        y += GAP
        parts.append(_text(LEFT, y - 6, row.title, 'font-weight="bold"'))
        for peer, colour in colours.items():
            multiple = rows.multiple_of(rows.figures_of(row, peer, results), limits)
            if multiple:
                parts += _bar(y, peer, multiple.median, colour)
                y += BAR
    foot = _text(LEFT, y + GAP, "multiples of a copy relay plus BoringSSL; shorter is better")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 2 * GAP}" '
            'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" '
            'fill="white"/>\n' + "\n".join([*parts, foot]) + "\n</svg>\n")
