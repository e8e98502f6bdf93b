# SPDX-License-Identifier: Apache-2.0
"""Programs of many kinds, each with an address and a user of its own, as they behave at a gateway.

A kind says what one poll of such a program does, and which tables of `postern report` have to name
it. What is played is real; weeks of it are made by repeating what the log said about one poll.
"""

import datetime
import random
import re
import ssl
import warnings

from support.raw_peer import RawPeer

SECRET = "open sesame"
NEW = "a new one"
WRONG = "wrong horse"  # as the crowd's backend has it


class Program:
    """One program: where it is, who uses it, and how it is set up."""

    def __init__(self, kind, number, address):
        self.kind = kind
        self.user = f"{kind.name}-{number}"
        self.address = address

    def __repr__(self):
        return f"{self.user} at {self.address}"


class Visitors:
    """What programs do at the doors of one gateway."""

    def __init__(self, gateway, authority):
        self.gateway = gateway
        self.trusting = authority.client_context()
        self.distrusting = ssl.create_default_context()
        self.careless = self._any()
        self.old = self._any("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.old.minimum_version = self.old.maximum_version = ssl.TLSVersion.TLSv1
        self.imap = self._any()
        self.imap.set_alpn_protocols(["imap"])

    @staticmethod
    def _any(ciphers=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if ciphers:
            context.set_ciphers(ciphers)
        return context

    def door(self, program, name, greeted=True):
        peer = RawPeer(self.gateway.address(name), source=program.address)
        if greeted:
            assert peer.read_line().startswith(b"+OK")
        return peer

    def secure(self, program, way, context):
        """A peer behind the handshake, greeted; or ssl.SSLError."""
        peer = self.door(program, "pop3s" if way == "implicit" else "pop3", way == "stls")
        try:
            if way == "stls":
                assert peer.command("STLS").startswith(b"+OK")
            peer.start_tls(context)
        except OSError:
            peer.close()
            raise
        if way == "implicit":
            assert peer.read_line().startswith(b"+OK")
        return peer

    # What one poll is

    def fetches(self, program, way="implicit", context=None, secret=SECRET):
        with self.secure(program, way, context or self.trusting) as peer:
            peer.login(program.user, secret)
            peer.command("STAT")
            peer.command("QUIT")
            peer.read_to_end()

    def is_refused(self, program, secret=SECRET):
        """Over TLS."""
        with self.secure(program, "implicit", self.trusting) as peer:
            peer.command(f"USER {program.user}")
            assert peer.command(f"PASS {secret}").startswith(b"-ERR")
            peer.command("QUIT")
            peer.read_to_end()

    def fetches_with_new_password(self, program):
        self.fetches(program, secret=NEW)

    def fetches_by_stls(self, program):
        self.fetches(program, "stls")

    def fetches_by_old_tls(self, program):
        self.fetches(program, context=self.old)

    def fetches_in_clear(self, program):
        with self.door(program, "pop3") as peer:
            peer.login(program.user, SECRET)
            peer.command("QUIT")
            peer.read_to_end()

    # As these programs do it, which is how they are told apart.

    def fetches_as_fetchmail(self, program):
        self.talks(program, "CAPA", "USER", "PASS", "STAT", "LAST")

    def fetches_as_javamail(self, program):
        self.talks(program, "CAPA", "USER", "PASS", "STAT", "NOOP")

    def fetches_as_go(self, program):
        self.talks(program, "USER", "PASS", "NOOP", "STAT")

    def fetches_as_tcl(self, program):
        self.talks(program, "USER", "PASS", "STAT", "LAST", "RETR 1", "STAT")

    def talks(self, program, *commands):
        words = {"USER": f"USER {program.user}", "PASS": f"PASS {SECRET}"}
        with self.door(program, "pop3") as peer:
            for command in (*commands, "QUIT"):
                good = peer.command(words.get(command, command)).startswith(b"+OK")
                assert good or command == "LAST", command
                if command in ("CAPA", "RETR 1"):
                    peer.read_body()
            peer.read_to_end()

    def asks_in_clear(self, program):
        self.says(program, "pop3", f"USER {program.user}\r\nQUIT\r\n")

    def tells_in_clear(self, program):
        self.says(program, "pop3", f"USER {program.user}\r\nPASS {SECRET}\r\nQUIT\r\n")

    def looks_for_a_way_in_clear(self, program):
        """As curl and PHP do: without a way to log in it leaves, and tells nobody its name."""
        with self.door(program, "pop3") as peer:
            assert peer.command("CAPA").startswith(b"+OK")
            listed = b"\nUSER\r\n" in b"\n" + peer.read_body()
            if listed and peer.command(f"USER {program.user}").startswith(b"+OK"):
                peer.command(f"PASS {SECRET}")
            peer.command("QUIT")
            peer.read_to_end()

    def insists_in_clear_with_new_password(self, program):
        self.insists_in_clear(program, NEW)

    def insists_in_clear(self, program, secret=SECRET):
        """Logs in, or is told at USER why not."""
        with self.door(program, "pop3") as peer:
            if peer.command(f"USER {program.user}").startswith(b"+OK"):
                peer.command(f"PASS {secret}")
            peer.command("QUIT")
            peer.read_to_end()

    def gives_up(self, program):
        self.says(program, "pop3", "CAPA\r\nQUIT\r\n")

    def only_looks(self, program):
        with self.secure(program, "implicit", self.trusting) as peer:
            peer.command("QUIT")
            peer.read_to_end()

    def says(self, program, door, text, greeted=True):
        with self.door(program, door, greeted) as peer:
            peer.send(text.encode())
            peer.read_to_end()

    def distrusts(self, program, way="implicit"):
        try:
            self.secure(program, way, self.distrusting).close()
        except ssl.SSLCertVerificationError:
            return
        raise AssertionError("it trusts the certificate")

    def distrusts_by_stls(self, program):
        self.distrusts(program, "stls")

    def leaves(self, program, way="implicit"):
        self.secure(program, way, self.careless).close()

    def leaves_by_stls(self, program):
        self.leaves(program, "stls")

    def fails(self, program, way, context):
        try:
            self.secure(program, way, context).close()
        except (ssl.SSLError, ConnectionError):
            return
        raise AssertionError("it is secured")

    def is_too_old(self, program):
        self.fails(program, "implicit", self.old)

    def is_too_old_for_stls(self, program):
        self.fails(program, "stls", self.old)

    def offers_imap(self, program):
        self.fails(program, "implicit", self.imap)

    def speaks_clear_to_tls(self, program):
        self.says(program, "pop3s", f"USER {program.user}\r\n", greeted=False)

    def speaks_tls_to_clear(self, program):
        try:
            self.door(program, "pop3").start_tls(self.careless).close()
        except (ssl.SSLError, ConnectionError):
            return
        raise AssertionError("it is secured")

    def speaks_something_else(self, program):
        with self.secure(program, "implicit", self.trusting) as peer:
            peer.send(b"A1\r\n" * 5)
            peer.read_to_end()

    def fails_with_old_password(self, program, polls=1):
        for _ in range(polls):
            self.is_refused(program, WRONG)

    def fails_and_is_remembered(self, program):
        self.fails_with_old_password(program, 2)

    def mistypes(self, program):
        self.fails_with_old_password(program)
        self.fetches(program)

    def guesses(self, program):
        for name in ("root", "admin", "info", "sales", "office", "test"):
            other = Program(program.kind, 0, program.address)
            other.user = name
            self.fails_with_old_password(other)


class Kind:
    """How many programs of it there are, from which network, what a poll is, how many hours lie
    between two of them, and where a report names them."""

    def __init__(self, name, count, network, poll, every, *tables):
        self.name = name
        self.count = count
        self.network = network
        self.poll = poll
        self.every = every
        self.tables = tables


V = Visitors
KINDS = (
    Kind("desk", 50, 1, V.fetches, 8),
    Kind("phone", 34, 2, V.fetches_by_stls, 6),
    Kind("lane", 5, 3, V.fetches_by_old_tls, 24, "tls_below"),
    Kind("copier", 12, 4, V.fetches_in_clear, 12, "plaintext"),
    Kind("early", 6, 5, V.fetches_in_clear, 24, "plaintext", "exposed"),
    Kind("asking", 8, 6, V.asks_in_clear, 12, "plaintext", "denied"),
    Kind("telling", 8, 7, V.tells_in_clear, 12, "plaintext", "denied", "exposed"),
    Kind("mute", 8, 8, V.gives_up, 12, "silent"),
    Kind("monitor", 2, 9, V.only_looks, 4, "silent"),
    Kind("suspicious", 8, 10, V.distrusts, 12, "trust"),
    Kind("suspicious-stls", 6, 11, V.distrusts_by_stls, 12, "trust", "stls"),
    Kind("leaver", 6, 12, V.leaves, 12, "trust"),
    Kind("leaver-stls", 6, 13, V.leaves_by_stls, 12, "trust", "stls"),
    Kind("old", 6, 14, V.is_too_old, 24, "strict", "tls_below"),
    Kind("old-stls", 6, 15, V.is_too_old_for_stls, 24, "strict", "stls", "tls_below"),
    Kind("imap", 3, 16, V.offers_imap, 24, "strict"),
    Kind("clear-to-tls", 4, 17, V.speaks_clear_to_tls, 24, "strict"),
    Kind("tls-to-clear", 4, 18, V.speaks_tls_to_clear, 24, "strict"),
    Kind("babbler", 3, 19, V.speaks_something_else, 24, "strict"),
    Kind("stale", 6, 20, V.fails_with_old_password, 3, "stale", "denied"),
    Kind("stale-quick", 5, 21, V.fails_and_is_remembered, 24, "stale", "denied"),
    Kind("typist", 5, 22, V.mistypes, 7 * 24, "denied"),
    Kind("guesser", 1, 23, V.guesses, 24, "denied"),
    Kind("fetchmail", 5, 24, V.fetches_as_fetchmail, 12, "plaintext", "exposed"),
    Kind("javamail", 5, 25, V.fetches_as_javamail, 12, "plaintext", "exposed"),
    Kind("go", 5, 26, V.fetches_as_go, 12, "plaintext", "exposed"),
    Kind("tcl", 5, 27, V.fetches_as_tcl, 12, "plaintext", "exposed"),
)


def people():
    """All programs, each at an address of its own on the loopback."""
    return [Program(kind, number, f"127.20.{kind.network}.{number + 1}")
            for kind in KINDS for number in range(kind.count)]


class Weeks:
    """Weeks of what each program did once: the same lines, at other times, in other sessions."""

    TIME = re.compile(r"^ts=(\S+) ")
    SESSION = re.compile(r" sid=(\S+) ")

    def __init__(self, lines, first_day, count):
        self.played = {}  # address -> lines of one poll
        for line in lines:
            address = re.search(r" rip=(\S+) ", line)
            if address:
                self.played.setdefault(address[1], []).append(line)
        self.first_day = first_day
        self.count = count
        self.random = random.Random(20261130)

    def lines(self, programs):
        """[(time, line)] of all of them, in the order of time."""
        told = []
        for program in programs:
            hours = self.count * 7 * 24
            at = self.random.uniform(0, min(program.kind.every, hours / 2))
            while at < hours:
                told += self._repeat(self.played[program.address], at)
                at += program.kind.every * self.random.uniform(0.9, 1.1)
        return sorted(told)

    def _repeat(self, lines, hours):
        begin = self._time(lines[0])
        number = self.random.getrandbits(32)
        for line in lines:
            when = self.first_day + datetime.timedelta(hours=hours) + (self._time(line) - begin)
            stamp = when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"
            line = self.SESSION.sub(rf" sid=\1-{number} ", self.TIME.sub(f"ts={stamp} ", line))
            yield when, line

    def _time(self, line):
        return datetime.datetime.fromisoformat(self.TIME.match(line)[1].replace("Z", "+00:00"))
