# SPDX-License-Identifier: Apache-2.0
"""The lines of the table: which figure of which workload, in which unit, and its physical limit.

The limit of a line is what a bare copy relay costs for the same work in the same turn, and what
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
    tls: Callable | None = None  # of one measurement of TLS alone: what it adds to the limit
    has_limit: bool = True
    resolution: float = 0.0  # less than this cannot be told apart


def _cpu(scale):
    return lambda one: one["cpu_seconds"] / one["units"] * scale


def _cpu_a_gib(one):
    return one["cpu_seconds"] / one["bytes"] * GIB


def _latency(name, scale=1):
    return lambda one: one["latency"][name] * scale


PAGES_KIB = 32  # of a process, which come and go without a cause


def _session_kib(one):
    return (one["pss_opened_kib"] - one["pss_kib"]) / one["sessions"]


def _growth_mib(one):
    return (one["pss_after_kib"] - one["pss_kib"]) / 1024


def _tls(name, scale):
    return lambda one: one[name] * scale


def _gib_row(name, size):
    return Row(f"retr-{name}", f"RETR {size}, CPU s/GiB", f"retr-{name}", _cpu_a_gib,
               _tls("gib_s", 1))


def _memory_row(sessions, prefix="", title=""):
    return Row(f"{prefix}memory-{sessions}", f"{title}open session, KiB PSS each, at {sessions:,}",
               f"{prefix}open-{sessions}", _session_kib, has_limit=False,
               resolution=PAGES_KIB / sessions)


def _cost_row(workload, sessions):
    return Row(f"cost-{sessions}", f"a command among {sessions:,} sessions, CPU µs", workload,
               _cpu(1e6))


def _calls_row(name, unit):
    return Row(f"calls-{name}", f"system calls a {unit}", f"calls-{name}",
               lambda one: sum(one["calls"].values()), has_limit=False)


SIZES = (1_000, 4_000, 9_000, 20_000)
SIZES_OF_BOTH = SIZES[:3]
BOTH = "TLS on both sides, "
ROWS = (
    Row("session", "full-handshake session, CPU ms", "session", _cpu(1e3),
        _tls("session_us", 1e-3)),
    Row("session-rsa", "the same with RSA-2048, CPU ms", "session-rsa", _cpu(1e3),
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
    Row("memory-held", "session that never logs in, KiB PSS each, at 1,000", "held", _session_kib,
        has_limit=False, resolution=PAGES_KIB / 1_000),
    _cost_row("ping-1", 1), *(_cost_row(f"open-{n}", n) for n in (10, 100, *SIZES)),
    Row("storm", "storm of 5,000 connections, all served after s", "storm",
        lambda one: one["seconds"]),
    Row("storm-cpu", "storm, CPU ms a session", "storm", _cpu(1e3), _tls("session_us", 1e-3)),
    Row("fast", "RETR 64 KiB, 8 fast readers, p99 ms", "fast", _latency("p99", 1e-3)),
    Row("fast-slow", "the same beside a slow reader of 100 MiB, p99 ms", "fast-beside-slow",
        _latency("p99", 1e-3)),
    Row("slow-memory", "memory kept for it, MiB PSS", "fast-beside-slow", _growth_mib,
        has_limit=False, resolution=PAGES_KIB / 1024),
    Row("both-session", BOTH + "full handshake in front and resumed behind, CPU ms", "both-session",
        _cpu(1e3), has_limit=False),
    Row("both-1m", BOTH + "RETR 1 MiB, CPU s/GiB", "both-1m", _cpu_a_gib, has_limit=False),
    *(_memory_row(sessions, "both-", BOTH) for sessions in SIZES_OF_BOTH),
    _calls_row("session", "session"), _calls_row("4k", "RETR of 4 KiB"),
    _calls_row("1m", "MiB of RETR"),
)
WITH_TLS = frozenset(row.workload for row in ROWS if row.tls)


@dataclass(frozen=True)
class Value:
    """The median over the rounds, and half the distance of the extremes as a share of it."""

    median: float
    spread: float

    @classmethod
    def of(cls, figures):
        """Of {(round, turn): figure}; a round's figure is the median of its turns."""
        rounds = {}
        for (number, _), figure in figures.items():
            rounds.setdefault(number, []).append(figure)
        medians = [statistics.median(turns) for turns in rounds.values()]
        median = statistics.median(medians)
        reach = (max(medians) - min(medians)) / 2
        return cls(median, reach / abs(median) if median else 0.0)


def figures_of(row, peer, results):
    """What a server took in a line: {(round, turn): figure}."""
    return {when: row.figure(one) for when, one in results.of(peer, row.workload).items()}


def limits_of(row, results):
    """The physical limit of a line: {(round, turn): figure}, empty where it has none."""
    if not row.has_limit:
        return {}
    relay = figures_of(row, RELAY, results)
    if row.tls is None:
        return relay
    tls = results.limits_of(row.workload)
    return {when: relay[when] + row.tls(one) for when, one in tls.items() if when in relay}


def multiple_of(figures, others):
    """By how much the one is the other, each turn compared with the same turn; None where there
    is none of both."""
    ratios = {when: figures[when] / others[when] for when in figures.keys() & others.keys()}
    return Value.of(ratios) if ratios else None
