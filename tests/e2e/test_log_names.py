# SPDX-License-Identifier: Apache-2.0
"""log.user: where names are digests or left out, no line tells one, whatever happens; and how many
sessions one user has, over all workers."""

import threading

from support.configuration import toml
from support.crowd_backend import CrowdBackend
from support.gateway import Gateway
from support.logfmt import parse
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import DovecotWorld, World

NAMES = ("zebulon", "wilhelmina", "theodora", "bartholomew", "hildegard")


class CrowdedWorld(World):
    def setUp(self):
        self.backend = CrowdBackend()
        self.addCleanup(self.backend.close)

    def start(self, name, **sections):
        text = toml(self.backend.address, [self.certificate], **sections)
        gateway = Gateway(self.path(name), text)
        gateway.start()
        self.addCleanup(gateway.stop)
        return gateway

    def peer(self, gateway, door="pop3s", source=None):
        peer = RawPeer(gateway.address(door), source=source)
        self.addCleanup(peer.close)
        if door == "pop3s":
            peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        return peer

    def attempt(self, gateway, user, password, **options):
        peer = self.peer(gateway, **options)
        peer.try_send(f"USER {user}\r\nPASS {password}\r\nQUIT\r\n".encode())
        peer.read_to_end()


class Names(CrowdedWorld):
    """Of users that exist nowhere else, so that a line which has one tells it."""

    def start_with(self, way, name):
        with open(self.path("users.map"), "w", encoding="utf-8") as file:
            file.write(f"{NAMES[0]} legacy {NAMES[1]}\n{NAMES[2]} nowhere\n")
        return self.start(name, state_dir=self.path("state"), log={"user": way},
                          routes=[{"name": "moved", "map_file": self.path("users.map")},
                                  {"users": [f"{NAMES[2]}*", f"{NAMES[4]}*"],
                                   "backend": "legacy", "user_format": "%n"}],
                          backends=[{"name": "nowhere", "tls": "none", "address": ["127.0.0.1:1"]}],
                          auth_failures={"delay": "0s", "per_user_network": 2, "per_ip": 5},
                          limits={"max_connections_per_user": 1})

    def all_that_happens(self, gateway):
        for user in NAMES:
            self.attempt(gateway, user, "secret")
            self.attempt(gateway, user, "secret", door="pop3")  # in clear
            self.attempt(gateway, f"{user}@example.com", "busy")
            self.attempt(gateway, f"CORP\\{user}", "later")
        with self.peer(gateway) as peer:
            peer.login(NAMES[4], "secret")
            self.attempt(gateway, NAMES[4], "secret")  # too many sessions
        for number in range(5):
            self.attempt(gateway, NAMES[4], f"wrong-{number}", source="127.0.1.1")  # locked
            self.attempt(gateway, f"{NAMES[4]}{number}", "wrong", source="127.0.1.2")  # and banned
        gateway.wait_for_log("ban")
        gateway.wait_for_log("login_refused", reason="connection_limit")
        gateway.wait_for_log("login_refused", reason="no_route")
        gateway.wait_for_log("login_refused", reason="locked")
        gateway.wait_for_log("secret_exposed")

    def test_digests_are_one_for_a_user_and_outlive_a_restart(self):
        gateway = self.start_with("hash", "first")
        self.all_that_happens(gateway)
        users = {line["user"] for line in gateway.log_events("login")}
        self.assertTrue(all(len(user) == 16 for user in users), users)
        gateway.stop()
        text = gateway.stderr()
        for name in NAMES:
            self.assertNotIn(name, text)
        again = self.start_with("hash", "again")
        self.attempt(again, NAMES[4].upper(), "secret")
        line = again.wait_for_log("login")
        self.assertIn(line["user"], users)

    def test_no_names_at_all(self):
        gateway = self.start_with("none", "none")
        self.all_that_happens(gateway)
        gateway.stop()
        text = gateway.stderr()
        for name in (*NAMES, " user="):
            self.assertNotIn(name, text)

    def test_a_reload_changes_it(self):
        gateway = self.start("reloaded", log={"user": "none"})
        self.attempt(gateway, "first", "secret")
        gateway.wait_for_log("session")
        gateway.reload(toml(self.backend.address, [self.certificate]))
        self.attempt(gateway, "second", "secret")
        self.assertEqual(gateway.wait_for_log("session", user="second")["user"], "second")
        self.assertNotIn("first", gateway.stderr())


class SessionsOfOneUser(CrowdedWorld):
    """The limit holds over all workers, whoever comes first."""

    MOST = 5

    def test_logins_side_by_side_never_exceed_it(self):
        gateway = self.start("crowd", workers=4,
                             limits={"max_connections_per_user": self.MOST})
        for _ in range(3):
            peers = [self.peer(gateway) for _ in range(4 * self.MOST)]
            replies = []

            def log_in(peer):
                peer.try_send(b"USER alice\r\nPASS secret\r\n")
                peer.read_line()
                replies.append(peer.read_line())
            threads = [threading.Thread(target=log_in, args=(peer,)) for peer in peers]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            taken = [reply for reply in replies if reply.startswith(b"+OK")]
            refused = [reply for reply in replies
                       if reply.startswith(b"-ERR [SYS/TEMP] too many sessions of this user")]
            self.assertEqual((len(taken), len(refused)), (self.MOST, 3 * self.MOST), replies)
            with self.peer(gateway) as other:
                other.login("bob", "secret")
            for peer in peers:
                peer.close()
            until(lambda: self.backend.open == 0, "all have left")
        gateway.wait_for_log("login_refused")  # not of each: such lines are rationed
        lines = gateway.log_events("login_refused")
        self.assertEqual({(line["reason"], line["rule"]) for line in lines},
                         {("connection_limit", "limits.max_connections_per_user")})
        self.assertEqual(gateway.log_events("auth_failed"), [])


class Quiet(CrowdedWorld):
    """log.quiet_networks: a monitor's probes leave no line, and what fails does."""

    def test_probes_that_say_nothing_leave_no_line(self):
        gateway = self.start("quiet", log={"level": "info", "quiet_networks": ["127.0.3.0/24"]})
        for door in ("pop3s", "pop3"):
            RawPeer(gateway.address(door), source="127.0.3.1").close()
            for words in (b"", b"QUIT\r\n"):
                with self.peer(gateway, door, "127.0.3.1") as peer:
                    peer.try_send(words)
                    if words:
                        peer.read_to_end()
        self.attempt(gateway, "alice", "secret", source="127.0.3.2")
        self.attempt(gateway, "alice", "wrong", source="127.0.3.2")
        RawPeer(gateway.address("pop3s"), source="127.0.4.1").close()
        gateway.wait_for_log("session", rip="127.0.4.1")
        gateway.wait_for_log("auth_failed", rip="127.0.3.2")
        until(lambda: len(gateway.log_events("session", rip="127.0.3.2")) == 2, "logins are told")
        gateway.stop()
        lines = [parse(line) for line in gateway.stderr().splitlines() if line.startswith("ts=")]
        self.assertEqual([line for line in lines if line.get("rip") == "127.0.3.1"], [])
