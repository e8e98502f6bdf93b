# SPDX-License-Identifier: Apache-2.0
"""Two real Dovecots behind one gateway: who goes where, what they are called there, maps that are
renewed beside the traffic, an outage of one, and logins that no route fits."""

import json
import os
import subprocess

from support import mailbox
from support.gateway import program
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, DovecotWorld, World

LAN = "127.0.0.9"
REFUSED = (b"-ERR [SYS/PERM] no mail server is set up here for this login, "
           b"ask its administrator")


class Routes(World):
    """Both servers have the same users; only their logs tell them apart."""

    names = ("alice", "bob")
    configuration = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.start_dovecot(mailbox.small(), cls.names, where="old")
        cls.new = cls.start_dovecot(mailbox.small(), cls.names, where="new")
        cls.map_file = cls.path("users.map")
        cls.write_map("carl legacy alice\n")
        host, port = cls.new.address
        cls.gateway = cls.start_gateway(
            cls.old.address, cls.addClassCleanup,
            backends=[{"name": "modern", "address": [f"{host}:{port}"]}],
            routes=[{"name": "moved", "map_file": cls.map_file},
                    {"name": "domain", "users": ["*@new.example"], "backend": "modern",
                     "user_format": "%ln"},
                    {"name": "lan", "networks": [LAN], "backend": "modern"},
                    {"name": "door", "listeners": ["pop3"], "backend": "modern"},
                    {"users": ["ALI*"], "backend": "legacy"}],
            **cls.configuration)

    @classmethod
    def write_map(cls, text):
        """As an administrator's tool does it."""
        with open(cls.map_file + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(cls.map_file + ".new", cls.map_file)

    def peer(self, door, source):
        peer = RawPeer(self.gateway.address(door), source=source)
        self.addCleanup(peer.close)
        if door == "pop3":
            DovecotWorld.greeted(peer)
            self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        peer.start_tls(self.context)
        if door == "pop3s":
            DovecotWorld.greeted(peer)
        return peer

    def session_of(self, peer):
        """The log's line about it, once it is over."""
        ip, port = peer.origin
        return self.gateway.wait_for_log("session", rip=ip, rport=str(port))

    def lands(self, user, server, told, route, door="pop3s", source="127.0.0.1"):
        """On this one of the two, under that name, by that route."""
        other = self.new if server is self.old else self.old
        before, untouched = server.logins(told), len(other.contacts())
        peer = self.peer(door, source)
        peer.login(user, PASSWORD)
        self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
        self.assertEqual(peer.command("QUIT")[:3], b"+OK")
        until(lambda: server.logins(told) == before + 1, f"{told} has logged in")
        self.assertEqual(len(other.contacts()), untouched)
        line = self.session_of(peer)
        backend = "legacy" if server is self.old else "modern"
        self.assertEqual([line.get(key) for key in ("user", "route", "backend")],
                         [user, route, backend])

    def is_turned_away(self, user, door="pop3s"):
        """No server hears of it, and the log names the reason; no guess is counted."""
        before = [len(server.contacts()) for server in (self.old, self.new)]
        peer = self.peer(door, "127.0.0.1")
        self.assertTrue(peer.command(f"USER {user}").startswith(b"+OK"))
        self.assertEqual(peer.command(f"PASS {PASSWORD}"), REFUSED)
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.session_of(peer)
        ip, port = peer.origin
        lines = self.gateway.log_events("login_refused", rip=ip, rport=str(port))
        self.assertEqual([(line["user"], line["reason"], line.get("backend")) for line in lines],
                         [(user, "no_route", None)])
        self.assertEqual([len(server.contacts()) for server in (self.old, self.new)], before)

    def unnamed_route(self):
        """As the log calls the last one: by its place in the file."""
        with open(self.gateway.config_file, encoding="utf-8") as file:
            lines = file.read().splitlines()
        last = len(lines) - lines[::-1].index("[[route]]")
        return f"{self.gateway.config_file}:{last}"

    def explained(self, *options):
        done = subprocess.run(
            [program(), "explain", "--json", "-c", self.gateway.config_file, *options],
            capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)


class WhoGoesWhere(Routes):
    def test_by_the_user_in_any_case(self):
        self.lands("alice", self.old, "alice", self.unnamed_route())
        self.lands("Bob@NEW.example", self.new, "bob", "domain")

    def test_by_the_network(self):
        self.lands("alice", self.new, "alice", "lan", source=LAN)

    def test_by_the_listener(self):
        self.lands("alice", self.new, "alice", "door", door="pop3")

    def test_by_the_map_and_its_third_column(self):
        self.lands("carl", self.old, "alice", "moved", source=LAN)

    def test_who_fits_no_route_is_turned_away(self):
        self.is_turned_away("bob")
        self.is_turned_away("Carl")

    def test_another_user_may_follow_in_the_same_session(self):
        peer = self.peer("pop3s", "127.0.0.1")
        peer.command("USER mallory")
        self.assertEqual(peer.command("PASS x"), REFUSED)
        peer.login("alice", PASSWORD)
        self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))

    def test_explain_tells_the_same(self):
        where = ("--listener", "pop3s", "--ip", "127.0.0.1", "--mech", "USER", "--user")
        told = self.explained(*where, "carl")
        self.assertEqual(told["route"], {"route": "moved", "backend": "legacy", "user": "alice",
                                         "reach": "one address, not checked between logins"})
        self.assertEqual((told["decision"], told["backend"]),
                         ("allow", ["USER alice", "PASS <password>"]))
        told = self.explained(*where, "Bob@new.example")
        self.assertEqual(told["route"], {"route": "domain", "backend": "modern", "user": "bob",
                                         "reach": "one address, not checked between logins"})
        told = self.explained(*where, "alice")
        self.assertEqual(told["route"]["route"], self.unnamed_route())
        told = self.explained(*where, "mallory")
        self.assertEqual((told["decision"], told["reason"], told["route"]),
                         ("deny", "no_route", None))
        self.assertEqual(told["reply"].encode(), REFUSED)
        self.assertIn("event=login_refused", told["log"][0])


class Renewed(Routes):
    """Each test leaves another map, so they are one story."""

    def about_map(self):
        return [line for line in self.gateway.log_events("reload")
                if line["msg"].startswith(self.map_file)]

    def told(self, count):
        """The lines about the map, once there are so many."""
        until(lambda: len(self.about_map()) >= count, f"{count} lines about the map")
        return [(line["level"], line["msg"]) for line in self.about_map()]

    def test_a_map_is_read_again_by_itself_and_a_broken_one_keeps_the_old(self):
        self.lands("carl", self.old, "alice", "moved")
        self.is_turned_away("dora")
        waiting = self.peer("pop3s", "127.0.0.1")

        self.write_map("# moved this night\ncarl modern\nbob modern\ndora modern bob\n")
        renewed = ("info", f"{self.map_file} was read anew: 3 users")
        self.assertEqual(self.told(1), [renewed])
        self.lands("dora", self.new, "bob", "moved")
        self.lands("bob", self.new, "bob", "moved")
        # Whoever was connected before is asked where to go when he logs in.
        waiting.login("dora", PASSWORD)

        self.write_map("dora modern bob\n\nbob nowhere\n")
        broken = ("error", f'{self.map_file}:3: there is no backend "nowhere"; '
                           "what was read before stays in use")
        self.assertEqual(self.told(2), [renewed, broken])
        self.lands("dora", self.new, "bob", "moved")
        self.lands("bob", self.new, "bob", "moved")

        os.remove(self.map_file)
        gone = ("error", f"{self.map_file}: cannot be read: No such file or directory; "
                         "what was read before stays in use")
        self.assertEqual(self.told(3), [renewed, broken, gone])
        self.lands("dora", self.new, "bob", "moved")

        # A reload reads it, too, and is refused without it.
        line = self.gateway.reload()
        self.assertEqual(line["level"], "error")
        self.lands("dora", self.new, "bob", "moved")

        self.write_map("bob legacy\n")
        again = ("info", f"{self.map_file} was read anew: 1 users")
        self.assertEqual(self.told(4), [renewed, broken, gone, again])
        self.lands("bob", self.old, "bob", "moved")
        self.is_turned_away("dora")
        self.assertEqual(self.gateway.reload()["level"], "info")
        self.lands("bob", self.old, "bob", "moved")


class Outage(Routes):
    configuration = {"health": {"interval": "100ms", "rise": 1, "fall": 1}}

    def test_whose_server_is_down_learns_it_before_the_password_and_nobody_else(self):
        self.old.stop()
        self.gateway.wait_for_log("backend_down", backend="legacy")
        peer = self.peer("pop3s", "127.0.0.1")
        self.assertTrue(peer.command("USER carl").startswith(b"-ERR [SYS/TEMP] "))
        ip, port = peer.origin
        line = self.gateway.wait_for_log("login_refused", rip=ip, rport=str(port))
        self.assertEqual([line[key] for key in ("user", "route", "backend", "reason")],
                         ["carl", "moved", "legacy", "backend_down"])
        before = self.new.logins("bob")
        peer.login("bob@new.example", PASSWORD)
        until(lambda: self.new.logins("bob") == before + 1, "bob has logged in")
        self.lands("bob@new.example", self.new, "bob", "domain")


class Checked(Routes):
    def check(self):
        return subprocess.run([program(), "check", "-c", self.gateway.config_file],
                              capture_output=True, text=True, timeout=60, check=False)

    def test_what_is_wrong_with_a_map_is_told_with_its_line(self):
        self.addCleanup(self.write_map, "carl legacy alice\n")
        self.write_map("carl legacy\ncarl modern\ndora\n")
        done = self.check()
        self.assertEqual(done.returncode, 78)
        self.assertIn(f'error: {self.map_file}:2: "carl" is already in line 1\n', done.stderr)
        self.assertIn(f'error: {self.map_file}:3: there is no backend behind "dora"\n',
                      done.stderr)

    def test_logins_without_a_route_are_warned_of(self):
        done = self.check()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("a login that no [[route]] fits is refused on listener \"pop3s\"",
                      done.stderr)
