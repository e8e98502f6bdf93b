# SPDX-License-Identifier: Apache-2.0
"""Three addresses, of which one and then two fail under load and come back: no login fails that
could have succeeded, each password is sent once, and nobody on a living server notices."""

import collections
import contextlib
import itertools
import threading
import time
import unittest

from support.failing_backend import FailingBackend
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld, World

CLIENTS = 6
STEP = 120  # logins between two events
HELD = 9  # sessions that last


class Load:
    """Clients that log in again and again, each time with another password."""

    def __init__(self, world):
        self.world = world
        self.numbers = itertools.count()
        self.succeeded = []
        self.failed = []  # (password, reply, when it began, when it was answered)
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stopped.set()
        for thread in self._threads:
            thread.join(60)

    def go_on(self, logins=STEP):
        before = len(self.succeeded)
        until(lambda: len(self.succeeded) >= before + logins, f"{logins} more logins")

    def _run(self):
        while not self._stopped.is_set():
            number = next(self.numbers)
            password = b"secret%d" % number
            began = time.monotonic()
            try:
                reply = self._log_in(f"user{number % 50}", password)
            except (OSError, AssertionError) as error:
                reply = repr(error).encode()
            (self.succeeded if reply.startswith(b"+OK") else self.failed).append(
                (password, reply, began, time.monotonic()))

    def _log_in(self, user, password):
        with self.world.client() as peer:
            reply = peer.command(f"USER {user}")
            if reply.startswith(b"+OK"):
                reply = peer.command(b"PASS " + password)
            if reply.startswith(b"+OK"):
                with contextlib.suppress(OSError, AssertionError):  # its server may be killed now
                    peer.command("STAT")
                    peer.command("QUIT")
            return reply


class Failover(World):
    balance = "round-robin"

    def setUp(self):
        self.kills = []  # when each began and was over
        self.backends = [FailingBackend() for _ in range(3)]
        for backend in self.backends:
            self.addCleanup(backend.close)
        self.gateway = self.start_gateway(
            self.backends[0].address, self.addCleanup, f"gateway-{self.balance}", workers=2,
            backend={"address": ["%s:%d" % each.address for each in self.backends],
                     "balance": self.balance},
            health={"interval": "500ms", "rise": 2, "fall": 3}, timeouts={"connect": "2s"})

    def client(self):
        peer = RawPeer(self.gateway.address("pop3s"))
        peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        return peer

    def shares(self, load, logins=STEP):
        """How many logins each backend got of so many."""
        before = [len(each.passwords) for each in self.backends]
        load.go_on(logins)
        return [len(each.passwords) - old
                for each, old in zip(self.backends, before, strict=True)]

    def hold_sessions(self):
        """Logged in before anything fails; which of them are on the third server. Which one a user
        hashes to is drawn anew with the ports, so there are as many as that takes."""
        held = {}
        on_third = []
        while len(held) < HELD or not on_third:
            self.assertLess(len(held), 5 * HELD, "nobody is on the third server")
            name = b"held%d" % len(held)
            held[name] = peer = self.client()
            self.addCleanup(peer.close)
            self.assertTrue(peer.command(b"USER " + name).startswith(b"+OK"))
            self.assertTrue(peer.command(b"PASS " + name).startswith(b"+OK"))
            on_third = [held[name] for name in self.backends[2].passwords if name in held]
        return on_third

    def kill(self, backend):
        began = time.monotonic()
        backend.kill()
        self.kills.append((began, time.monotonic()))

    def play(self):
        first, second, third = self.backends
        on_third = self.hold_sessions()
        load = Load(self)
        try:
            figures = {"all": self.shares(load)}
            self.kill(first)
            figures["one killed"] = self.shares(load)
            second.silent = True
            figures["and one silent"] = self.shares(load)
            for peer in on_third:
                self.assertTrue(peer.command("NOOP").startswith(b"+OK"))
            self.kill(second)
            for backend in (first, second):
                self.gateway.wait_for_log("backend_down", baddr="%s:%d" % backend.address)
            figures["two killed"] = self.shares(load)
            first.revive()
            second.revive()
            for backend in (first, second):
                self.gateway.wait_for_log("backend_up", baddr="%s:%d" % backend.address)
            load.go_on()
            figures["all again"] = self.shares(load, 3 * STEP)
        finally:
            load.stop()
        print(f"\n{self.balance}: {figures}, failed {len(load.failed)} of {next(load.numbers)}")
        for peer in on_third:
            self.assertTrue(peer.command("NOOP").startswith(b"+OK"))
        self.judge(load)
        return figures

    def judge(self, load):
        told = collections.Counter(password for each in self.backends
                                   for password in each.passwords)
        self.assertEqual({word: count for word, count in told.items() if count > 1}, {})
        for password, reply, began, answered in load.failed:
            self.assertTrue(reply.startswith(b"-ERR [SYS/TEMP]"), reply)
            # Its server was killed with the password in its hands, or in those of its kernel; it is
            # sent nowhere else.
            self.assertTrue(any(began < over and answered > start for start, over in self.kills),
                            password)
        for number in (0, 1):
            address = "%s:%d" % self.backends[number].address
            self.assertEqual(len(self.gateway.log_events("backend_down", baddr=address)), 1)
            self.assertEqual(len(self.gateway.log_events("backend_up", baddr=address)), 1)

    def even(self, shares):
        mean = sum(shares) / len(shares)
        for share in shares:
            self.assertLess(abs(share - mean), mean / 4, shares)


class ByTurns(Failover):
    def test_two_of_three_fail_and_come_back(self):
        figures = self.play()
        self.even(figures["all"])
        self.assertLessEqual(figures["two killed"][0] + figures["two killed"][1], CLIENTS)
        self.even(figures["all again"])


class ByLoad(Failover):
    balance = "least-connections"

    def test_two_of_three_fail_and_come_back(self):
        figures = self.play()
        self.even(figures["all"])
        self.even(figures["all again"][:2])  # the third one has sessions that have lasted


class ByUser(Failover):
    balance = "hash-user"

    def test_two_of_three_fail_and_come_back(self):
        figures = self.play()
        self.assertTrue(all(figures["all"]), figures)
        self.assertTrue(all(figures["all again"]), figures)


if __name__ == "__main__":
    unittest.main()
