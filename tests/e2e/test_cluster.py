# SPDX-License-Identifier: Apache-2.0
"""Several machines that count together, on a real Redis: guesses and bans, sessions of a user, and
passwords that came in clear."""

import itertools
import os
import unittest

from support import control
from support.failing_backend import FailingBackend
from support.raw_peer import RawPeer
from support.redis import Redis
from support.waiting import until
from support.world import DovecotWorld, World

NODES = ("one", "two", "three")
GUESSER = "127.0.7.1"
HOME = "127.0.8.1"
GUESSES = {"per_ip": 6, "per_user_network": 4, "delay": "0s", "ban": "10m", "remember": "0s"}


class JudgingBackend(FailingBackend):
    """Takes `right`, and refuses every other password."""

    RIGHT = b"right"

    def reply_to(self, line):
        verb, _, rest = line.strip().partition(b" ")
        if verb == b"PASS" and rest != self.RIGHT:
            return b"-ERR [AUTH] no\r\n"
        return super().reply_to(line)


class ClusterWorld(World):
    nodes = NODES
    configuration = {}
    redis_arguments = ()

    def setUp(self):
        self.backend = JudgingBackend()
        self.addCleanup(self.backend.close)
        self.redis = Redis(self.path(f"{self.id()}-redis"), *self.redis_arguments)
        self.addCleanup(self.redis.close)
        self.redis.start()
        self.engine = self.redis.address
        self.started()
        self.key_file = self.path(f"{self.id()}.key")
        with open(self.key_file, "wb") as file:
            file.write(os.urandom(32))
        os.chmod(self.key_file, 0o600)
        self.gateways = [self.node(name) for name in self.nodes]
        for gateway in self.gateways:
            gateway.wait_for_log("cluster_up")
        until(self.everybody_is_there, "every worker has its connection")

    def everybody_is_there(self):
        """Two workers of each node, and its process with two connections, past their first words:
        what is asked before that a node rules alone."""
        lines = [line for line in self.redis.ask("CLIENT", "LIST").splitlines()
                 if " name=postern " in line]
        greeting = (" cmd=role ", " cmd=client|setname ", " cmd=auth ")
        return len(lines) >= 4 * len(self.nodes) and not any(
            word in line for line in lines for word in greeting)

    def started(self):
        """Redis is there, and nobody else yet."""

    def node(self, name):
        settings = {"auth_failures": GUESSES, "workers": 2, **self.configuration}
        cluster = {"redis": [self.engine], "key_file": self.key_file, "node": name,
                   **settings.pop("cluster", {})}
        return self.start_gateway(
            self.backend.address, self.addCleanup, f"{self.id()}-{name}", cluster=cluster,
            control={"socket": self.path(f"{name}-{len(self.id())}.sock")}, **settings)

    def login(self, gateway, user, password, source=HOME):
        """The answer to PASS, or how the connection ended before it."""
        with RawPeer(gateway.address("pop3s"), source=source) as peer:
            try:
                peer.start_tls(self.context)
                DovecotWorld.greeted(peer)
                peer.command(f"USER {user}")
                return peer.command(f"PASS {password}")
            except (OSError, AssertionError):
                return b"closed"

    def session(self, gateway, user, source=HOME):
        peer = RawPeer(gateway.address("pop3s"), source=source)
        self.addCleanup(peer.close)
        peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        peer.command(f"USER {user}")
        return peer, peer.command("PASS right")

    def bans(self, gateway):
        return [each["network"] for each in control.ask(gateway, "bans")["bans"]]


class Together(ClusterWorld):
    def test_who_guesses_on_all_is_banned_on_all_after_as_many_as_on_one(self):
        told = 0
        for number, gateway in zip(range(20), itertools.cycle(self.gateways)):
            answer = self.login(gateway, f"user{number}", f"guess{number}", GUESSER)
            if not answer.startswith(b"-ERR [AUTH]"):
                break
            told += 1
        self.assertEqual(told, GUESSES["per_ip"])
        self.assertEqual(len(self.backend.passwords), GUESSES["per_ip"])
        for gateway in self.gateways:
            gateway.wait_for_log("ban")
            self.assertEqual(self.bans(gateway), [GUESSER])
            self.assertEqual(self.login(gateway, "ann", "right", GUESSER), b"closed")
            self.assertTrue(self.login(gateway, "ann", "right").startswith(b"+OK"))

    def test_one_user_is_locked_on_all(self):
        for number, gateway in zip(range(GUESSES["per_user_network"]), itertools.cycle(self.gateways)):
            self.login(gateway, "ann", f"guess{number}", GUESSER)
        told = len(self.backend.passwords)
        for gateway in self.gateways:
            self.assertTrue(self.login(gateway, "ann", "more", GUESSER).startswith(b"-ERR [SYS/TEMP]"))
        self.assertEqual(len(self.backend.passwords), told)
        self.assertTrue(self.login(self.gateways[0], "ann", "right").startswith(b"+OK"))

    def test_an_administrators_ban_is_for_all_and_so_is_its_end(self):
        control.run(self.gateways[0], "bans", "add", "198.51.100.0/24", "--comment", "by hand")
        for gateway in self.gateways:
            until(lambda gateway=gateway: self.bans(gateway) == ["198.51.100.0/24"], "it is banned")
        late = self.node("four")
        until(lambda: self.bans(late) == ["198.51.100.0/24"], "whoever comes later knows it")
        self.assertEqual(control.ask(late, "bans")["bans"][0]["comment"], "by hand")
        control.run(late, "bans", "del", "198.51.100.0/24")
        for gateway in self.gateways:
            until(lambda gateway=gateway: self.bans(gateway) == [], "it is let go")
            gateway.wait_for_log("unban")


    def test_status_says_how_it_stands(self):
        one = self.gateways[0]
        told = until(lambda: (found := control.ask(one, "status")["cluster"])["nodes"] == 3 and found,
                     "all three are known", within=60)
        self.assertEqual((told["node"], told["up"], told["engine"], told["why"]),
                         ("one", True, self.redis.address, ""))
        self.assertIn(f"\ncluster: node one of 3, on {self.redis.address}\n",
                      control.run(one, "status").stdout)
        self.redis.kill()
        one.wait_for_log("cluster_down")
        self.assertRegex(control.run(one, "status").stdout,
                         r"\ncluster: node one COUNTS ALONE: 127\.0\.0\.1:\d+: ")


class Sessions(ClusterWorld):
    configuration = {"limits": {"max_connections_per_user": 3}}

    def test_the_limit_of_a_user_holds_on_all(self):
        peers = [self.session(gateway, "ann") for gateway in self.gateways]
        for _, answer in peers:
            self.assertTrue(answer.startswith(b"+OK"), answer)
        for gateway in self.gateways:
            _, answer = self.session(gateway, "ANN")
            self.assertTrue(answer.startswith(b"-ERR [SYS/TEMP] too many sessions"), answer)
        peers[0][0].command("QUIT")
        until(lambda: self.session(self.gateways[1], "ann")[1].startswith(b"+OK"), "a place is free")
        self.assertTrue(self.session(self.gateways[2], "ann")[1].startswith(b"-ERR [SYS/TEMP]"))
        self.assertTrue(self.session(self.gateways[2], "bob")[1].startswith(b"+OK"))


if __name__ == "__main__":
    unittest.main()
