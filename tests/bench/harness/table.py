"""The results as Markdown."""

from harness import rows
from harness.targets import verdicts

LEGEND = """\
Each figure is the median over the rounds, ± half the distance between the extremes; in brackets the
multiple of the physical limit: a bare copy relay and, where there is TLS, BoringSSL without a
socket, measured in the same run. – means that the server cannot do it, or that this machine has too
few descriptors. stunnel, HAProxy and Hitch are relays: they read no command, know no policy, and
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


def _cell(value, limit):
    if value is None:
        return "–"
    text = _number(value.median)
    if value.spread >= 0.005:
        text += f" ±{value.spread:.0%}".replace("%", " %")
    return f"{text} ({value.median / limit:.1f}×)" if limit else text


def _line(cells):
    return "| " + " | ".join(cells) + " |"


def _figures(results, peers, found):
    shown = [peer for peer in peers if any(peer == each for _, each in found)]
    yield _line(["", *shown, "limit"])
    yield "|" + "---|" * (len(shown) + 2)
    titles = [(row.key, row.title, rows.limit_of(row, found, results)) for row in rows.ROWS]
    titles += [(key, title, None) for key, title, _ in rows.CALLS]
    for key, title, limit in titles:
        if any((key, peer) in found for peer in shown):
            cells = [_cell(found.get((key, peer)), limit) for peer in shown]
            yield _line([title, *cells, _number(limit) if limit else "–"])


def _targets(results, found):
    titles = {row.key: row.title for row in rows.ROWS}
    titles |= {key: title for key, title, _ in rows.CALLS}
    yield _line(["target", "postern", "at most", "which is", ""])
    yield "|---|---|---|---|---|"
    for verdict in verdicts(found, results):
        target = verdict.target
        of = f"{target.share:g} × {target.of}" if target.of else "fixed"
        yield _line([titles[target.row], _number(verdict.measured), _number(verdict.bound), of,
                     "met" if verdict.met else "**missed**"])


def markdown(results, peers):
    """The whole report: machine, figures, targets, and what failed."""
    found = rows.values(results, peers)
    facts = "; ".join(f"{name} {value}" for name, value in results.machine.items())
    lines = [facts + ".", "", *_figures(results, peers, found), "", LEGEND,
             *_targets(results, found)]
    if results.failures:
        lines += ["", "Not measured, because it failed:", ""]
        lines += [f"- {each['peer']}, {each['workload']}: {each['why']}"
                  for each in results.failures]
    return "\n".join(lines) + "\n"
