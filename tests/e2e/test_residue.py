# SPDX-License-Identifier: Apache-2.0
"""A password that came is in no page of the program's memory once the login is over: not in what
was freed, not in a buffer that is lent, not in the form that it had on the wire."""

import base64
import itertools
import secrets
import ssl
import unittest

from support import memory, process
from support.gateway import program
from support.raw_peer import RawPeer
from support.tls_by_hand import TlsByHand
from support.waiting import until
from support.world import ScriptedWorld

USER = "carol"
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def coded(text):
    return base64.b64encode(text.encode()).decode()


class Secret:
    """A password that nobody has used before, of this length; and how to log in with it."""

    def __init__(self, length):
        self.text = secrets.token_hex(length)[:length]

    @property
    def plain(self):
        return coded(f"\0{USER}\0{self.text}")

    def traces(self):
        """The forms it may have, cut so that no neighbour changes them."""
        out = {self.text.encode(), self.text[4:].encode()}
        for offset in range(3):
            out.add(coded("\0" * offset + self.text).encode()[4 if offset else 0:-4])
        return {each for each in out if len(each) >= 6}


# Flights, each sent when all before it was answered. What is short lies inside an object, what is
# long on the heap.
METHODS = {
    "USER and PASS": lambda s: [f"USER {USER}", f"PASS {s.text}"],
    "in one flight": lambda s: [f"USER {USER}\r\nPASS {s.text}\r\nNOOP"],
    "AUTH PLAIN at once": lambda s: [f"AUTH PLAIN {s.plain}"],
    "AUTH PLAIN in two steps": lambda s: ["AUTH PLAIN", s.plain],
    "AUTH LOGIN": lambda s: ["AUTH LOGIN", coded(USER), coded(s.text)],
}
LENGTHS = (12, 60)


def take_everybody(connection):
    connection.login()
    connection.serve()


def refuse_everybody(connection):
    connection.greet()
    while line := connection.read_line():
        connection.send(b"-ERR no\r\n" if line.startswith(b"PASS") else b"+OK\r\n")


@unittest.skipIf(process.keeps_freed_memory(program()), "a sanitizer has copies of its own")
class Residue(ScriptedWorld):
    """One worker, so that all pass through the same buffers."""

    configuration = {"workers": 1, "auth_failures": {"delay": "1ms"}}

    def peer(self, door="pop3s", version="1.3", tls=True):
        context = self.authority.client_context()
        context.minimum_version = context.maximum_version = VERSIONS[version]
        peer = RawPeer(self.gateway.address(door))
        self.addCleanup(peer.close)
        if door == "pop3":
            self.assertTrue(peer.read_line().startswith(b"+OK"))
            if tls:
                self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        if tls:
            peer.start_tls(context)
        if door == "pop3s":
            self.assertTrue(peer.read_line().startswith(b"+OK"))
        return peer

    def over(self, peer):
        """The session of this peer has ended."""
        self.gateway.wait_for_log("session", rport=peer.origin[1])

    def forgotten(self, secret):
        found = memory.find(self.gateway.pid, sorted(secret.traces()))
        self.assertEqual([], found)

    def test_the_search_finds_what_is_there(self):
        """A line that is not finished is kept, and so it is found."""
        self.play(take_everybody)
        for door in ("pop3s", "pop3"):
            with self.subTest(door=door):
                secret = Secret(60)
                peer = self.peer(door)
                peer.send(f"USER {USER}\r\nPASS {secret.text}".encode())
                until(lambda: memory.find(self.gateway.pid, sorted(secret.traces())), "it is kept")
                peer.close()

    def test_after_a_login(self):
        self.play(take_everybody)
        for method, length, (door, version) in itertools.product(
                METHODS, LENGTHS, (("pop3s", "1.3"), ("pop3s", "1.2"), ("pop3", "1.3"))):
            with self.subTest(method=method, length=length, door=door, version=version):
                secret = Secret(length)
                peer = self.peer(door, version)
                for flight in METHODS[method](secret):
                    answer = peer.command(flight)
                    self.assertTrue(answer.startswith((b"+OK", b"+ ")), answer)
                    if "NOOP" in flight:
                        self.assertTrue(peer.read_line().startswith(b"+OK"))
                        self.assertTrue(peer.read_line().startswith(b"+OK"))
                self.assertTrue(peer.command("NOOP").startswith(b"+OK"))
                self.forgotten(secret)
                peer.command("QUIT")
                self.over(peer)
                self.forgotten(secret)

    def test_after_a_refusal(self):
        self.play(refuse_everybody)
        for method, length in itertools.product(METHODS, LENGTHS):
            with self.subTest(method=method, length=length):
                secret = Secret(length)
                peer = self.peer()
                for flight in METHODS[method](secret):
                    peer.send(flight.encode() + b"\r\n")
                    answer = b"+OK"
                    while answer.startswith(b"+OK") and "PASS" in flight:
                        answer = peer.read_line()
                    if "PASS" not in flight:
                        peer.read_line()
                until(self.backend_is_left, "the refusal is dealt with")
                self.forgotten(secret)

    def backend_is_left(self):
        return all(each.ended.is_set() for each in self.backend.connections)

    def test_in_clear_where_it_is_refused(self):
        self.play(take_everybody)
        for method, length in itertools.product(METHODS, LENGTHS):
            with self.subTest(method=method, length=length):
                secret = Secret(length)
                peer = self.peer("pop3", tls=False)
                for flight in METHODS[method](secret):
                    peer.send(flight.encode() + b"\r\n")
                peer.send(b"QUIT\r\n")
                peer.read_to_end()
                self.over(peer)
                self.forgotten(secret)

    def test_in_clear_at_the_door_that_begins_with_tls(self):
        for text in ("PASS {0.text}", "AUTH PLAIN {0.plain}", "USER " + USER + "\r\nPASS {0.text}"):
            with self.subTest(text=text):
                secret = Secret(60)
                peer = RawPeer(self.gateway.address("pop3s"))
                self.addCleanup(peer.close)
                peer.try_send(text.format(secret).encode() + b"\r\n")
                peer.read_to_end()
                self.over(peer)
                self.forgotten(secret)

    def test_when_the_session_ends_in_front_of_it(self):
        """Records of one segment: the first ends the session, the next has the password."""
        self.play(take_everybody)
        for ending in ("QUIT", "x\r\n" * 40):
            with self.subTest(ending=ending[:4]):
                secret = Secret(60)
                peer = RawPeer(self.gateway.address("pop3s"))
                self.addCleanup(peer.close)
                by_hand = TlsByHand(peer.socket, self.context)
                by_hand.handshake()
                by_hand.read_line()
                by_hand.write(f"{ending}\r\n".encode())
                by_hand.write(f"USER {USER}\r\nPASS {secret.text}\r\n".encode())
                by_hand.flush()
                self.over(peer)
                self.forgotten(secret)

    def test_when_the_client_leaves_in_the_middle_of_it(self):
        self.play(take_everybody)
        for door, text in (("pop3s", "PASS {0.text}"), ("pop3", "PASS {0.text}"),
                           ("pop3s", "AUTH PLAIN {0.plain}"), ("pop3", "AUTH PLAIN {0.plain}")):
            with self.subTest(door=door, text=text):
                secret = Secret(60)
                peer = self.peer(door)
                peer.send(f"USER {USER}\r\n".encode())
                peer.read_line()
                peer.send(text.format(secret).encode())
                until(lambda: memory.find(self.gateway.pid, sorted(secret.traces())), "it is kept")
                port = peer.origin[1]
                peer.reset()
                self.gateway.wait_for_log("session", rport=port)
                until(lambda: not memory.find(self.gateway.pid, sorted(secret.traces())),
                      "it is forgotten", within=5)
