# SPDX-License-Identifier: Apache-2.0
"""Reading log lines: logfmt and JSON, strictly. A line that is neither is an error."""

import json
import re

PAIR = re.compile(r'([a-z_0-9]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?: |$)')
STARTS = ("ts=", "{")  # how a log line begins; diagnostics for a person do not


def parse(line):
    """The fields of one line; ValueError when the line is not well formed."""
    if line.startswith("{"):
        return json.loads(line)
    fields, position = {}, 0
    while position < len(line):
        match = PAIR.match(line, position)
        if not match:
            raise ValueError(f"not logfmt at {position}: {line!r}")
        key, value = match.groups()
        if value.startswith('"'):
            value = json.loads(value)  # quoted values have JSON's escapes
        fields[key] = value
        position = match.end()
    if "event" not in fields or "ts" not in fields:
        raise ValueError(f"no event or time: {line!r}")
    return fields


def matches(fields, wanted):
    """Whether each wanted field is there with that value."""
    return all(str(fields.get(key)) == str(value) for key, value in wanted.items())
