# SPDX-License-Identifier: Apache-2.0
"""Connections to the backend that are ready before somebody logs in."""

import time
import unittest

from support.configuration import toml
from support.failing_backend import FailingBackend
from support.faraway import Faraway
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld, World

CALLS = "connecting to the backend"


class Warm(DovecotWorld):
    """In front of a Dovecot, in clear and under TLS."""

    doors_of_its_own = True

    def steps(self, gateway, port):
        return [line["msg"] for line in gateway.log_events("upstream", rport=port)]

    def login(self, gateway):
        """Logs in, reads the mailbox and leaves; what the session did to reach its backend."""
        peer = self.secure(gateway).login(USER, PASSWORD)
        self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
        port = peer.origin[1]
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        line = gateway.wait_for_log("session", rport=port)
        return self.steps(gateway, port), line

    def login_without_a_call(self, gateway):
        """The line of the first session that found a connection ready."""
        def found():
            steps, line = self.login(gateway)
            return None if CALLS in steps else line
        return until(found, "a login finds a connection ready")

    def gateway_to(self, address, **backend):
        return self.start_gateway(address, self.addCleanup, name="gateway-" + self.id(), workers=1,
                                  backend={"warm": 2, **backend})

    def test_in_clear(self):
        gateway = self.gateway_to(self.dovecot.address)
        line = self.login_without_a_call(gateway)
        self.assertEqual(line["baddr"], "%s:%d" % self.dovecot.address)
        for _ in range(10):
            self.login(gateway)

    def test_under_tls(self):
        for tls, address in (("implicit", self.dovecot.tls_address), ("stls", self.dovecot.address)):
            with self.subTest(tls=tls):
                gateway = self.start_gateway(
                    address, self.addCleanup, name="gateway-" + tls, workers=1,
                    backend={"warm": 2, "tls": tls, "ca_file": self.authority.ca_file,
                             "server_name": "localhost"})
                line = self.login_without_a_call(gateway)
                self.assertRegex(line["btls"], "^TLSv1.3/")
                for _ in range(5):
                    self.login(gateway)


class Loss(World):
    """In front of a server that comes and goes."""

    def setUp(self):
        self.backend = FailingBackend()
        self.addCleanup(self.backend.close)

    def start(self, **backend):
        return self.start_gateway(self.backend.address, self.addCleanup, name="gateway-" + self.id(),
                                  workers=2, backend=backend,
                                  health={"interval": "0s", "rise": 1, "fall": 1})

    def open(self):
        return len(self.backend._writers)

    def login(self, gateway, password):
        with RawPeer(gateway.address("pop3s")) as peer:
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.command("USER alice")
            return peer.command(f"PASS {password}")

    def test_a_restart_costs_no_login(self):
        gateway = self.start(warm=3)
        until(lambda: self.open() == 6, "each worker has its connections")
        for turn in range(5):
            self.backend.kill()
            self.backend.revive()
            for number in range(4):
                reply = self.login(gateway, f"secret{turn}{number}")
                self.assertTrue(reply.startswith(b"+OK"), reply)
        self.assertEqual(len(self.backend.passwords), len(set(self.backend.passwords)))
        self.assertEqual(gateway.log_events("backend_down"), [])

    def test_a_reload_and_a_stop_let_them_go(self):
        gateway = self.start(warm=3)
        until(lambda: self.open() == 6, "each worker has its connections")
        gateway.reload(toml(self.backend.address, [self.certificate], backend={"warm": 1}))
        until(lambda: self.open() == 2, "as many as the new configuration says")
        gateway.reload(toml(self.backend.address, [self.certificate]))
        until(lambda: self.open() == 0, "none")
        gateway.reload(toml(self.backend.address, [self.certificate], backend={"warm": 1}))
        until(lambda: self.open() == 2, "some again")
        gateway.stop()
        until(lambda: self.open() == 0, "none any more")

    def test_they_count_and_give_way(self):
        gateway = self.start(warm=2, max_connections=3)
        until(lambda: self.open() == 3, "as many as there may be")
        peers = []
        for number in range(3):
            peer = RawPeer(gateway.address("pop3s"))
            self.addCleanup(peer.close)
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.login(f"user{number}", "secret")
            peers.append(peer)
        self.assertEqual(self.open(), 3)
        for peer in peers:
            self.assertTrue(peer.command("STAT").startswith(b"+OK"))


class Faster(World):
    """In front of a server that is 20 ms away."""

    LOGINS = 15

    def fastest(self, address, name, **backend):
        """The seconds of the one login of several that a busy machine held up least."""
        gateway = self.start_gateway(address, self.addCleanup, name=name, workers=1,
                                     backend=backend)
        took = []
        for _ in range(self.LOGINS):
            time.sleep(0.15)  # long enough for the next connection to be made
            with RawPeer(gateway.address("pop3s")) as peer:
                peer.start_tls(self.context)
                DovecotWorld.greeted(peer)
                peer.command("USER alice")
                begun = time.monotonic()
                self.assertTrue(peer.command("PASS secret").startswith(b"+OK"))
                took.append(time.monotonic() - begun)
        gateway.stop()
        return min(took)

    def test_a_login_costs_two_round_trips(self):
        backend = FailingBackend()
        self.addCleanup(backend.close)
        faraway = Faraway(backend.address)
        self.addCleanup(faraway.close)
        cold = self.fastest(faraway.address, "gateway-cold")
        warm = self.fastest(faraway.address, "gateway-warm", warm=2)
        print(f"\n20 ms away: {cold * 1e3:.1f} ms cold, {warm * 1e3:.1f} ms warm, "
              f"{warm / cold:.2f} of it")
        self.assertLess(warm / cold, 0.8)  # half, where nothing else runs


if __name__ == "__main__":
    unittest.main()
