"""The lines of the table: which figure of which workload, in which unit, and its physical limit.

The limit of a line is what a bare copy relay costs for the same work in the same run, and what
BoringSSL costs without a socket where the line has TLS in it.
"""

import statistics
from dataclasses import dataclass
from typing import Callable

GIB = 1 << 30
RELAY = "copy relay"


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    workload: str
    figure: Callable  # of one measurement
    tls: Callable | None = None  # of Results: what TLS alone adds to the limit
    has_limit: bool = True


def _cpu(scale):
    return lambda one: one["cpu_seconds"] / one["units"] * scale


def _cpu_a_gib(one):
    return one["cpu_seconds"] / one["bytes"] * GIB


def _latency(name, scale=1):
    return lambda one: one["latency"][name] * scale


def _session_kib(one):
    return (one["pss_opened_kib"] - one["pss_kib"]) / one["sessions"]


def _growth_mib(one):
    return (one["pss_after_kib"] - one["pss_kib"]) / 1024


def _tls(name, scale):
    return lambda results: results.limit(name) * scale


def _gib_row(name, size):
    return Row(f"retr-{name}", f"RETR {size}, CPU s/GiB", f"retr-{name}", _cpu_a_gib,
               _tls("gib_s", 1))


def _memory_row(sessions):
    return Row(f"memory-{sessions}", f"open session, KiB PSS each, at {sessions:,}",
               f"open-{sessions}", _session_kib)


def _cost_row(workload, sessions):
    return Row(f"cost-{sessions}", f"a command among {sessions:,} sessions, CPU µs", workload,
               _cpu(1e6))


SIZES = (1_000, 4_000, 9_000, 20_000)
ROWS = (
    Row("session", "full-handshake session, CPU ms", "session", _cpu(1e3),
        _tls("session_us", 1e-3)),
    Row("resumed", "resumed session, CPU ms", "resumed", _cpu(1e3), _tls("resumed_us", 1e-3)),
    Row("stls", "STLS session, CPU ms", "stls", _cpu(1e3), _tls("session_us", 1e-3)),
    Row("alone", "one session at a time, p50 ms", "one-at-a-time", _latency("p50", 1e-3)),
    Row("anonymous", "session without a login, CPU ms", "anonymous", _cpu(1e3),
        _tls("session_us", 1e-3)),
    Row("retr-4k", "RETR 4 KiB, CPU µs a message", "retr-4k", _cpu(1e6),
        _tls("gib_s", 4096 / GIB * 1e6)),
    _gib_row("64k", "64 KiB"), _gib_row("1m", "1 MiB"), _gib_row("100m", "100 MiB"),
    Row("ping-1", "ping-pong, 1 client, CPU µs a command", "ping-1", _cpu(1e6)),
    Row("ping-1-p50", "ping-pong, 1 client, p50 µs", "ping-1", _latency("p50")),
    Row("ping-1-p99", "ping-pong, 1 client, p99 µs", "ping-1", _latency("p99")),
    Row("ping-1-p999", "ping-pong, 1 client, p99.9 µs", "ping-1", _latency("p999")),
    Row("ping-16", "ping-pong, 16 clients, CPU µs a command", "ping-16", _cpu(1e6)),
    Row("ping-16-p50", "ping-pong, 16 clients, p50 µs", "ping-16", _latency("p50")),
    Row("ping-16-p99", "ping-pong, 16 clients, p99 µs", "ping-16", _latency("p99")),
    Row("ping-16-p999", "ping-pong, 16 clients, p99.9 µs", "ping-16", _latency("p999")),
    *(_memory_row(sessions) for sessions in SIZES),
    Row("memory-held", "session that never logs in, KiB PSS each, at 1,000", "held", _session_kib),
    _cost_row("ping-1", 1), *(_cost_row(f"open-{n}", n) for n in (10, 100, *SIZES)),
    Row("storm", "storm of 5,000 connections, all served after s", "storm",
        lambda one: one["seconds"]),
    Row("storm-cpu", "storm, CPU ms a session", "storm", _cpu(1e3), _tls("session_us", 1e-3)),
    Row("fast", "RETR 64 KiB, 8 fast readers, p99 ms", "fast", _latency("p99", 1e-3)),
    Row("fast-slow", "the same beside a slow reader of 100 MiB, p99 ms", "fast-beside-slow",
        _latency("p99", 1e-3)),
    Row("slow-memory", "memory kept for it, MiB PSS", "fast-beside-slow", _growth_mib,
        has_limit=False),
)
CALLS = (  # key, title, workload
    ("calls-session", "system calls a session", "session"),
    ("calls-4k", "system calls a RETR of 4 KiB", "retr-4k"),
    ("calls-1m", "system calls a MiB of RETR", "retr-1m"),
)


@dataclass(frozen=True)
class Value:
    """The median over the rounds, and half the distance of the extremes as a share of it."""

    median: float
    spread: float

    @classmethod
    def of(cls, figures):
        median = statistics.median(figures)
        reach = (max(figures) - min(figures)) / 2
        return cls(median, reach / abs(median) if median else 0.0)


def values(results, peers):
    """{(row key, peer): Value} of all that was measured."""
    found = {}
    for peer in peers:
        for row in ROWS:
            figures = [row.figure(one) for one in results.of(peer, row.workload)]
            if figures:
                found[row.key, peer] = Value.of(figures)
        for key, _, workload in CALLS:
            calls = results.calls(peer, workload)
            if calls is not None:
                found[key, peer] = Value(calls, 0.0)
    return found


def limit_of(row, found, results):
    """The physical limit of a line, or None."""
    relay = found.get((row.key, RELAY))
    if relay is None or not row.has_limit:
        return None
    if row.tls is None:
        return relay.median
    return relay.median + row.tls(results) if results.limits else None
