# SPDX-License-Identifier: Apache-2.0
"""A server that keeps mail as it came, LF without CR included, and looks at CRLF alone when it
stuffs dots: passed on as it is, and repaired."""

import re
import tempfile

from support import mail_clients, mailbox
from support.legacy_backend import LegacyBackend
from support.mail_clients import Account
from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld, World

FORGERY = mailbox.HEADER.format(name="forged", number=99).encode().replace(b"\n", b"\r\n") + (
    b"before\n.\n+OK 0 octets\nforged\n.\n+OK\r\nbefore\n.\r\n-ERR forged\r\n.\nafter\r\n")


def stuffed_by_crlf(text):
    """A body of the wire, its end included."""
    return re.sub(rb"(\A|\r\n)\.", rb"\1..", text) + b".\r\n"


def sent(stored):
    """As such a server sends a message: it only sees to a last CRLF."""
    return stuffed_by_crlf(stored if stored.endswith(b"\r\n") else stored + b"\r\n")


def text_of(wire):
    """What a reader makes of it who knows CRLF alone."""
    return re.sub(rb"(\A|\r\n)\.", rb"\1", wire.removesuffix(b".\r\n"))


def text_of_careless(wire):
    """What a reader gets who takes LF for the end of a line, up to what it takes for the end."""
    lines = []
    for line in wire.split(b"\n"):
        line = line.removesuffix(b"\r")
        if line == b".":
            break
        lines.append(line.removeprefix(b".") + b"\r\n")
    return b"".join(lines)


def repaired(wire):
    """Each LF with a CR before it, and the dots stuffed for that text."""
    return stuffed_by_crlf(re.sub(rb"(?<!\r)\n", b"\r\n", text_of(wire)))


class Repair(World):
    """One backend, and a gateway of each kind before it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wire = [sent(each.stored) for each in mailbox.messages()] + [sent(FORGERY)]
        cls.backend = LegacyBackend(cls.serve)
        cls.addClassCleanup(cls.backend.close)
        cls.gateways = {
            body: cls.start_gateway(cls.backend.address, cls.addClassCleanup, name=body,
                                    backend={"body": body}) for body in ("pass", "repair")}

    @classmethod
    def serve(cls, connection):
        connection.login()
        while words := connection.read_line().split():
            connection.send(cls.answer(words))

    @classmethod
    def answer(cls, words):
        if words[0] == b"RETR":
            body = cls.wire[int(words[1]) - 1]
            return b"+OK %d octets\r\n" % len(body) + body
        if words[0] == b"STAT":
            return b"+OK %d 0\r\n" % len(cls.wire)
        if words[0] in (b"LIST", b"UIDL"):
            return b"+OK\r\n" + b"".join(b"%d %d\r\n" % (number, len(wire)) for number, wire
                                         in enumerate(cls.wire, 1)) + b".\r\n"
        return b"+OK\r\n"

    def account(self, body):
        return Account(self.gateways[body].address("pop3s"), "implicit", self.authority.ca_file,
                       USER, PASSWORD)

    def bodies(self, body):
        with RawPeer(self.gateways[body].address("pop3s")) as peer:
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.login(USER, PASSWORD)
            for number, wire in enumerate(self.wire, 1):
                reply = peer.command(f"RETR {number}")
                self.assertEqual(reply, b"+OK %d octets" % len(wire))  # the server's own count
                yield peer.read_body()
            self.assertEqual(peer.command("QUIT"), b"+OK")

    def same(self, got, wanted):
        """assertEqual would print megabytes."""
        differing = [number for number, (a, b) in enumerate(zip(got, wanted, strict=True), 1)
                     if a != b]
        self.assertEqual(differing, [])

    def test_passed_as_it_is(self):
        self.same(self.bodies("pass"), self.wire)
        self.assertNotIn("repaired", self.gateways["pass"].wait_for_log("session"))

    def test_repaired(self):
        self.same(self.bodies("repair"), [repaired(wire) for wire in self.wire])
        changed = sum(repaired(wire) != wire for wire in self.wire)
        self.assertGreater(changed, 25)
        self.gateways["repair"].wait_for_log("session", repaired=changed, reason="quit")

    def test_all_readers_read_the_same(self):
        texts = [re.sub(rb"(?<!\r)\n", b"\r\n", text_of(wire)) for wire in self.wire]
        mended = list(self.bodies("repair"))
        self.same(map(text_of, mended), texts)
        self.same(map(text_of_careless, mended), texts)
        self.assertNotEqual([text_of_careless(wire) for wire in self.wire], texts)

    def test_real_clients_read_all_of_it(self):
        wanted = [text_of(repaired(wire)) for wire in self.wire]
        with tempfile.TemporaryDirectory() as folder:
            for client in (mail_clients.Curl(), mail_clients.Mpop()):
                got = client.read(self.account("repair"), folder, len(self.wire))
                self.same(got, wanted)
        got = mail_clients.Poplib().read(self.account("repair"), self.context, len(self.wire))
        self.same(got, wanted)

    def test_a_real_client_is_fooled_without(self):
        """Python's takes LF, dot, LF for an end, and what the sender wrote behind it for a reply."""
        client = mail_clients.Poplib().open(self.account("pass"), self.context)
        client.user(USER)
        client.pass_(PASSWORD)
        client.retr(len(self.wire))
        self.assertEqual(client.retr(1)[1], [b"forged"])
        client.close()
