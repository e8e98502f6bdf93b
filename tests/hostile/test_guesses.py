# SPDX-License-Identifier: Apache-2.0
"""Guesses that are dropped, made side by side, or said in ways that only the backend can read:
each counts as one that is made in turn, and nobody pays for what he did not do."""

import queue
import threading

from support import process
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld, ScriptedWorld

WRONG, RIGHT = b"-ERR [AUTH] no\r\n", b"+OK welcome\r\n"
FAILED = b"-ERR [AUTH] login failed"
LIMITS = {"window": "5m", "ban": "5m", "delay": "0s", "per_user_network": 0}
IN_CLEAR = {"login": "plaintext-allowed", "mechanisms": ["USER", "NTLM"]}


class Guesses(ScriptedWorld):
    """A backend that judges a password when it is told to, and guessers in clear for speed."""

    source = "127.0.0.2"

    def setUp(self):
        self.judging = queue.Queue()  # connections that have got a PASS
        self.verdict = WRONG
        self.told = threading.Event()  # the verdict may be spoken
        self.addCleanup(self.told.set)
        self.backend.play(self.judge)

    def judge(self, backend):
        backend.greet()
        while line := backend.read_line():
            if line.upper().startswith(b"PASS"):
                self.judging.put(backend)
                self.told.wait()
                backend.send(self.verdict)
            else:
                backend.send(b"+OK\r\n")

    def guesser(self):
        peer = RawPeer(self.gateway.address("pop3"), source=self.source)
        self.addCleanup(peer.close)
        return peer

    def guess(self, user):
        """One that is with the backend now."""
        peer = self.guesser()
        DovecotWorld.greeted(peer)
        peer.command(f"USER {user}")
        peer.send(b"PASS guess\r\n")
        return peer, self.judging.get(timeout=30)

    def drop(self, user):
        """A client that resets its connection as soon as the backend has its password. Returns
        the backend's connection once the gateway knows."""
        self.told.clear()
        peer, backend = self.guess(user)
        before = process.descriptors(self.gateway.pid)
        peer.reset()
        until(lambda: process.descriptors(self.gateway.pid) < before, "the client's end is seen")
        return backend


class Dropped(Guesses):
    configuration = {"auth_failures": {**LIMITS, "per_ip": 3}, "policy": IN_CLEAR,
                     "timeouts": {"backend_login": "3s"}}

    def test_a_right_one_counts_as_right_and_reads_nothing(self):
        self.source = "127.0.0.3"  # who is known there is not turned away at the door
        backend = self.drop("right")
        self.verdict = RIGHT
        self.told.set()
        line = self.gateway.wait_for_log("session", user="right")
        self.assertEqual(line["reason"], "client_reset")
        until(backend.ended.is_set, "the backend's connection is closed")
        self.assertEqual(backend.lines, [b"USER right\r\n", b"PASS guess\r\n"])
        self.assertEqual(self.gateway.log_events("auth_failed", user="right"), [])

    def test_what_the_backend_left_undecided_is_no_guess(self):
        self.source = "127.0.0.4"
        for number in range(4):
            self.drop(f"undecided{number}")
            line = self.gateway.wait_for_log("login_refused", user=f"undecided{number}")
            self.assertEqual(line["reason"], "backend_down")
        for event in ("auth_failed", "ban"):
            self.assertEqual(self.gateway.log_events(event, rip=self.source), [])

    def test_wrong_ones_are_told_and_banned(self):
        for number in range(3):
            self.drop(f"wrong{number}")
            self.told.set()
            line = self.gateway.wait_for_log("auth_failed", user=f"wrong{number}")
            self.assertEqual(line["reason"], "abandoned")
        self.gateway.wait_for_log("ban", reason="guessing")
        self.assertTrue(self.guesser().read_line().startswith(b"-ERR [SYS/TEMP]"))


class SideBySide(Guesses):
    configuration = {"auth_failures": {**LIMITS, "per_ip": 10}, "policy": IN_CLEAR}

    def test_no_more_are_asked_about_than_may_be_wrong(self):
        asked = [self.guess(f"user{number}") for number in range(10)]
        for number in range(30):
            with self.guesser() as peer:
                DovecotWorld.greeted(peer)
                peer.command(f"USER more{number}")
                self.assertTrue(peer.command("PASS guess").startswith(b"-ERR [SYS/TEMP]"))
        self.assertTrue(self.judging.empty())
        until(lambda: len(self.gateway.log_events("login_refused", reason="locked")) == 30,
              "each is told")
        self.assertEqual(self.gateway.log_events("ban"), [], "nobody was wrong yet")

        self.told.set()
        for peer, _ in asked:
            self.assertEqual(peer.read_line(), FAILED)
        self.gateway.wait_for_log("ban", reason="guessing")


class Opaque(Guesses):
    """A phone with an old password, whose every try looks like a new user with a new one."""

    configuration = {"auth_failures": {**LIMITS, "per_ip": 30}, "policy": IN_CLEAR}

    def judge(self, backend):
        backend.greet()
        backend.read_line()
        for reply in (b"+\r\n", b"+ TlRMTVNTUAACAAAA\r\n", WRONG):
            backend.send(reply)
            backend.read_line()

    def try_ntlm(self):
        with self.guesser() as peer:
            DovecotWorld.greeted(peer)
            for line in ("AUTH NTLM", "TlRMTVNTUAABAAAA"):
                self.assertTrue(peer.command(line).startswith(b"+"))
            return peer.command("TlRMTVNTUAADAAAA")

    def test_it_counts_for_its_place_alone(self):
        for _ in range(29):
            self.assertEqual(self.try_ntlm(), FAILED)
        self.assertEqual(self.gateway.log_events("ban"), [])
        self.assertEqual(self.try_ntlm(), FAILED)
        self.gateway.wait_for_log("ban", reason="opaque_failures")
