# SPDX-License-Identifier: Apache-2.0
"""The results as Markdown."""

from harness import rows
from harness.targets import comparisons, verdicts

LEGEND = """\
Each figure is the median over the rounds, ± half the distance between the extremes; in brackets the
multiple of the physical limit: a bare copy relay and, where there is TLS, BoringSSL without a
socket. Multiples compare each turn of one with the same turn of the other: a machine whose speed
varies moves both. – means that the server cannot do it, or that this machine has too few
descriptors. stunnel, HAProxy and Hitch are relays: they read no command, know no policy, and
the backend sees every connection. nginx's figures leave out the HTTP service that it asks about
each login. postern writes a log line for each session; the others' logs are off or at errors only.
"""


def _number(value):
    magnitude = abs(value)
    if magnitude >= 100:
        return f"{value:,.0f}"
    if magnitude >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if magnitude >= 1 else f"{value:.3f}"


def _share(spread):
    return f" ±{spread:.0%}".replace("%", " %") if spread >= 0.005 else ""


def _cell(figures, limits):
    if not figures:
        return "–"
    value = rows.Value.of(figures)
    multiple = rows.multiple_of(figures, limits)
    text = _number(value.median) + _share(value.spread)
    return f"{text} ({multiple.median:.2f}×)" if multiple else text


def _line(cells):
    return "| " + " | ".join(cells) + " |"


def _figures(results):
    peers = results.peers()
    yield _line(["", *peers, "limit"])
    yield "|" + "---|" * (len(peers) + 2)
    for row in rows.ROWS:
        figures = [rows.figures_of(row, peer, results) for peer in peers]
        if any(figures):
            limits = rows.limits_of(row, results)
            yield _line([row.title, *(_cell(each, limits) for each in figures),
                         _cell(limits, {})])


def _targets(results):
    titles = {row.key: row.title for row in rows.ROWS}
    yield _line(["target", "postern", "at most", ""])
    yield "|---|---|---|---|"
    for verdict in verdicts(results):
        of = f" × {verdict.other}" if verdict.other else ""
        measured = verdict.measured
        yield _line([titles[verdict.target.row],
                     f"{_number(measured.median)}{_share(measured.spread)}{of}",
                     f"{verdict.target.share:g}", "met" if verdict.met else "**missed**"])


def _against(results):
    lines = [_line([row.title, f"{multiple.median:.3f}{_share(multiple.spread)}"])
             for row, multiple in comparisons(results)]
    if lines:
        yield from ("", _line(["postern as a multiple of the other build", ""]), "|---|---|", *lines)


def markdown(results):
    """The whole report: machine, figures, targets, and what failed."""
    facts = "; ".join(f"{name} {value}" for name, value in results.machine.items())
    lines = [facts + ".", "", *_figures(results), "", LEGEND, *_targets(results),
             *_against(results)]
    if results.failures:
        lines += ["", "Not measured, because it failed:", ""]
        lines += [f"- {each['peer']}, {each['workload']}: {each['why']}"
                  for each in results.failures]
    return "\n".join(lines) + "\n"
