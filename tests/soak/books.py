# SPDX-License-Identifier: Apache-2.0
"""The books of a chaos: the same numbers from three hands - those who were there, the log, the
metrics - side by side."""

import collections
from typing import NamedTuple

from support.log_follower import LogFollower
from support.metrics import accounts, total
from support.world import USER

# What may be told at level error, and what was done that it tells of.
ASKED_FOR = {"reload", "handover", "cert_rejected", "backend_down"}
STORY = 40


class Row(NamedTuple):
    """None where that hand knows nothing of it. slack: how many more than `seen` there may be, of
    those who left without waiting for an answer."""

    what: str
    seen: int | None
    logged: int | None
    counted: int | None
    slack: int = 0

    @property
    def is_right(self):
        told = [each for each in (self.logged, self.counted) if each is not None]
        if len(set(told)) > 1:
            return False
        return self.seen is None or all(self.seen <= each <= self.seen + self.slack
                                        for each in told)


class Books(LogFollower):
    """What the log says, added up."""

    def __init__(self, path):
        super().__init__(path)
        self.events = collections.Counter()
        self.ended_by = collections.Counter()
        self.bytes = collections.Counter()
        self.kicked = 0
        self.errors = collections.Counter()
        self.exact = collections.Counter()
        self.known = collections.Counter()  # of peers that knew their bytes, all together
        self.strays = collections.Counter()  # known peers whose line says something else
        self.story = collections.deque(maxlen=STORY)  # the last lines that tell why

    def keep(self):
        """Reads on."""
        for line in self.read():
            self.events[line["event"]] += 1
            if line["level"] == "error":
                self.errors[line["event"]] += 1
            if self._is_told(line):
                self.story.append(" ".join(line[key] for key in ("ts", "event", "level", "reason",
                                                                 "phase", "baddr", "msg")
                                           if key in line))
            if line["event"] == "session":
                self._keep_session(line)

    @staticmethod
    def _is_told(line):
        """Of the gateway itself, or of somebody who must never be refused."""
        if line["event"] == "login_refused":
            return line.get("user") == USER
        return "sid" not in line and "rip" not in line

    def _keep_session(self, line):
        self.ended_by[line["ended_by"]] += 1
        self.kicked += line["reason"] == "kicked"
        for direction in ("in", "out"):
            self.bytes[direction] += int(line[direction])
        self.exact[line["rip"], *(int(line[key]) for key in ("rport", "in", "out"))] += 1

    def compare_bytes(self, tally):
        """Session by session: each peer that read to the end has a line with the same numbers."""
        same = tally.exact & self.exact
        self.strays = tally.exact - same
        for name, some in (("seen", tally.exact), ("logged", same)):
            self.known[name] += some.total()
            self.known[f"bytes {name}"] += sum((sent + received) * times for
                                               (_, _, sent, received), times in some.items())
        tally.exact.clear()
        self.exact.clear()

    def rows(self, tally, series):
        """The reckoning, with nobody connected."""
        seen = tally.counts
        self.compare_bytes(tally)

        def counted(name, **labels):
            return int(total(series, "postern_" + name, **labels))

        rows = [
            Row("connections", seen["connections"], None,
                counted("connections_total") + counted("connections_rejected_total")),
            Row("sessions", None, self.events["session"], counted("sessions_total")),
            *(Row(f"sessions ended by {who}", None, number,
                  counted("sessions_total", ended_by=who))
              for who, number in sorted(self.ended_by.items())),
            Row("sessions open", 0, None,
                counted("connections") + counted("elder_sessions")),
            Row("sessions with a duration", None, self.events["session"],
                counted("session_duration_seconds_count")),
            Row("sessions by program", None, self.events["session"],
                counted("client_sessions_total")),
            Row("logins", seen["logins"], self.events["login"],
                counted("auth_attempts_total", result="ok"), seen["logins without an answer"]),
            Row("logins with a duration", None, self.events["login"],
                counted("login_duration_seconds_count")),
            Row("wrong passwords", None, self.events["auth_failed"],
                counted("auth_attempts_total", result="failed")),
            Row("logins refused", None, self.events["login_refused"],
                counted("auth_attempts_total", result="refused")),
            *(Row(f"bytes {direction}", None, self.bytes[direction],
                  counted("client_bytes_total", direction=direction))
              for direction in ("in", "out")),
            Row("sessions with known bytes", self.known["seen"], self.known["logged"], None),
            Row("bytes of those", self.known["bytes seen"], self.known["bytes logged"], None),
            Row("kicks", seen["kicks"], self.kicked, None),
            Row("hand-overs", seen["hand-overs"], None, counted("handovers_total")),
            Row("hand-overs refused", seen["hand-overs refused"], self.errors["handover"], None),
            Row("bans by hand", seen["bans by hand"], None,
                counted("bans_total", reason="manual")),
            Row("bans", None, self.events["ban"], counted("bans_total")),
            Row("lines lost", 0, None, counted("log_dropped_total")),
            Row("errors nobody asked for", 0,
                sum(number for event, number in self.errors.items() if event not in ASKED_FOR),
                None),
        ]
        return rows if accounts(series) else [*rows, Row("connections = over + open", 1, 0, None)]


def table(rows):
    """For a person."""
    def text(value):
        return "-" if value is None else str(value)

    lines = [f"{'':<28}{'seen':>12}{'log':>12}{'metrics':>12}"]
    for row in rows:
        note = "" if row.is_right else "   WRONG"
        note += f"   (and up to {row.slack} who did not wait)" if row.slack else ""
        lines.append(f"{row.what:<28}{text(row.seen):>12}{text(row.logged):>12}"
                     f"{text(row.counted):>12}{note}")
    return "\n".join(lines)
