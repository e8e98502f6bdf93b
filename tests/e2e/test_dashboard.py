# SPDX-License-Identifier: Apache-2.0
"""The dashboard and the alerts, asked of a real Prometheus that knows a real gateway."""

import json
import os
import re
import subprocess
import unittest

from support.gateway import ROOT
from support.metrics import Metrics, total
from support.prometheus import Prometheus
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

BOARD = os.path.join(ROOT, "deploy/grafana/postern.json")
RULES = os.path.join(ROOT, "deploy/prometheus/postern.rules.yml")
DOORS = (("pop3s", "implicit", ("127.0.0.1:0",)), ("pop3", "stls", ("127.0.0.1:0",)),
         ("clear", "none", ("127.0.0.1:0",), {"login": "plaintext-allowed"}))
HEALTH = {"interval": "200ms", "rise": 1, "fall": 1}
# What a quiet gateway has nothing to say about: nothing was banned, failed or is down.
MAY_BE_EMPTY = {"postern_stls_injection_attempts_total", "postern_bans_total",
                "postern_backend_errors_total", "postern_connections_rejected_total"}


def board():
    with open(BOARD, encoding="utf-8") as file:
        return json.load(file)


def panels():
    return [panel for panel in board()["panels"] if panel["type"] != "row"]


def queries():
    """Title and expression of each, with what Grafana puts in."""
    found = [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]
    found += [(one["name"], one["expr"]) for one in board()["annotations"]["list"]]
    for title, expression in found:
        for name, value in (("$job", "postern"), ("$instance", ".*"), ("$__rate_interval", "1m")):
            expression = expression.replace(name, value)
        yield title, expression


def names_in(text):
    """The metrics that it is about."""
    return set(re.findall(r"\b(?:postern|process)_[a-z_]+", text))


class Rules(unittest.TestCase):
    """Without a gateway."""

    def test_they_fire_when_they_should(self):
        for verb, file in (("check", RULES), ("test", RULES.replace(".rules.", ".rules.test."))):
            done = subprocess.run(["promtool", verb, "rules", file], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_says_what_to_do(self):
        with open(RULES, encoding="utf-8") as file:
            text = file.read()
        count = len(re.findall(r"^  - alert: Postern\w+$", text, re.M))
        for key in ("expr", "annotations", "labels"):
            self.assertEqual(len(re.findall(rf"^    {key}:", text, re.M)), count, key)
        for key in ("summary", "description"):
            self.assertEqual(len(re.findall(rf"^      {key}:", text, re.M)), count, key)

    def test_all_is_in_the_manual(self):
        with open(os.path.join(ROOT, "deploy/man/postern.8"), encoding="utf-8") as file:
            section = file.read().partition("\n.Sh METRICS\n")[2].partition("\n.Sh ")[0]
        with open(RULES, encoding="utf-8") as file:
            known = set(re.findall(r"^\.It Li (\w+)", section, re.M))
            told = names_in(file.read())
        for _, expression in queries():
            told |= names_in(expression)
        for name in told:
            self.assertIn(re.sub(r"_bucket$", "", name), known)

    def test_the_board_can_be_imported(self):
        told = board()
        self.assertEqual(told["templating"]["list"][0]["type"], "datasource")
        ids = [panel["id"] for panel in told["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        places = set()
        for panel in told["panels"]:
            grid = panel["gridPos"]
            self.assertLessEqual(grid["x"] + grid["w"], 24)
            cells = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"])
                     for y in range(grid["y"], grid["y"] + grid["h"])}
            self.assertFalse(places & cells, panel["title"])
            places |= cells
        for panel in panels():
            self.assertEqual(panel["datasource"]["uid"], "${datasource}")
            self.assertTrue(panel["description"])


class Answers(DovecotWorld):
    """Each query has an answer, and each alert is loaded and silent or fires with a reason."""

    configuration = {"metrics": {"listen": "127.0.0.1:0"}, "doors": DOORS, "health": HEALTH,
                     "auth_failures": {"delay": "0s", "remember": "1m"},
                     "limits": {"max_connections_per_user": 12}}

    def leave(self, peer):
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        peer.read_to_end()

    def sessions(self):
        for peer in (self.implicit(), self.stls(), self.plain(self.gateway, "clear")):
            peer.login(USER, PASSWORD)
            self.assertTrue(peer.command("STAT").startswith(b"+OK"))
            self.leave(peer)
        peer = self.plain(self.gateway)  # no password without TLS
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"-ERR"))
        self.assertTrue(peer.command("PASS swordfish").startswith(b"-ERR"))
        self.leave(peer)
        for _ in range(2):
            peer = self.implicit()
            peer.command(f"USER {USER}")
            self.assertTrue(peer.command("PASS wrong").startswith(b"-ERR"))
            self.leave(peer)
        self.too_many()
        peer = RawPeer(self.gateway.address("pop3s"))
        self.addCleanup(peer.close)
        peer.send(b"USER mallory\r\n")  # is no handshake
        peer.read_to_end()

    def too_many(self):
        """One user's sessions, until there may be no more."""
        held = []
        for _ in range(20):
            peer = self.implicit()
            peer.command(f"USER {USER}")
            if peer.command(f"PASS {PASSWORD}").startswith(b"-ERR"):
                peer.read_to_end()
                break
            held.append(peer)
        self.assertLess(len(held), 20)
        for peer in held:
            self.leave(peer)

    def test_each_query_has_an_answer(self):
        metrics = Metrics(self.gateway)
        prometheus = Prometheus(self.path("prometheus"), ["%s:%d" % metrics.address], [RULES])
        self.addCleanup(prometheus.close)
        self.sessions()
        before = total(metrics.read(), "postern_sessions_total")
        until(lambda: [row["value"][1] for row in prometheus.query("up")] == ["1"], "it asks")
        until(lambda: prometheus.query(f"sum(postern_sessions_total) >= {before}"), "it knows")
        self.sessions()  # once more, for a rate needs two values
        until(lambda: prometheus.query(f"sum(postern_sessions_total) > {before + 5}"), "it counts")
        missing = {}

        def all_answered():
            missing.clear()
            for title, expression in queries():
                if not prometheus.query(expression) and not names_in(expression) & MAY_BE_EMPTY:
                    missing[title] = expression
            return not missing.keys() - {"Reloads"}
        try:
            until(all_answered, "all queries have an answer", within=20)
        except AssertionError as error:
            raise AssertionError(f"no answer: {json.dumps(missing, indent=1)}") from error
        self.alerts(prometheus)

    def alerts(self, prometheus):
        def evaluated():
            groups = prometheus.get("rules").get("groups", [])
            rules = [rule for group in groups for rule in group["rules"]]
            return rules if rules and all(rule["health"] == "ok" for rule in rules) else None
        rules = until(evaluated, "all alerts are looked at")
        firing = {rule["name"] for rule in rules if rule["state"] == "firing"}
        self.assertLessEqual(firing, {"PosternSecretsExposed"})


if __name__ == "__main__":
    unittest.main()
