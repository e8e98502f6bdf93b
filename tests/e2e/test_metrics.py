# SPDX-License-Identifier: Apache-2.0
"""Metrics: what they are called, that they add up, and that whoever asks for them harms nobody."""

import os
import re
import signal
import socket
import time
import unittest

from support import control
from support.configuration import toml
from support.gateway import ROOT
from support.legacy_backend import LegacyBackend
from support.metrics import Metrics, accounts, total
from support.prometheus import Prometheus
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld, ScriptedWorld

HEALTH = {"interval": "200ms", "rise": 1, "fall": 1}
METRICS = {"listen": "127.0.0.1:0"}
DOORS = (("pop3s", "implicit", ("127.0.0.1:0",)), ("pop3", "stls", ("127.0.0.1:0",)),
         ("clear", "none", ("127.0.0.1:0",), {"login": "plaintext-allowed"}))


def manual():
    """Name -> its labels, as the manual has them."""
    with open(os.path.join(ROOT, "deploy/man/postern.8"), encoding="utf-8") as file:
        section = file.read().partition("\n.Sh METRICS\n")[2].partition("\n.Sh ")[0]
    rows = re.findall(r"^\.It Li ((?:postern|process)_\w+)(?: Pq Li (.+))?$", section, re.M)
    return {name: tuple(filter(None, labels.split(" , "))) for name, labels in rows}


class Kinds(DovecotWorld):
    """Sessions of all kinds, and what is told of them."""

    configuration = {"metrics": METRICS, "doors": DOORS, "health": HEALTH,
                     "policy": {"mechanisms": ["USER", "PLAIN"]},
                     "limits": {"max_connections_per_ip": 8},
                     "auth_failures": {"delay": "0s", "remember": "1m", "per_ip": 0,
                                       "per_user_network": 0}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = Metrics(cls.gateway)

    def told(self, condition, what):
        """The series, once they are like this."""
        def look():
            series = self.metrics.read()
            return series if condition(series) and accounts(series) else None
        return until(look, what)

    def leave(self, peer):
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        peer.read_to_end()

    def logged_in(self):
        """By implicit TLS, by STLS, and in clear; everything that may be asked."""
        for peer in (self.implicit(), self.stls(), self.plain(self.gateway, "clear")):
            peer.login(USER, PASSWORD)
            self.assertTrue(peer.command("STAT").startswith(b"+OK"))
            self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
            peer.read_body()
            self.assertTrue(peer.command("RETR 99").startswith(b"-ERR"))
            self.assertTrue(peer.command("FOO").startswith(b"-ERR"))
            self.leave(peer)

    def refused(self):
        peer = self.plain(self.gateway)  # no password without TLS
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"-ERR"))
        self.assertTrue(peer.command("PASS swordfish").startswith(b"-ERR"))
        self.leave(peer)
        for _ in range(3):  # the third is answered from memory
            peer = self.implicit()
            peer.command(f"USER {USER}")
            self.assertTrue(peer.command("PASS wrong").startswith(b"-ERR"))
            self.leave(peer)

    def broken(self):
        peer = RawPeer(self.gateway.address("pop3s"))
        self.addCleanup(peer.close)
        peer.send(b"USER mallory\r\n")
        peer.read_to_end()
        peer = self.plain(self.gateway)
        peer.send(b"STLS\r\nUSER mallory\r\n")
        peer.read_to_end()

    def turned_away(self):
        limit = self.configuration["limits"]["max_connections_per_ip"]
        self.told(lambda series: total(series, "postern_connections") == 0, "nobody is there")
        peers = [self.plain(self.gateway) for _ in range(limit)]
        self.told(lambda series: total(series, "postern_connections") == limit, "all are open")
        late = RawPeer(self.gateway.address("pop3"))
        self.addCleanup(late.close)
        self.assertTrue(late.read_line().startswith(b"-ERR"))
        for peer in peers:
            self.leave(peer)

    def test_all_of_them_add_up(self):
        self.logged_in()
        self.refused()
        self.broken()
        self.turned_away()
        series = self.told(lambda series: total(series, "postern_connections") == 0, "all are over")

        def count(name, **labels):
            return total(series, "postern_" + name, **labels)

        self.assertEqual(count("connections_total"), 3 + 4 + 2 + 8)
        self.assertEqual(count("connections_rejected_total", listener="pop3",
                               reason="connection_limit"), 1)
        self.assertEqual(count("limit_hits_total", limit="max_connections_per_ip"), 1)
        self.assertEqual(count("auth_attempts_total", result="ok"), 3)
        self.assertEqual(count("auth_attempts_total", result="ok", tls="none", mech="USER"), 1)
        self.assertEqual(count("auth_attempts_total", result="ok", tls="1.3"), 2)
        self.assertEqual(count("auth_attempts_total", result="failed",
                               reason="proxy_dest_auth_failed"), 1)
        self.assertEqual(count("auth_attempts_total", mech="USER")
                         - count("auth_attempts_total", result="denied"), 6)
        self.assertEqual(count("logins_remembered_total"),
                         count("auth_attempts_total", reason="remembered"))
        self.assertEqual(count("secrets_exposed_total", listener="pop3", mech="USER"), 1)
        self.assertGreaterEqual(count("policy_decisions_total", decision="deny"), 1)
        self.assertEqual(count("policy_decisions_total", decision="allow"), 6)
        self.assertEqual(count("tls_handshakes_total", result="ok", version="1.3"), 5)
        self.assertEqual(count("tls_handshake_duration_seconds_count"), 5)
        self.assertEqual(count("tls_handshakes_total", result="failed", listener="pop3s"), 1)
        self.assertEqual(count("stls_total", result="ok"), 1)
        self.assertEqual(count("stls_total", result="injection"), 1)
        self.assertEqual(count("stls_injection_attempts_total"), 1)
        self.assertEqual(count("commands_total", command="STAT", result="ok"), 3)
        self.assertEqual(count("commands_total", command="RETR", result="error"), 3)
        self.assertEqual(count("commands_total", command="unknown", result="refused"), 3)
        self.assertEqual(count("login_duration_seconds_count", backend="legacy"), 3)
        self.assertEqual(count("session_duration_seconds_count"), count("sessions_total"))
        self.assertEqual(count("client_sessions_total"), count("sessions_total"))
        self.assertGreaterEqual(count("backend_connect_duration_seconds_count"), 3)
        over = count("sessions_total")
        until(lambda: len(self.gateway.log_events("session")) == over, "each has its line")
        lines = self.gateway.log_events("session")
        self.assertEqual(count("client_bytes_total", direction="in"),
                         sum(int(line["in"]) for line in lines))
        self.assertEqual(count("client_bytes_total", direction="out"),
                         sum(int(line["out"]) for line in lines))
        self.look_at_the_page(series)

    def look_at_the_page(self, series):
        self.assertEqual(self.metrics.check(), "")
        page = self.metrics.page()
        for secret in (USER, PASSWORD, "mallory", "swordfish"):
            self.assertNotIn(secret, page)
        documented = manual()
        kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.M))
        self.assertLessEqual(kinds.keys(), documented.keys())
        for (name, labels) in series:
            base = re.sub(r"_(bucket|sum|count)$", "", name) if name not in kinds else name
            names = tuple(label for label, _ in labels if label != "le")
            self.assertEqual(names, documented[base], name)
        with open(f"/proc/{self.gateway.pid}/maps", encoding="utf-8") as file:
            self.assertNotRegex(file.read(), r"lib(ssl|crypto)\.so\.[13]")


class Readiness(ScriptedWorld):
    """/-/ready goes with the backend, and with the drain; numbers of backends do as well."""

    configuration = {"metrics": METRICS, "health": HEALTH, "timeouts": {"connect": "1s"}}

    @staticmethod
    def script(connection):
        connection.login()
        connection.serve()

    def test_it_follows_the_backend_and_the_drain(self):
        metrics = Metrics(self.gateway)
        self.assertEqual(metrics.get("/-/healthy"), (200, "ok\n"))
        until(lambda: metrics.get("/-/ready") == (200, "ready\n"), "it serves")
        address = "%s:%d" % self.backend.address
        self.assertEqual(metrics.sum("postern_backend_up", backend="legacy", address=address), 1)
        self.backend.close()
        until(lambda: metrics.get("/-/ready") == (503, "no backend is reachable\n"), "it is down")
        self.assertEqual(metrics.sum("postern_backend_up", address=address), 0)
        self.assertGreater(metrics.sum("postern_backend_errors_total", backend="legacy",
                                       reason="connect"), 0)
        again = LegacyBackend(self.script, self.backend.address)
        self.addCleanup(again.close)
        until(lambda: metrics.get("/-/ready")[0] == 200, "it serves again")

        peer = self.client().login("alice", "secret")
        until(lambda: metrics.sum("postern_connections", state="transaction") == 1, "it is there")
        self.gateway.signal(signal.SIGTERM)
        until(lambda: metrics.get("/-/ready")[0] == 503, "it drains")
        self.assertIn("drain", metrics.get("/-/ready")[1])
        self.assertEqual(metrics.get("/-/healthy")[0], 200)
        self.assertEqual(metrics.sum("postern_connections"), 1)
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))

    def test_a_ban_by_hand(self):
        gateway = self.start_gateway(self.backend.address, self.addCleanup, "bans",
                                     **self.configuration,
                                     control={"socket": self.path("bans/control.sock")})
        metrics = Metrics(gateway)
        self.assertEqual(control.run(gateway, "bans", "add", "192.0.2.7").returncode, 0)
        self.assertEqual(metrics.sum("postern_bans_total", reason="manual"), 1)
        until(lambda: metrics.sum("postern_bans") == 1, "it is seen")

    def test_what_is_no_page(self):
        metrics = Metrics(self.start_gateway(self.backend.address, self.addCleanup, "pages",
                                             **self.configuration))
        self.assertEqual(metrics.get("/other")[0], 404)
        self.assertEqual(metrics.get("/metrics/../etc/passwd")[0], 404)
        self.assertEqual(metrics.get("/metrics", "POST")[0], 405)
        status, body = metrics.get("/metrics", "HEAD")
        self.assertEqual((status, body), (200, ""))


class Reload(ScriptedWorld):
    """metrics.listen changes with a reload, and what cannot be leaves all as it was."""

    script = staticmethod(Readiness.script)

    def test_it_goes_on_and_off(self):
        gateway = self.gateway
        self.assertNotIn("metrics", gateway.ready)
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            held.listen()
            taken = {"listen": f"127.0.0.1:{port}"}
            gateway.configure(toml(self.backend.address, [self.certificate], metrics=taken))
            gateway.signal(signal.SIGHUP)
            line = gateway.wait_for_log("reload", level="error")
            self.assertIn("metrics.listen" if "metrics.listen" in line["msg"] else "cannot listen",
                          line["msg"])
            self.assertIn(str(port), line["msg"])
        gateway.signal(signal.SIGHUP)
        gateway.wait_for_log("reload", level="info")
        gateway.ready["metrics"] = {"address": "127.0.0.1", "port": port}
        metrics = Metrics(gateway)
        series = metrics.read()
        self.assertEqual(total(series, "postern_config_last_reload_successful"), 1)
        self.client().login("alice", "secret")
        gateway.configure("nonsense")
        gateway.signal(signal.SIGHUP)
        until(lambda: metrics.sum("postern_config_last_reload_successful") == 0, "it is refused")
        self.assertEqual(metrics.sum("postern_connections", state="transaction"), 1)
        gateway.configure(toml(self.backend.address, [self.certificate]))
        gateway.signal(signal.SIGHUP)

        def refuses():
            with socket.socket() as probe:
                return probe.connect_ex(metrics.address) != 0
        until(refuses, "nobody is answered any more")


class Harm(DovecotWorld):
    """Whoever asks and does not listen, or says nothing, or says nonsense."""

    configuration = {"metrics": METRICS}

    def test_sessions_go_on_and_others_are_answered(self):
        metrics = Metrics(self.gateway)
        harm = []
        for number in range(50):
            peer = socket.create_connection(metrics.address)
            self.addCleanup(peer.close)
            harm.append(peer)
            peer.sendall((b"", b"GET /metr", b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
                          b"\0\xff" * 100, b"GET " + b"a" * 20_000)[number % 5])
        started = time.monotonic()
        peer = self.implicit().login(USER, PASSWORD)
        for _ in range(20):
            self.assertTrue(peer.command("STAT").startswith(b"+OK"))
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(metrics.sum("postern_connections", state="transaction"), 1)
        self.assertLess(time.monotonic() - started, 15)
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))


class Scraped(DovecotWorld):
    """The real one."""

    configuration = {"metrics": METRICS}

    def test_it_takes_what_it_is_told(self):
        metrics = Metrics(self.gateway)
        prometheus = Prometheus(self.path("prometheus"), ["%s:%d" % metrics.address])
        self.addCleanup(prometheus.close)
        self.implicit().login(USER, PASSWORD)
        until(lambda: [row["value"][1] for row in prometheus.query("up")] == ["1"], "it is up")
        until(lambda: [row["value"][1] for row in
                       prometheus.query("postern_connections{state='transaction'} > 0")] == ["1"],
              "it knows the session")


if __name__ == "__main__":
    unittest.main()
