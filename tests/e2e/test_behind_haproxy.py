# SPDX-License-Identifier: Apache-2.0
"""What is shipped for a HAProxy before two gateways, as it is but for addresses, ports and paths:
each file is what the other one needs."""

import re
import signal
import tempfile
from pathlib import Path

from support.gateway import ROOT, Gateway
from support.haproxy import Haproxy
from support.raw_peer import RawPeer
from support.waiting import observe, until
from support.world import PASSWORD, USER, DovecotWorld, World
from support import mailbox

SHIPPED = Path(ROOT) / "deploy/haproxy"
NAMES = ("gateway1", "gateway2")
CHECKED = ("UP", "L7OK")


def replaced(text, *pairs):
    """Each of these patterns has to be there."""
    for pattern, value in pairs:
        text, times = re.subn(pattern, value, text)
        assert times, f"{pattern} is not in the shipped file"
    return text


class ShippedHaproxy(Haproxy):
    """postern.cfg. gateways: name -> listener -> port, all on 127.0.0.1."""

    def __init__(self, directory, gateways):
        super().__init__(directory, dict.fromkeys(("pop3s", "pop3")))
        self._gateways = gateways

    def configuration(self):
        pairs = [("/run/haproxy/admin.sock", f"{self.directory}/stats"),
                 (r"(?m)^ *(user|group) .*\n", ""), ("maxconn 20000", "maxconn 500"),
                 ("inter 5s", "inter 200ms")]
        for number, name in enumerate(NAMES, 21):
            for listener, port in (("pop3s", 995), ("pop3", 110)):
                pairs.append((rf"10\.0\.0\.{number}:{port}\b",
                              f"127.0.0.1:{self._gateways[name][listener]}"))
        for listener, port in (("pop3s", 995), ("pop3", 110)):
            pairs.append((f"bind :::{port} v4v6", f"bind 127.0.0.1:{self.ports[listener]}"))
        return replaced((SHIPPED / "postern.cfg").read_text(encoding="utf-8"), *pairs)


class BehindHaproxy(World):
    """Dovecot, two gateways before it, and HAProxy before them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.start_dovecot(mailbox.small())

    def setUp(self):
        self.gateways = {name: self.gateway() for name in NAMES}
        ports = {name: {listener: gateway.address(listener)[1] for listener in ("pop3s", "pop3")}
                 for name, gateway in self.gateways.items()}
        self.haproxy = ShippedHaproxy(self.fresh(), ports)
        self.addCleanup(self.haproxy.stop)
        self.haproxy.start()
        until(lambda: all(self.haproxy.checks(f"gateways_{listener}", name) == CHECKED
                          for listener in ("pop3s", "pop3") for name in NAMES),
              "HAProxy has found all of them well")

    def fresh(self):
        """A directory; its name is short enough for that of a socket."""
        return tempfile.mkdtemp(dir=self.directory)

    def gateway(self):
        """One with the shipped postern.toml; it takes nothing from elsewhere than 127.0.0.1."""
        text = replaced(
            (SHIPPED / "postern.toml").read_text(encoding="utf-8"),
            (r'"0\.0\.0\.0:(995|110)", "\[::\]:\1"', '"127.0.0.1:0"'),
            (r'"10\.0\.0\.11", "10\.0\.0\.12"', '"127.0.0.1"'),
            (r'(?m)^cert_file = .*', f'cert_file = "{self.certificate.cert_file}"'),
            (r'(?m)^key_file = .*', f'key_file = "{self.certificate.key_file}"'),
            (r"10\.0\.0\.31:110", "{}:{}".format(*self.dovecot.address)),
            (r"(?m)^\[server\]\n", 'control.socket = ""\n[server]\nstate_dir = ""\nworkers = 2\n'))
        gateway = Gateway(self.fresh(), text)
        self.addCleanup(gateway.stop)
        return gateway.start()

    def through(self, listener, source):
        """A client that has logged in, under TLS either way."""
        peer = RawPeer(self.haproxy.address(listener), source=source)
        self.addCleanup(peer.close)
        if listener == "pop3s":
            peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        if listener == "pop3":
            self.assertTrue(peer.command("STLS").startswith(b"+OK"))
            peer.start_tls(self.context)
        peer.login(USER, PASSWORD)
        return peer

    def place(self, peer):
        """The name of the gateway that this client came to, which knows it by its own address."""
        ip, port = peer.origin
        return until(lambda: next((name for name, gateway in self.gateways.items()
                                   if gateway.log_events("login", rip=ip, rport=port)), None),
                     "a gateway has logged the login")

    def by_place(self, listener):
        """A client that is logged in at each gateway: HAProxy goes by its address."""
        found = {}
        for number in range(2, 40):
            peer = self.through(listener, f"127.0.0.{number}")
            found.setdefault(self.place(peer), peer)
            if len(found) == len(NAMES):
                return found
        raise AssertionError(f"all clients came to {list(found)}")

    def test_clients_are_known_by_their_addresses_and_checks_by_nobody(self):
        for listener in ("pop3s", "pop3"):
            with self.subTest(listener=listener):
                for name, peer in self.by_place(listener).items():
                    ip, port = peer.origin
                    self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
                    line = self.gateways[name].wait_for_log("session", rip=ip, rport=port)
                    self.assertRegex(line["peer"], r"^127\.0\.0\.1:\d+$")
                    self.assertEqual((line["lip"], int(line["lport"])),
                                     self.haproxy.address(listener))
                    again = [self.place(self.through(listener, ip)) for _ in range(3)]
                    self.assertEqual(again, [name] * 3)
        observe(1)
        for gateway in self.gateways.values():
            told = [line for line in gateway.log_events() if line.get("rip") == "127.0.0.1"]
            self.assertEqual(told, [])

    def test_a_gateway_that_drains_keeps_its_sessions_and_gets_no_other(self):
        at = self.by_place("pop3s")
        leaving, staying = at["gateway1"], at["gateway2"]
        self.gateways["gateway1"].signal(signal.SIGTERM)
        until(lambda: self.haproxy.checks("gateways_pop3s", "gateway1")[0] == "DOWN",
              "HAProxy sends nobody to it")
        again = self.through("pop3s", leaving.origin[0])
        self.assertEqual(self.place(again), "gateway2")
        for peer in (leaving, staying):
            self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
            peer.read_body()
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.assertEqual(self.gateways["gateway1"].wait(), 0)
