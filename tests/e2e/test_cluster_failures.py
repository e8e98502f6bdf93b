# SPDX-License-Identifier: Apache-2.0
"""What machines share goes away, stands still, forgets, or says no; and a machine dies."""

import base64
import os
import re
import signal
import time
import unittest

from e2e.test_cluster import GUESSER, GUESSES, HOME, ClusterWorld
from support import control
from support.gateway import ROOT
from support.raw_peer import RawPeer
from support.tap import Tap
from support.waiting import until
from support.world import DovecotWorld

MANUAL = os.path.join(ROOT, "deploy/man/postern.8")
PASSWORD = "s3cret-of-redis"


class Away(ClusterWorld):
    nodes = ("one", "two")

    def test_it_is_told_once_and_what_happened_meanwhile_is_told_to_it(self):
        one, two = self.gateways
        self.redis.kill()
        for gateway in self.gateways:
            line = gateway.wait_for_log("cluster_down")
            self.assertEqual(line["level"], "error")
            self.assertIn("counts alone, and more strictly", line["msg"])
            self.assertTrue(self.login(gateway, "ann", "right").startswith(b"+OK"))
        # Alone, half as many guesses are allowed.
        for number in range(GUESSES["per_ip"] // 2):
            answer = self.login(one, f"user{number}", "guess", GUESSER)
            self.assertTrue(answer.startswith(b"-ERR [AUTH]"), answer)
        self.assertEqual(self.login(one, "ann", "right", GUESSER), b"closed")
        control.run(two, "bans", "add", "203.0.113.0/24")
        self.assertEqual(self.bans(two), ["203.0.113.0/24"])
        self.redis.start()
        for gateway in self.gateways:
            until(lambda gateway=gateway: len(gateway.log_events("cluster_up")) == 2, "it is back")
            until(lambda gateway=gateway: self.bans(gateway) == [GUESSER, "203.0.113.0/24"],
                  "each has what the other one has")
            self.assertEqual(len(gateway.log_events("cluster_down")), 1)

    def test_whoever_logs_in_does_not_wait_for_one_that_stands_still(self):
        one = self.gateways[0]
        self.login(one, "ann", "right")
        self.redis.pause()
        started = time.monotonic()
        for _ in range(5):
            self.assertTrue(self.login(one, "ann", "right").startswith(b"+OK"))
        self.assertLess(time.monotonic() - started, 5)
        one.wait_for_log("cluster_down")
        self.redis.go_on()
        until(lambda: len(one.log_events("cluster_up")) == 2, "it is back")

    def test_one_that_was_emptied_learns_the_bans_again(self):
        one, two = self.gateways
        control.run(one, "bans", "add", "203.0.113.0/24")
        until(lambda: self.bans(two) == ["203.0.113.0/24"], "it is told")
        self.redis.ask("FLUSHALL")
        late = self.node("late")
        late.wait_for_log("cluster_up")
        until(lambda: self.bans(late) == ["203.0.113.0/24"], "it is known again", within=60)


class Needed(ClusterWorld):
    nodes = ("one",)
    configuration = {"cluster": {"on_failure": "refuse"}}

    def test_nobody_logs_in_without_it(self):
        gateway, = self.gateways
        self.assertTrue(self.login(gateway, "ann", "right").startswith(b"+OK"))
        self.redis.kill()
        self.assertIn("nobody logs in until it can", gateway.wait_for_log("cluster_down")["msg"])
        told = len(self.backend.passwords)
        answer = self.login(gateway, "ann", "right")
        self.assertTrue(answer.startswith(b"-ERR [SYS/TEMP]"), answer)
        self.assertIn(b"wait", answer)
        self.assertEqual(len(self.backend.passwords), told)
        self.assertEqual(gateway.wait_for_log("login_refused")["reason"],
                         "cluster_down")
        self.redis.start()
        until(lambda: self.login(gateway, "ann", "right").startswith(b"+OK"), "it is back")


class Dead(ClusterWorld):
    nodes = ("one", "two")
    configuration = {"limits": {"max_connections_per_user": 1}}

    def test_its_sessions_come_back_within_ninety_seconds(self):
        one, two = self.gateways
        self.assertTrue(self.session(one, "ann")[1].startswith(b"+OK"))
        self.assertTrue(self.session(two, "ann")[1].startswith(b"-ERR [SYS/TEMP]"))
        os.kill(one.pid, signal.SIGKILL)
        one.wait()
        one._process = None  # it has no exit status that stop() would like
        started = time.monotonic()
        until(lambda: self.session(two, "ann")[1].startswith(b"+OK"), "its place is free", within=90)
        print(f"\nafter {time.monotonic() - started:.0f} s")

    def test_one_that_ends_gives_them_back_at_once(self):
        one, two = self.gateways
        self.assertTrue(self.session(one, "ann")[1].startswith(b"+OK"))
        control.run(one, "stop")
        one.wait()
        until(lambda: self.session(two, "ann")[1].startswith(b"+OK"), "its place is free")


class Rights(ClusterWorld):
    """As the manual has them."""

    nodes = ("one", "two")

    def setUp(self):
        with open(MANUAL, encoding="utf-8") as file:
            text = re.search(r"^ACL SETUSER.*?(?=^\.Ed)", file.read(), re.M | re.S)[0]
        self.rights = text.replace("\\e\n", " ").replace("PASSWORD", PASSWORD).split()
        self.password_file = self.path(f"{self.id()}.password")
        with open(self.password_file, "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")
        os.chmod(self.password_file, 0o600)
        self.configuration = {"cluster": {"username": "postern", "password_file": self.password_file}}
        super().setUp()

    def started(self):
        self.redis.ask(*self.rights)

    def test_they_are_enough_for_all_of_it(self):
        one, two = self.gateways
        for number in range(GUESSES["per_ip"]):
            self.login(self.gateways[number % 2], f"user{number}", "guess", GUESSER)
        for gateway in self.gateways:
            until(lambda gateway=gateway: self.bans(gateway) == [GUESSER], "it is banned")
        control.run(one, "bans", "del", GUESSER)
        until(lambda: self.bans(two) == [], "it is let go")
        _, answer = self.session(one, "ann")
        self.assertTrue(answer.startswith(b"+OK"), answer)
        self.assertEqual([line for line in self.redis.ask("ACL", "LOG")], [])

    def test_a_wrong_password_is_told_and_not_shown(self):
        with open(self.password_file, "w", encoding="ascii") as file:
            file.write("another-secret\n")
        late = self.node("late")
        line = late.wait_for_log("cluster_down")
        self.assertIn("does not take the password", line["msg"])
        self.assertNotIn("another-secret", late.stderr())


class Spy(ClusterWorld):
    nodes = ("node-one", "node-two")
    configuration = {"limits": {"max_connections_per_user": 5}}
    USER, WORD, COMMENT = "annemarie", "hunter2-hunter2", "a copier on floor seven"

    def started(self):
        self.wire = Tap(("127.0.0.1", self.redis.port), keep=1 << 24)
        self.addCleanup(self.wire.close)
        self.engine = "127.0.0.1:%d" % self.wire.port

    def every_form(self):
        for secret in (self.USER, self.WORD, self.COMMENT, GUESSER, HOME, "198.51.100.77",
                       "node-one", "node-two"):
            data = secret.encode()
            yield from (data, data.upper(), data[::-1], data.hex().encode(),
                        *(base64.b64encode(b" " * shift + data)[4:-4] for shift in range(3)))

    def test_nothing_there_is_a_name_an_address_or_a_password(self):
        one, two = self.gateways
        for number in range(GUESSES["per_user_network"] - 1):
            self.login(self.gateways[number % 2], self.USER, f"{self.WORD}{number}", GUESSER)
        peer, answer = self.session(one, self.USER)
        self.assertTrue(answer.startswith(b"+OK"), answer)
        control.run(two, "bans", "add", "198.51.100.77", "--comment", self.COMMENT)
        with RawPeer(two.address("pop3")) as clear:
            DovecotWorld.greeted(clear)
            clear.command(f"USER {self.USER}")
            clear.command(f"PASS {self.WORD}")
        until(lambda: any(key.startswith("{postern:1}:x:") for key in self.redis.ask("KEYS", "*")),
              "it is known there")
        until(lambda: self.bans(one) == ["198.51.100.77"], "it is told")
        kinds = {key.split(":")[2] for key in self.redis.ask("KEYS", "*")}
        self.assertLessEqual({"b", "bt", "e", "n", "nt", "p", "q", "r", "s", "u", "x"}, kinds)
        self.redis.ask("CONFIG", "SET", "rdbcompression", "no")
        self.redis.ask("SAVE")
        with open(os.path.join(self.redis.directory, "dump.rdb"), "rb") as file:
            seen = {"the dump": file.read(), "what it is told": self.wire.sent_to_server(),
                    "what it answers": self.wire.sent_to_client()}
        for where, bytes_there in seen.items():
            self.assertIn(b"{postern:1}:", bytes_there)
            for form in self.every_form():
                self.assertFalse(form in bytes_there, (where, form))
        peer.command("QUIT")

    def test_a_password_that_came_in_clear_on_one_is_known_on_all(self):
        one, two = self.gateways
        with RawPeer(one.address("pop3")) as clear:
            DovecotWorld.greeted(clear)
            clear.command(f"USER {self.USER}")
            clear.command("PASS right")
        until(lambda: any(key.startswith("{postern:1}:x:") for key in self.redis.ask("KEYS", "*")),
              "it is known there")
        self.login(two, self.USER, "right")
        two.wait_for_log("exposed_credential_in_use")


if __name__ == "__main__":
    unittest.main()
