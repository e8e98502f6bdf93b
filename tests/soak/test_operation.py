# SPDX-License-Identifier: Apache-2.0
"""The worst day of an administrator, under a constant load of real clients: reloads (good and bad),
hand-overs to another binary (one of them broken), other listeners, rotations of the log, kicks. No
login fails that was not asked to, no session is cut, and in the end every number is explained.

$OPERATIONS is how many reloads there are; two hand-overs, a rotation, a kick and a change of the
listeners come with every five of them."""

import collections
import json
import os
import shutil
import signal
import tempfile
import threading
import unittest

from support import control, mail_clients
from support.configuration import DOORS, toml
from support.gateway import Gateway, program
from support.load import Load
from support.log_follower import LogFollower
from support.metrics import Metrics, accounts, total
from support.raw_peer import RawPeer
from support.waiting import until
from support.wire import CountedPeer
from support.world import PASSWORD, USER, DovecotWorld, enter

OPERATIONS = int(os.environ.get("OPERATIONS", "50"))
RAW = 3  # threads that log in again and again by hand
PROGRAMS = (mail_clients.Curl(), mail_clients.Mpop(), mail_clients.Fetchmail())
KICKED = "mallory"
EXTRA = ("extra", "implicit", ("127.0.0.1:0",))


class Operation(DovecotWorld):
    names = (USER, KICKED)

    def setUp(self):
        self.binary = self.path("postern")
        shutil.copy(program(), self.binary)
        self.log_file = self.path("postern.log")
        self.bad = [self.text(pair=self.authority.broken("broken")),
                    self.text(pair=self.authority.mismatched("mixed")), "[[listener]\nno TOML"]
        self.pairs = [self.authority.issue(f"served-{n}") for n in range(3)]
        self.counts = collections.Counter()
        self.exact = collections.Counter()  # (address, port, bytes sent, bytes got) of a peer
        self.lock = threading.Lock()
        self.gateway = Gateway(self.path("operated"), self.text(),
                               environment={"POSTERN": self.binary})
        self.addCleanup(self.gateway.stop)
        self.gateway.start()
        self.log = LogFollower(self.log_file)
        self.addCleanup(self.log.close)

    def text(self, pair=None, doors=DOORS, **changes):
        where = os.path.join(self.path("operated"), "control.sock")
        return toml(self.dovecot.address, [pair or self.certificate], doors, **changes,
                    metrics={"listen": "127.0.0.1:0"}, control={"socket": where},
                    log={"target": self.log_file})

    # The load

    def count(self, what, number=1):
        with self.lock:
            self.counts[what] += number

    def counted(self, door):
        """A peer whose bytes are known."""
        peer = enter(CountedPeer(self.gateway.address(door)), door, self.context)
        self.count("connections")
        return peer

    def quit(self, peer):
        assert peer.command("QUIT").startswith(b"+OK")
        assert peer.read_to_end() == b"" and peer.ending == "clean", peer.ending
        with self.lock:
            self.exact[*peer.origin, peer.sent, peer.received] += 1
        peer.close()

    def login(self, peer, user=USER):
        peer.login(user, PASSWORD)
        self.count("logins")
        return peer

    def by_hand(self, worker, _):
        with self.counted(("pop3s", "pop3")[worker % 2]) as peer:
            self.login(peer)
            assert peer.command("RETR 2").startswith(b"+OK")
            assert peer.read_body().endswith(b"\r\n.\r\n")
            self.quit(peer)

    def by_program(self, worker, _):
        """One of the programs, each by both doors in turn."""
        number = self.counts["programs"]
        self.count("programs")
        way = ("implicit", "stls")[number % 2]
        door = "pop3s" if way == "implicit" else "pop3"
        account = mail_clients.Account(self.gateway.address(door), way, self.authority.ca_file,
                                       USER, PASSWORD)
        reader = (*PROGRAMS, mail_clients.Poplib())[worker % 4]
        if isinstance(reader, mail_clients.Poplib):
            mail = reader.read(account, self.context, 3)
        else:
            with tempfile.TemporaryDirectory() as directory:
                mail = reader.read(account, directory, 3)
        assert [message.served for message in self.messages()] == mail, (type(reader), way)
        self.count("connections")
        self.count("logins")

    # The administrator

    def verb(self, *arguments, status=0):
        done = control.run(self.gateway, *arguments, "--socket", control.socket_of(self.gateway))
        self.assertEqual(done.returncode, status, (arguments, done))
        return done.stdout

    def reload(self, number):
        if number % 3 == 2:
            self.gateway.configure(self.bad[number // 3 % len(self.bad)])
            self.verb("reload", status=78)
            self.count("reloads refused")
            return
        doors = (*DOORS, EXTRA) if number % 5 > 2 else DOORS
        pair = self.pairs[number % len(self.pairs)]
        self.gateway.configure(self.text(pair, doors))
        self.verb("reload")
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.start_tls(self.context)
            self.assertEqual(peer.socket.getpeercert(binary_form=True), pair.der())
        self.count("connections")
        told = [one["name"] for one in control.ask(self.gateway, "status")["listeners"]]
        self.assertEqual("extra" in told, len(doors) == 3, told)
        self.count("reloads")

    def hand_over(self, number):
        """The third one is to a binary that does not come up."""
        self.gateway.configure(self.text(self.pairs[number % len(self.pairs)]))
        if number == 2:
            with open(self.binary + ".new", "w", encoding="ascii") as file:
                file.write("#!/bin/sh\nexit 7\n")
        else:
            shutil.copy(program(), self.binary + ".new")
        os.chmod(self.binary + ".new", 0o755)
        os.replace(self.binary + ".new", self.binary)
        if number == 2:
            self.verb("upgrade", status=1)
            self.count("hand-overs refused")
            return
        self.gateway.follow(json.loads(self.verb("upgrade", "--json"))["pid"])
        self.count("hand-overs")

    def rotate(self):
        self.log.rotate()
        self.gateway.signal(signal.SIGUSR1)
        until(lambda: os.path.exists(self.log_file), "the log is opened anew")
        self.count("rotations")

    def kick(self):
        peers = [self.login(self.counted("pop3s"), KICKED) for _ in range(2)]
        self.verb("sessions", "kick", "--user", KICKED)
        for peer in peers:
            self.assertTrue(peer.read_line().startswith(b"-ERR [SYS/TEMP]"))
            peer.close()
        self.count("kicks", len(peers))

    # The end

    def test_nothing_fails_that_was_not_asked_to(self):
        loads = [Load(self.by_hand, RAW).start(), Load(self.by_program, 4).start()]
        for load in loads:
            self.addCleanup(load.stop)
        self.addCleanup(lambda: [peer.close() for peer in self.lasting])
        lasting = self.lasting = [self.login(self.counted("pop3s"))]
        for number in range(OPERATIONS):
            self.reload(number)
            if number % 5 in (1, 3):
                self.hand_over(number // 5 * 2 + number % 5 // 2)
                lasting.append(self.login(self.counted("pop3s")))
            elif number % 5 == 2:
                self.rotate()
            elif number % 5 == 4:
                self.kick()
            for peer in lasting:
                self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
            self.assertEqual([text for load in loads for text in load.failures], [])
        self.assertEqual([text for load in loads for text in load.stop()], [])
        for peer in lasting:
            self.quit(peer)
        self.add_up()

    def settled(self):
        series = Metrics(self.gateway).read()
        is_over = accounts(series) and not (total(series, "postern_connections")
                                            + total(series, "postern_elder_sessions"))
        seen = total(series, "postern_connections_total") == self.counts["connections"]
        return series if is_over and seen and self.gateway.has_no_elders() else None

    def add_up(self):
        counts = self.counts
        series = until(self.settled, "every connection is over and counted")
        lines = until(lambda: self.all_lines(counts["connections"]), "every session has its line")
        over = [line for line in lines if line["event"] == "session"]
        told = {
            "logins": (total(series, "postern_auth_attempts_total", result="ok"),
                       sum(line["event"] == "login" for line in lines)),
            "connections": (total(series, "postern_sessions_total"), len(over)),
            "hand-overs": (total(series, "postern_handovers_total"),) * 2,
            "kicks": (total(series, "postern_sessions_total", ended_by="gateway"),
                      sum(line["reason"] == "kicked" for line in over)),
        }
        print(f"\n{dict(counts)}, failures 0; metrics and log: {told}")
        for what, numbers in told.items():
            self.assertEqual(numbers, (counts[what],) * 2, what)
        for direction in ("in", "out"):
            counted = total(series, "postern_client_bytes_total", direction=direction)
            self.assertEqual(counted, sum(int(line[direction]) for line in over), direction)
        at_gateway = collections.Counter((line["rip"], *(int(line[key]) for key in
                                                         ("rport", "in", "out"))) for line in over)
        self.assertEqual(self.exact - at_gateway, {}, "bytes on the wire")
        self.assertEqual(total(series, "postern_log_dropped_total"), 0)
        errors = collections.Counter(line["event"] for line in lines if line["level"] == "error")
        self.assertLessEqual(errors.keys(), {"reload", "handover", "cert_rejected"}, errors)
        self.assertEqual(errors["handover"], counts["hand-overs refused"])

    def all_lines(self, sessions):
        self.lines = getattr(self, "lines", []) + self.log.read()
        enough = sum(line["event"] == "session" for line in self.lines) >= sessions
        return self.lines if enough else None


if __name__ == "__main__":
    unittest.main()
