# SPDX-License-Identifier: Apache-2.0
"""Clients that have said QUIT and still read: in a network whose kernel keeps next to nothing,
the last bytes wait in the program, and nothing may be lost of a message that is deleted now.

They rest for longer than any short lingering. That is the time which is tested.
"""

import os
import socket
import ssl
import time

from support import narrow_network, process
from support.raw_peer import RawPeer
from support.waiting import observe, until
from support.world import PASSWORD, ScriptedWorld

RECEIVE_BUFFER = 2048
SHORT_LINGERING = 2.0  # seconds

# Around what is sent at the end of a turn, what the kernel takes, and what is read at once from the
# backend.
SIZES = (3_000, 7_000, 16_000, 24_000, 32_000, 40_000, 48_000, 56_000, 72_000)
LITTLE = 3_000
LAST = 30_000  # bytes that are left when a client rests for the second time
DOORS = ("pop3s", "stls")


def setUpModule():
    narrow_network.enter()


def body(size):
    line = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n"
    return line * (size // len(line)) + b".\r\n"


def send_all_at_once(connection):
    """One message of the size that the client has for its name, and DELE and QUIT."""
    connection.greet()
    size = 0
    replies = b""
    while line := connection.read_line():
        verb, _, argument = line.strip().partition(b" ")
        if verb == b"USER":
            size = int(argument)
        if verb == b"CAPA":
            connection.send(b"+OK\r\nUSER\r\nUIDL\r\n.\r\n")
        elif verb in (b"USER", b"PASS"):
            connection.send(b"+OK\r\n")
        else:
            replies += b"+OK\r\n" + (body(size) if verb == b"RETR" else b"")
        if verb == b"QUIT":
            connection.send(replies)
            return


def send_the_last_message_apart(connection):
    """One is on its way, and the kernel may have taken just all of it; then comes the next."""
    connection.greet()
    while line := connection.read_line():
        verb, _, argument = line.strip().partition(b" ")
        if verb == b"USER":
            size = int(argument)
        if verb == b"CAPA":
            connection.send(b"+OK\r\nUSER\r\nUIDL\r\n.\r\n")
        elif verb == b"QUIT":
            # A turn of its own for what follows. That the program has been through the one before
            # cannot be seen from here: it may leave bytes unread, for the client that rests.
            time.sleep(0.2)
            return connection.send(b"+OK\r\n" + body(LITTLE) + b"+OK\r\n")
        elif argument != b"2":
            connection.send(b"+OK\r\n" + (body(size) if verb == b"RETR" else b""))


class SlowWorld(ScriptedWorld):
    """A backend that answers RETR, DELE and QUIT at once, and clients with a small window."""

    def open(self, door, name):
        peer = RawPeer(self.gateway.address("pop3s" if door == "pop3s" else "pop3"),
                       receive_buffer=RECEIVE_BUFFER)
        self.addCleanup(peer.close)
        if door == "stls":
            self.assertTrue(peer.read_line().startswith(b"+OK"))
            self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        peer.start_tls(self.context)
        if door == "pop3s":
            self.assertTrue(peer.read_line().startswith(b"+OK"))
        return peer.login(name, PASSWORD)

    def ask(self, door, size, then=b"DELE 1"):
        """A peer that has sent everything it has to say, and has read nothing of the answers."""
        peer = self.open(door, str(size))
        peer.send(b"RETR 1\r\n" + then + b"\r\nQUIT\r\n")
        return peer

    def deleted(self, count):
        """The backend has carried all of it out and gone."""
        until(lambda: len(self.backend.connections) == count, "all are connected")
        for connection in self.backend.connections:
            self.assertTrue(connection.ended.wait(30))
            self.assertIn(b"QUIT\r\n", connection.lines)

    def gets_the_rest(self, peer, expected, size, then=b""):
        """What is left of the message, then the next answer and its body, then that to QUIT."""
        self.assertTrue(expected + peer.read_body() == body(size), "the message")
        self.assertTrue(peer.read_line().startswith(b"+OK"), "what stands before QUIT")
        self.assertEqual(peer.read_exactly(len(then)), then)
        self.assertTrue(peer.read_line().startswith(b"+OK"), "QUIT")
        self.assertEqual(peer.read_to_end(), b"")
        self.assertEqual(peer.ending, "clean")


class SlowEnds(SlowWorld):
    """All wait side by side; each has its own size of message."""

    configuration = {"timeouts": {"stall": "60s"}}

    def all_get_everything(self, peers, then=b""):
        """They rest before the first byte, and again before the last ones."""
        observe(SHORT_LINGERING + 1)
        begun = []
        for peer, door, size in peers:
            with self.subTest(door=door, size=size):
                self.assertTrue(peer.read_line().startswith(b"+OK"), "RETR")
                begun.append((peer, door, size, peer.read_exactly(max(0, size - LAST))))
        observe(SHORT_LINGERING + 1)
        for peer, door, size, beginning in begun:
            with self.subTest(door=door, size=size):
                self.gets_the_rest(peer, beginning, size, then)

    def test_a_reader_that_rests_gets_what_is_deleted_whole(self):
        self.play(send_all_at_once)
        peers = [(self.ask(door, size), door, size) for door in DOORS for size in SIZES]
        self.deleted(len(peers))
        self.all_get_everything(peers)

    def test_a_little_that_finds_the_kernel_full_waits(self):
        """It is so little that it leaves at the end of a turn, when the session is over."""
        self.play(send_the_last_message_apart)
        peers = [(self.ask("pop3s", size, b"RETR 2"), "pop3s", size)
                 for size in range(6_000, 16_000, 500)]
        self.deleted(len(peers))
        self.all_get_everything(peers, body(LITTLE))

    def test_nor_does_it_lose_anything_after_it_ended_its_own_direction(self):
        """As `openssl s_client` and scripts do, right behind their QUIT."""
        self.play(send_all_at_once)
        peers = [(self.ask("pop3s", size), "pop3s", size) for size in SIZES]
        for peer, _, _ in peers:
            with socket.socket(fileno=os.dup(peer.socket.fileno())) as wire:
                wire.shutdown(socket.SHUT_WR)  # the FIN alone; TLS goes on for reading
        self.deleted(len(peers))
        self.all_get_everything(peers)


class StoppedForGood(SlowWorld):
    """A reader that takes nothing any more is held as long as the stall limit says."""

    configuration = {"timeouts": {"stall": "3s"}}

    def test_it_is_let_go_and_sees_that_it_was_cut(self):
        before = process.descriptors(self.gateway.pid)
        self.play(send_all_at_once)
        peer = self.ask("pop3s", 40_000)
        self.deleted(1)
        until(lambda: process.descriptors(self.gateway.pid) == before, "the connection is closed")
        with self.assertRaises((AssertionError, ssl.SSLError)):
            self.assertTrue(peer.read_line().startswith(b"+OK"), "RETR")
            self.gets_the_rest(peer, b"", 40_000)
        self.assertNotEqual(peer.ending, "clean")
