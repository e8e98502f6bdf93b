# SPDX-License-Identifier: Apache-2.0
"""Private keys are in the memory of one process, which only signs; and what becomes of sessions and
handshakes when that process is killed."""

import base64
import os
import re
import signal
import ssl
import subprocess
import time
import unittest

from support import memory, process
from support.gateway import program
from support.load import Load
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import CrowdWorld, DovecotWorld

THREADS = 4
BACK_WITHIN = 2  # seconds until handshakes work again


def _number(text, name):
    """A number as `openssl pkey -text` prints it, without leading zeros."""
    found = re.search(rf"^{name}:\n((?:    [0-9a-f:]+\n)+)", text, re.M)
    return bytes.fromhex(re.sub(r"[^0-9a-f]", "", found[1])).lstrip(b"\0")


def secrets_of(key_file):
    """What of a key must not be seen: its secret numbers in both orders of bytes, and its text."""
    text = subprocess.run(["openssl", "pkey", "-in", key_file, "-noout", "-text"], check=True,
                          capture_output=True, text=True).stdout
    names = ("privateExponent", "prime1", "prime2") if "prime1" in text else ("priv",)
    numbers = [_number(text, name) for name in names]
    with open(key_file, encoding="ascii") as file:
        lines = [line.strip() for line in file if not line.startswith("-")]
    body = "".join(lines)
    coded = [line.encode() for line in lines[1:-1] if len(line) >= 40] or [body[24:64].encode()]
    inner = base64.b64decode(body)
    assert any(number in inner for number in numbers), "the key's own file holds its numbers"
    # Half of a number tells as much; whole ones may be cut by a page that cannot be read.
    return [part for number in numbers for part in (number[:24], number[::-1][:24])] + coded


def family(pid):
    """A process and all its descendants: process id to name."""
    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
        found = {pid: file.read().strip()}
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
            for child in map(int, file.read().split()):
                found.update(family(child))
    return found


def signer_of(pid):
    """The signer's process id, or nothing while there is none."""
    return next((each for each, name in family(pid).items() if name == "postern: signer"), None)


def inet_sockets():
    """The inodes of all sockets of the network."""
    found = set()
    for name in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        with open(f"/proc/net/{name}", encoding="ascii") as file:
            found.update(line.split()[9] for line in list(file)[1:])
    return found


class Keys(CrowdWorld):
    """An ECDSA and an RSA certificate, and clients for both."""

    crowd = 100
    configuration = {}

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root may read the memory of these processes")
        super().setUpClass()

    @classmethod
    def start_gateway(cls, address, keep, **configuration):
        cls.pairs = [cls.authority.issue("ecdsa"), cls.authority.issue("rsa", "rsa")]
        return super().start_gateway(address, keep, certificates=cls.pairs, **configuration)

    def session(self, worker, _):
        """One session with a full handshake, with one key and the other by turns."""
        context = self.authority.client_context()
        if worker % 2:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers("ECDHE+aRSA")
        with RawPeer(self.gateway.address("pop3s")) as peer:
            peer.start_tls(context)
            DovecotWorld.greeted(peer)
            peer.login(f"user{worker}", "secret")
            assert peer.command("QUIT").startswith(b"+OK")

    def load(self):
        load = Load(self.session, THREADS).start()
        self.addCleanup(load.stop)
        return load

    def holders(self, load):
        """The names of processes in whose memory a key is found while they are busy."""
        needles = [each for pair in self.pairs for each in secrets_of(pair.key_file)]
        names = set()
        for _ in range(2):
            before = load.done
            until(lambda: load.done >= before + 2 * THREADS, "sessions go on")
            names.update(name for pid, name in family(self.gateway.pid).items()
                         if memory.find(pid, needles))
        return names

    def serves(self):
        """Whether a new client gets through."""
        try:
            self.session(0, 0)
        except OSError:
            return False
        return True


class Isolated(Keys):
    """As it is unless somebody wants it otherwise."""

    def test_a_key_is_in_the_signer_alone(self):
        load = self.load()
        self.assertEqual(self.holders(load), {"postern: signer"})
        self.assertEqual(load.stop(), [])

    def test_nor_is_it_elsewhere_after_a_reload(self):
        load = self.load()
        for _ in range(3):
            self.assertNotEqual(self.gateway.reload()["level"], "error")
        self.assertEqual(self.holders(load), {"postern: signer"})
        self.assertEqual(load.stop(), [])

    def test_keeper_and_signer_own_nothing(self):
        abroad = inet_sockets()
        names = family(self.gateway.pid)
        self.assertEqual(sorted(names.values())[-3:],
                         ["postern: keeper", "postern: launch", "postern: signer"])
        for pid, name in names.items():
            # What starts the next program has the standard streams for it.
            if pid == self.gateway.pid or name == "postern: launch":
                continue
            links = [os.readlink(f"/proc/{pid}/fd/{each}") for each in
                     os.listdir(f"/proc/{pid}/fd")]
            for link in links:
                self.assertTrue(link == "/dev/null" or link.startswith("socket:["), (name, link))
                self.assertNotIn(link[len("socket:["):-1], abroad, name)
            with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                status = file.read()
            self.assertRegex(status, r"NoNewPrivs:\s1")
            if name == "postern: signer" and process.filters_calls(program()):
                self.assertRegex(status, r"Seccomp:\s2")

    def test_no_session_ends_when_the_signer_is_killed(self):
        lasting = [self.secure().login(f"lasting{n}", "secret") for n in range(4)]
        load = self.load()
        for round_ in range(3):
            before = load.done
            until(lambda before=before: load.done > before + THREADS, "sessions go on")
            self.gateway_signer_dies()
            started = time.monotonic()
            until(self.serves, "handshakes work again")
            self.assertLess(time.monotonic() - started, BACK_WITHIN, f"round {round_}")
            for peer in lasting:
                self.assertTrue(peer.command("STAT").startswith(b"+OK"))
        self.assertEqual(load.stop(), [], "handshakes wait for the next signer")
        for peer in lasting:
            peer.close()
        self.assertGreaterEqual(len(self.gateway.log_events("signer_lost")), 3)
        until(lambda: len(self.gateway.log_events("signer_back")) >=
              len(self.gateway.log_events("signer_lost")), "each is told to be replaced")

    def gateway_signer_dies(self):
        until(lambda: signer_of(self.gateway.pid), "there is a signer")
        before = len(self.gateway.log_events("signer_back"))
        os.kill(signer_of(self.gateway.pid), signal.SIGKILL)
        until(lambda: len(self.gateway.log_events("signer_back")) > before, "there is another")

    def test_the_next_one_has_the_keys_that_are_served_whatever_is_on_disk(self):
        contents = {}
        for pair in self.pairs:
            with open(pair.key_file, "rb") as file:
                contents[pair.key_file] = file.read()
        for name in contents:
            with open(name + ".new", "wb") as file:
                file.write(b"half a key")
            os.replace(name + ".new", name)
        try:
            self.gateway_signer_dies()
            self.session(0, 0)
            self.session(1, 0)
        finally:
            for name, content in contents.items():
                with open(name, "wb") as file:
                    file.write(content)


class Ended(Keys):
    """What becomes of the processes when one of the others ends."""

    def test_a_keeper_that_dies_is_the_end_of_all(self):
        names = family(self.gateway.pid)
        keeper = next(pid for pid, name in names.items() if name == "postern: keeper")
        os.kill(keeper, signal.SIGKILL)
        self.assertEqual(self.gateway.wait(), 1)
        self.assertIn("is gone, too", self.gateway.log_events("signer_lost")[-1]["msg"])
        until(lambda: not any(alive(pid) for pid in names), "all have ended")
        type(self).gateway._process = None

    @classmethod
    def tearDownClass(cls):
        cls.gateway._process = None
        super().tearDownClass()


def alive(pid):
    """Whether it is there, and not only its number."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            return "State:\tZ" not in file.read()
    except OSError:
        return False


class Killed(Keys):
    """kill -9 of the program leaves nobody behind."""

    def test_none_outlives_the_program(self):
        names = family(self.gateway.pid)
        self.assertEqual(len(names), 4)
        os.kill(self.gateway.pid, signal.SIGKILL)
        self.gateway.wait()
        type(self).gateway._process = None
        until(lambda: not any(alive(pid) for pid in names), "all have ended")

    @classmethod
    def tearDownClass(cls):
        cls.gateway._process = None
        super().tearDownClass()


@unittest.skipIf(process.keeps_freed_memory(program()), "a sanitizer has copies of its own")
class Together(Keys):
    """Where it is turned off, the scan finds what it looks for in the program itself."""

    configuration = {"security": {"isolate_keys": False}}

    def test_a_key_is_in_the_program(self):
        load = self.load()
        names = self.holders(load)
        self.assertEqual(len(names), 1)
        self.assertEqual(sorted(family(self.gateway.pid).values()), ["postern", "postern: launch"])
        self.assertEqual(load.stop(), [])


if __name__ == "__main__":
    unittest.main()
