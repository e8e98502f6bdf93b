# SPDX-License-Identifier: Apache-2.0
"""The administrator of a chaos, and bad luck: each method is one thing that happens to the gateway,
waited for until it is done. What was done is counted, for the reckoning."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

from support import control
from support.configuration import DOORS, toml
from support.gateway import program
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import USER, DovecotWorld

EXTRA = ("extra", "stls", ("127.0.0.1:0",))
REFUSED = 78  # the exit status of a refused reload
BANNED = "127.90.0.0/24"
STEPPED = """#!/bin/bash
exec unshare --time --monotonic {seconds} --boottime {seconds} \
  bash -c 'exec -a "$0" {program} "$@"' {binary} "$@"
"""


def clocks_can_be_stepped():
    """Whether a process may be given a clock of its own. It is the one that timers go by; that of
    the date cannot be had apart from the machine's."""
    done = subprocess.run(["unshare", "--time", "--monotonic", "5", "true"], capture_output=True,
                          check=False)
    return done.returncode == 0


class Administrator:
    def __init__(self, place, tally, books, seed):
        """place: what there is (chaos.Place)."""
        self._place = place
        self._tally = tally
        self._books = books
        self._dice = random.Random(seed)
        self._clock = 0  # seconds that the gateway's is ahead
        self._pairs = [place.authority.issue(f"renewed-{n}") for n in range(3)]
        self._bad_pairs = [place.authority.mismatched("mixed"), place.authority.broken("broken"),
                           place.authority.expired("expired")]
        self._things = [self.good_reload, self.bad_reload, self.hand_over, self.broken_hand_over,
                        self.good_renewal, self.bad_renewal, self.kick, self.ban, self.rotation,
                        self.dead_backend, self.stalled_backend, self.standstill]
        if clocks_can_be_stepped():
            self._things.append(self.clock_step)

    def something(self):
        """One thing, each as often as the others."""
        if not getattr(self, "_left", None):
            self._left = self._dice.sample(self._things, len(self._things))
        thing = self._left.pop()
        thing()
        self._tally.add(f"did {thing.__name__}")

    def text(self, doors=DOORS, login="10s"):
        place = self._place
        first, second = ("%s:%d" % each.address for each in place.backends)
        return toml(
            place.backends[0].address, [place.pair], doors,
            backend={"address": [first, second], "balance": "round-robin"},
            backends=[{"name": "dovecot", "tls": "none",
                       "address": ["%s:%d" % place.dovecot.address]}],
            routes=[{"users": [USER], "backend": "dovecot"},
                    {"users": ["*"], "backend": "legacy"}],
            health={"interval": "300ms", "rise": 1, "fall": 2},
            limits={"max_connections_per_ip": 30, "max_handshakes_per_ip": "20/s"},
            auth_failures={"window": "30s", "per_ip": 8, "ban": "3s", "delay": "50ms",
                           "exempt": ["127.0.0.1/32"]},
            timeouts={"handshake": "3s", "login": login, "connect": "2s", "backend_login": "2s",
                      "backend_reply": "3s", "stall": "5s"},
            state_dir=place.path("state"), metrics={"listen": "127.0.0.1:0"},
            control={"socket": place.path("gateway/control.sock")},
            log={"target": place.log_file})

    def settle(self):
        """As it was in the beginning, for what is measured."""
        self._place.gateway.configure(self.text())
        self._verb("reload")
        self._tally.add("reloads")

    # Reloads and renewals

    def good_reload(self):
        doors = self._dice.choice((DOORS, (*DOORS, EXTRA)))
        self._place.gateway.configure(self.text(doors, self._dice.choice(("9s", "11s"))))
        self._verb("reload")
        listeners = control.ask(self._place.gateway, "status")["listeners"]
        assert [one["name"] for one in listeners] == [name for name, *_ in doors], listeners
        self._tally.add("reloads")

    def bad_reload(self):
        good = self._place.gateway.configuration()
        self._place.gateway.configure(self._dice.choice(
            ("[[listener]\n", good + "[nonsense]\n", good.replace('"tls-required"', '"maybe"'))))
        self._verb("reload", status=REFUSED)
        self._place.gateway.configure(good)
        self._tally.add("reloads refused")

    def good_renewal(self):
        pair = self._dice.choice([each for each in self._pairs
                                  if each.der() != self._place.pair.der()])
        self._place.pair.replace_with(pair)
        until(lambda: self._served() == pair.der(), "the renewed certificate is served")

    def bad_renewal(self):
        """Nothing changes, and then it is mended."""
        good = next(each for each in self._pairs if each.der() != self._served())
        before, seen = self._served(), self._told("cert_rejected")
        self._place.pair.replace_with(self._dice.choice(self._bad_pairs))
        until(lambda: self._told("cert_rejected") > seen, "the log tells of the bad certificate")
        assert self._served() == before
        self._place.pair.replace_with(good)
        until(lambda: self._served() == good.der(), "the good certificate is served")

    def _served(self):
        with RawPeer(self._place.gateway.address("pop3s")) as peer:
            self._tally.add("connections")
            peer.start_tls(self._place.context)
            DovecotWorld.greeted(peer)
            return peer.socket.getpeercert(binary_form=True)

    # Another binary

    def hand_over(self):
        self._clock = 0
        shutil.copy(program(), self._place.binary + ".new")
        self._replace_binary()
        self._upgrade()

    def broken_hand_over(self):
        with open(self._place.binary + ".new", "w", encoding="ascii") as file:
            file.write(self._dice.choice(("#!/bin/sh\nexit 7\n", "#!/bin/sh\nkill -9 $$\n",
                                          "no program", "#!/bin/sh\necho nothing\n")))
        self._replace_binary()
        self._verb("upgrade", status=1)
        shutil.copy(program(), self._place.binary + ".new")
        self._replace_binary()
        self._tally.add("hand-overs refused")

    def clock_step(self):
        """Hours forward, or back again, from one process to the next."""
        self._clock = 0 if self._clock else self._dice.randrange(3600, 12 * 3600)
        with open(self._place.binary + ".new", "w", encoding="ascii") as file:
            file.write(STEPPED.format(seconds=self._clock, program=program(),
                                      binary=self._place.binary))
        self._replace_binary()
        self._upgrade()

    def _replace_binary(self):
        os.chmod(self._place.binary + ".new", 0o755)
        os.replace(self._place.binary + ".new", self._place.binary)

    def _upgrade(self):
        self._place.gateway.follow(json.loads(self._verb("upgrade", "--json"))["pid"])
        self._tally.add("hand-overs")

    # Guests

    def kick(self):
        """Whoever is there; exit status 1 when nobody is."""
        done = control.run(self._place.gateway, "sessions", "kick", "--user", "mallory")
        assert done.returncode in (0, 1), done
        self._tally.add("kicks", len(done.stdout.splitlines()))

    def ban(self):
        self._verb("bans", "add", BANNED, "--for", "1h")
        with RawPeer(self._place.gateway.address("pop3"), source="127.90.0.7") as peer:
            assert peer.read_line().startswith(b"-ERR [SYS/TEMP]")
        self._tally.add("connections")
        self._verb("bans", "del", BANNED)
        self._tally.add("bans by hand")

    # Misfortune

    def rotation(self):
        self._books.rotate()
        self._place.gateway.signal(signal.SIGUSR1)
        until(lambda: os.path.exists(self._place.log_file), "the log is opened anew")

    def dead_backend(self):
        backend = self._dice.choice(self._place.backends)
        backend.kill()
        time.sleep(self._dice.uniform(0.2, 1.5))
        backend.start()

    def stalled_backend(self):
        backend = self._dice.choice(self._place.backends)
        backend.stall()
        time.sleep(self._dice.uniform(0.5, 4))
        backend.resume()

    def standstill(self):
        """As when a virtual machine is suspended: when it goes on, much time has passed at once."""
        self._place.gateway.signal(signal.SIGSTOP)
        time.sleep(self._dice.uniform(0.2, 1.5))
        self._place.gateway.signal(signal.SIGCONT)

    def _told(self, event):
        self._books.keep()
        return self._books.events[event]

    def _verb(self, *arguments, status=0):
        gateway = self._place.gateway
        done = control.run(gateway, *arguments, "--socket", control.socket_of(gateway))
        assert done.returncode == status, (arguments, done)
        return done.stdout
