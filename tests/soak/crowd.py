# SPDX-License-Identifier: Apache-2.0
"""The clients of a chaos, good and bad. Each method is one client's whole life; what it raises is a
failure that nobody asked for.

Those who use the mailbox of Dovecot must never fail. Those of the scripted backends may be told to
wait, or be cut, since their backends are killed; then it is counted, and no more."""

import contextlib
import random
import tempfile
import time

from support import mail_clients
from support.wire import CountedPeer
from support.world import PASSWORD, USER, enter

PROGRAMS = (mail_clients.Curl(), mail_clients.Mpop(), mail_clients.Fetchmail(),
            mail_clients.Poplib())
NOISE = (b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\0\xff" * 300,
         b"QUIT\r\n", b"CAPA\r\nNOOP\r\n", b"x" * 2000 + b"\r\n", b"")
FLOOD = 60  # connections at once


class Crowd:
    def __init__(self, gateway, authority, messages, tally, gate, seed):
        self._gateway = gateway
        self._authority = authority
        self._messages = [message.served for message in messages]
        self._context = authority.client_context()
        self._tally = tally
        self._gate = gate
        self._dice = random.Random(seed)

    def everybody(self):
        """Who there is, each in a thread."""
        return [self.patient, self.patient, self.program, self.lasting, self.ordinary,
                self.ordinary, self.guest, self.guesser, self.slow, self.scanner, self.resetter,
                self.flood]

    # Who must never fail

    def patient(self):
        with self._secured() as peer:
            self._login(peer, USER)
            assert peer.command("RETR 2").startswith(b"+OK")
            assert peer.read_body().endswith(b"\r\n.\r\n")
            self._quit(peer)

    def lasting(self):
        """Until the next quiet moment, whatever happens meanwhile."""
        with self._secured() as peer:
            self._login(peer, USER)
            while not self._gate.is_shut:
                assert peer.command("STAT").startswith(b"+OK 3 ")
                time.sleep(0.2)
            self._quit(peer)

    def program(self):
        program = self._dice.choice(PROGRAMS)
        way, door = self._dice.choice((("implicit", "pop3s"), ("stls", "pop3")))
        account = mail_clients.Account(self._gateway.address(door), way, self._authority.ca_file,
                                       USER, PASSWORD)
        self._tally.add("connections")
        if isinstance(program, mail_clients.Poplib):
            mail = program.read(account, self._context, 3)
        else:
            with tempfile.TemporaryDirectory() as directory:
                mail = program.read(account, directory, 3)
        assert mail == self._messages, type(program)
        self._tally.add("logins")
        self._tally.add("logins of programs")

    # Whose backends are killed, and who are kicked

    def ordinary(self):
        with self._secured() as peer, self._may_be_cut():
            self._try_login(peer, self._dice.choice(("bob", "mallory")))
            assert peer.command("STAT").startswith(b"+OK")
            self._quit(peer)

    def guest(self):
        """Stays until kicked."""
        with self._secured() as peer, self._may_be_cut():
            self._try_login(peer, "mallory")
            while not self._gate.is_shut:
                assert peer.command("STAT").startswith(b"+OK")
                time.sleep(0.05)

    def slow(self):
        with self._secured(receive_buffer=8192) as peer, self._may_be_cut():
            self._try_login(peer, "bob")
            peer.send(b"RETR 1\r\n" * 3)
            for _ in range(10):
                peer.read_exactly(2000)
                time.sleep(0.05)
            if self._dice.random() < 0.5:
                peer.reset()
            else:
                peer.read_body()

    # Who mean harm

    def guesser(self):
        with self._may_be_cut(), self._secured(source=self._somewhere(80)) as peer:
            for _ in range(3):
                peer.command("USER bob")
                reply = peer.command(f"PASS guess {self._dice.random()}")
                if reply.startswith(b"-ERR [AUTH]"):
                    self._tally.add("wrong passwords")

    def scanner(self):
        with self._may_be_cut(), self._connected(self._dice.choice(("pop3", "pop3s")),
                                                 source=self._somewhere(81)) as peer:
            peer.try_send(self._dice.choice(NOISE))
            if self._dice.random() < 0.3:
                peer.try_send(b"STLS\r\nUSER eve\r\n")
            peer.half_close()
            peer.read_to_end()

    def resetter(self):
        """At any moment of a session."""
        with self._may_be_cut(), self._connected("pop3", source=self._somewhere(82)) as peer:
            steps = (peer.read_line, lambda: peer.command("STLS"),
                     lambda: peer.start_tls(self._context), lambda: peer.command("USER bob"),
                     lambda: self._unsure(peer), peer.read_line,
                     lambda: peer.send(b"RETR 1\r\n"), lambda: peer.read_exactly(1000))
            for step in steps[:self._dice.randrange(len(steps) + 1)]:
                step()
            peer.reset()

    def flood(self):
        time.sleep(self._dice.random())
        where = self._somewhere(83)
        with contextlib.ExitStack() as all_of_them:
            for _ in range(FLOOD):
                with contextlib.suppress(OSError):
                    all_of_them.enter_context(self._connected("pop3", source=where))

    # What they have in common

    def _connected(self, door, **options):
        peer = CountedPeer(self._gateway.address(door), **options)
        self._tally.add("connections")
        return peer

    def _secured(self, **options):
        """Under TLS and greeted, by one of the doors."""
        door = self._dice.choice(("pop3s", "pop3"))
        peer = self._connected(door, **options)
        try:
            enter(peer, door, self._context)
        except BaseException:
            peer.close()
            raise
        return peer

    def _login(self, peer, user):
        peer.login(user, PASSWORD)
        self._tally.add("logins")

    def _try_login(self, peer, user):
        """AssertionError when it is to wait."""
        assert peer.command(f"USER {user}").startswith(b"+OK")
        self._tally.add("logins without an answer")
        reply = peer.command(f"PASS {PASSWORD}")
        self._tally.add("logins without an answer", -1)
        if not reply.startswith(b"+OK"):
            self._tally.add("logins that are to wait")
            raise AssertionError(reply)
        self._tally.add("logins")

    def _unsure(self, peer):
        self._tally.add("logins without an answer")
        peer.send(f"PASS {PASSWORD}\r\n".encode())

    def _quit(self, peer):
        assert peer.command("QUIT").startswith(b"+OK")
        assert peer.read_to_end() == b"" and peer.ending == "clean", peer.ending
        self._tally.know(peer)

    @contextlib.contextmanager
    def _may_be_cut(self):
        try:
            yield
        except (OSError, AssertionError):
            self._tally.add("sessions cut or told to wait")

    def _somewhere(self, network):
        return f"127.{network}.{self._dice.randrange(4)}.{self._dice.randrange(1, 20)}"
