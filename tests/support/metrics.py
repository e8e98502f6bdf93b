# SPDX-License-Identifier: Apache-2.0
"""What a gateway tells Prometheus, read as strictly as promtool reads it."""

import http.client
import re
import subprocess

SERIES = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)')


class Metrics:
    """Asks one gateway, anew with each call."""

    def __init__(self, gateway):
        where = gateway.ready["metrics"]
        self.address = (where["address"], where["port"])

    def get(self, path, method="GET"):
        """Status and body."""
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def head(self, path):
        """The headers of an answer, by name."""
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        try:
            connection.request("HEAD", path)
            return dict(connection.getresponse().getheaders())
        finally:
            connection.close()

    def page(self):
        status, body = self.get("/metrics")
        if status != 200:
            raise AssertionError(f"/metrics: {status} {body}")
        return body

    def read(self):
        """(name, ((label, value), ...)) -> number."""
        found = {}
        for line in self.page().splitlines():
            if line.startswith("#"):
                continue
            match = SERIES.match(line)
            if not match:
                raise AssertionError(f"no series: {line!r}")
            key = (match[1], tuple(LABEL.findall(match[2] or "")))
            if key in found:
                raise AssertionError(f"twice: {line!r}")
            found[key] = float(match[3])
        return found

    def sum(self, name, **labels):
        """Of all series of this name that have these labels."""
        return total(self.read(), name, **labels)

    def check(self):
        """What promtool has to complain of."""
        done = subprocess.run(["promtool", "check", "metrics"], input=self.page(), text=True,
                              capture_output=True, check=False)
        return done.stdout + done.stderr + ("" if done.returncode == 0 else "failed")


def total(series, name, **labels):
    return sum(value for (each, its), value in series.items()
               if each == name and labels.items() <= dict(its).items())


def accounts(series):
    """Whether every connection that became a session is open or over."""
    return total(series, "postern_connections_total") == (
        total(series, "postern_sessions_total") + total(series, "postern_connections")
        + total(series, "postern_elder_sessions"))
