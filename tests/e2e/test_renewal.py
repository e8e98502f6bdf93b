# SPDX-License-Identifier: Apache-2.0
"""Renewals under a constant load of logins, as tools make them and as they go wrong: no handshake
fails, no session ends, no wrong pair is ever shown, and the log tells each story in one line.

$RENEWALS is how many; fewer for a sanitizer build."""

import os
import shutil
import threading

from support.certificates import KeyPair
from support.configuration import toml
from support.load import Load
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, CrowdWorld, DovecotWorld

RENEWALS = int(os.environ.get("RENEWALS", "40"))
LOGINS = 3  # threads that log in again and again
LASTING = 4  # sessions that stay for all of it

REJECTED, LOADED = "cert_rejected", "cert_loaded"


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


class Lineage:
    """A pair behind links, as Kubernetes mounts it: NAME is ..data/NAME, and ..data is turned."""

    def __init__(self, directory):
        self.directory = directory
        self.pair = KeyPair(*(os.path.join(directory, name) for name in ("cert.pem", "key.pem")))
        self._turns = 0
        os.makedirs(directory)
        for path in self.pair:
            os.symlink(os.path.join("..data", os.path.basename(path)), path)

    def turn(self, chain, key):
        """Both files at once, in a new directory. None: a directory stands in the file's place."""
        self._turns += 1
        name = f"..{self._turns}"
        os.mkdir(os.path.join(self.directory, name))
        for file, text in (("cert.pem", chain), ("key.pem", key)):
            path = os.path.join(self.directory, name, file)
            if text is None:
                os.mkdir(path)
            else:
                write(path, text)
        new, data = (os.path.join(self.directory, file) for file in ("..new", "..data"))
        os.symlink(name, new)
        os.replace(new, data)
        if self._turns > 3:
            shutil.rmtree(os.path.join(self.directory, f"..{self._turns - 3}"))

    def rename(self, chain, key):
        """Each file renamed over the one before, behind the links."""
        for file, text in (("cert.pem", chain), ("key.pem", key)):
            path = os.path.join(self.directory, "..data", file)
            write(path + ".new", text)
            os.replace(path + ".new", path)


class RenewalStorm(CrowdWorld):
    crowd = 64

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = read(cls.authority.ca_file)
        cls.pairs = [cls.authority.issue(f"renewed-{n}") for n in range(7)]
        cls.expired = cls.authority.expired("expired")
        cls.lineage = Lineage(cls.path("live"))
        cls.lineage.turn(*cls.texts(cls.pairs[-1]))
        cls.gateway.reload(toml(cls.backend.address, [cls.lineage.pair]))
        cls.allowed = {cls.pairs[-1].der()}
        cls.lock = threading.Lock()

    @classmethod
    def texts(cls, pair):
        return read(pair.cert_file) + cls.root, read(pair.key_file)

    def permitted(self):
        with self.lock:
            return set(self.allowed)

    def shown(self, peer, before):
        """What was shown must have been good at the time, or have become so meanwhile."""
        der = peer.socket.getpeercert(binary_form=True)
        assert der in before | self.permitted(), "a certificate that nobody put into service"

    def session(self, worker, _):
        """One whole session; doors take turns by thread."""
        door = ("pop3s", "pop3")[worker % 2]
        with RawPeer(self.gateway.address(door)) as peer:
            if door == "pop3":
                DovecotWorld.greeted(peer)
                assert peer.command("STLS").startswith(b"+OK")
            before = self.permitted()
            peer.start_tls(self.context)
            self.shown(peer, before)
            if door == "pop3s":
                DovecotWorld.greeted(peer)
            peer.login(USER, PASSWORD)
            assert peer.command("STAT").startswith(b"+OK")
            assert peer.command("QUIT").startswith(b"+OK")

    def served(self):
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.start_tls(self.context)
            return peer.socket.getpeercert(binary_form=True)

    def told(self):
        """All that the log has said about this pair, in order."""
        return [line for line in self.gateway.log_events()
                if line["event"] in (LOADED, REJECTED)
                and line["file"] in self.lineage.pair]

    def step(self, change, event, words, between=()):
        """One change of the files, and the one line that comes of it; `between`, what may be told
        of two files that were exchanged one after the other, on a slow machine."""
        before = len(self.told())
        change()
        until(lambda: [line for line in self.told()[before:] if line["event"] == event],
              f"the log tells of it: {event} {words}")
        lines = self.told()[before:]
        self.assertIn([line["event"] for line in lines], [[event], [*between, event]], lines)
        self.assertIn(words, lines[-1]["msg"], lines)
        self.assertEqual(lines[-1]["level"], "info" if event == LOADED else "error")

    def good(self, pair, change, words="in use from now on", between=()):
        with self.lock:
            self.allowed.add(pair.der())
        self.step(change, LOADED, words, between)
        self.assertEqual(self.served(), pair.der())
        with self.lock:
            self.allowed.intersection_update({pair.der()})

    def test_no_handshake_fails_and_no_wrong_pair_is_shown(self):
        lasting = [self.secure().login(USER, PASSWORD) for _ in range(LASTING)]
        for peer in lasting:
            self.addCleanup(peer.close)
        load = Load(self.session, LOGINS).start()
        self.addCleanup(load.stop)
        for number in range(RENEWALS):
            self.renewal(number)
            self.assertEqual(load.failures, [], f"after renewal {number}")
            for peer in lasting:
                self.assertTrue(peer.command("STAT").startswith(b"+OK"))
        self.assertEqual(load.stop(), [])
        self.assertGreater(load.done, RENEWALS // 2, "logins meanwhile")
        for peer in lasting:
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))

    def renewal(self, number):
        """The bad ones lie between good ones, which are never the one in use."""
        pair = self.pairs[(number // 8 * 3 + number % 8) % len(self.pairs)]
        chain, key = self.texts(pair)
        other = self.texts(self.pairs[(self.pairs.index(pair) + 1) % len(self.pairs)])
        turn = self.lineage.turn
        kind = number % 8
        if kind in (0, 7):
            self.good(pair, lambda: turn(chain, key))
        elif kind == 1:
            self.step(lambda: turn(chain[:len(chain) // 3], key), REJECTED, "(cert.pem)")
        elif kind == 2:
            self.good(pair, lambda: self.lineage.rename(chain, key), between=(REJECTED,))
        elif kind == 3:
            self.step(lambda: turn(chain, other[1]), REJECTED, "the key does not belong")
        elif kind == 4:
            self.step(lambda: turn(*self.texts(self.expired)), REJECTED, "expired on 2020-01-02")
        elif kind == 5:
            self.step(lambda: turn(chain, None), REJECTED, "cannot read")
        else:
            sorted_out = self.root + read(pair.cert_file)
            self.good(pair, lambda: turn(sorted_out, key), "out of order")
