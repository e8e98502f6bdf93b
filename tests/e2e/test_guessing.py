# SPDX-License-Identifier: Apache-2.0
"""Who guesses passwords is slowed, locked and banned; the user whose password it is logs in from
elsewhere all the while."""

import subprocess
import time

from support.mail_clients import Curl
from support.policy_world import PolicyWorld
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER

GUESSER, HOME = "127.0.0.2", "127.0.0.3"
FAILED = b"-ERR [AUTH] login failed"
IN = b"+OK logged in"
AWAY = b"-ERR [SYS/TEMP]"
LIMITS = {"window": "5m", "ban": "5m", "delay": "100ms", "per_ip": 20, "per_user_network": 0}
# How long each answer is held back at least: it takes longer each time the guesses have doubled.
PACE = [0.1] * 4 + [0.2] * 4 + [0.4] * 8 + [0.8] * 4


class Guesses(PolicyWorld):
    """Wrong passwords by raw peers from addresses of their own, in clear for speed."""

    names = (USER, "bob")
    policy = {"login": "plaintext-allowed"}

    def attempt(self, password, source, user=USER):
        """What one session was told last: the answer to PASS, or instead of a greeting."""
        with RawPeer(self.gateway.address("pop3"), source=source) as peer:
            reply = peer.read_line()
            if reply.startswith(b"+OK"):
                peer.command(f"USER {user}")
                reply = peer.command(f"PASS {password}")
            return reply

    def at_home(self):
        self.assertEqual(self.attempt(PASSWORD, HOME), IN)

    def guess(self, count, source=GUESSER, user=USER):
        """So many different wrong passwords; the answers. Now and then the user comes home."""
        answers = []
        for number in range(count):
            answers.append(self.attempt(f"guess {number} of {count}", source, user))
            if number % 10 == 9:
                self.at_home()
        return answers

    def told(self, event, count=0):
        """The lines of an event so far, once there are so many, as what they say."""
        until(lambda: len(self.gateway.log_events(event)) >= count, f"{count} of event={event}")
        keys = ("level", "rip", "user", "rule", "mode", "reason")
        return [{key: line.get(key) for key in keys} for line in self.gateway.log_events(event)]


def line(reason, mode="enforce"):
    return {"level": "warn", "rip": GUESSER, "user": USER, "rule": "limits.auth_failures",
            "mode": mode, "reason": reason}


class FromOneAddress(Guesses):
    configuration = {"auth_failures": LIMITS, "policy": Guesses.policy}

    def test_a_hundred_guesses_are_slowed_and_then_banned(self):
        for number, pace in enumerate(PACE):
            started = time.monotonic()
            self.assertEqual(self.attempt(f"guess {number}", GUESSER), FAILED)
            self.assertGreaterEqual(time.monotonic() - started, pace)
        self.at_home()
        self.assertEqual(self.told("ban", 1), [line("guessing")])
        self.assertRegex(self.gateway.log_events("ban")[0]["msg"],
                         rf"^{GUESSER}(/32)? is banned for \d+ s$")

        before = self.tap.settle()
        for answer in self.guess(80):
            self.assertTrue(answer.startswith(AWAY), answer)
        self.assertEqual(self.tap.settle() - before, 8, "the backend hears of nobody but the user")
        self.assertTrue(self.attempt(PASSWORD, GUESSER).startswith(AWAY))
        self.is_refused(Curl(), self.wire("pop3s", source=GUESSER), "implicit")
        self.reads(Curl(), self.wire("pop3s", source=HOME), "implicit")
        self.assertEqual(len(self.told("ban")), 1)


class OneUser(Guesses):
    """Below the limit of the address a user is locked there, and only there, and only that one."""

    configuration = {"auth_failures": {**LIMITS, "per_ip": 0, "per_user_network": 5},
                     "policy": Guesses.policy}

    def test_the_user_is_locked_there_and_nowhere_else(self):
        self.assertEqual(self.guess(5), [FAILED] * 5)
        self.assertEqual(self.told("limit", 1), [line("user_locked")])
        with self.nothing_reaches_the_backend():
            self.assertTrue(self.attempt(PASSWORD, GUESSER).startswith(AWAY))
        self.assertEqual(self.told("login_refused", 1), [line("locked")])
        self.assertEqual(self.told("limit"), [line("user_locked")])
        self.at_home()
        self.assertEqual(self.attempt(PASSWORD, GUESSER, "bob"), IN)
        self.assertEqual(self.told("ban"), [])


class TheSameAgain(Guesses):
    """A mail program that was not told of a new password tries the old one for ever. That is no
    guess, and the backend hears of it three times: a directory that locks users out counts less."""

    configuration = {"auth_failures": {**LIMITS, "per_ip": 4, "per_user_network": 3,
                                       "delay": "0s"},
                     "policy": Guesses.policy}

    def test_it_is_not_a_new_guess(self):
        before = self.tap.settle()
        answers = [self.attempt("yesterday's", GUESSER) for _ in range(12)]
        self.assertEqual(answers, [FAILED] * 12)
        self.assertEqual(self.tap.settle() - before, 3)
        self.assertEqual(len(self.told("auth_failed", 1)), 1)
        reasons = [fields["reason"] for fields in self.told("login_refused", 11)]
        self.assertEqual(reasons, ["proxy_dest_auth_failed"] * 2 + ["remembered"] * 9)
        self.assertEqual(self.told("limit") + self.told("ban"), [])
        self.assertEqual(self.attempt(PASSWORD, GUESSER), IN)


class Remembered(Guesses):
    """Who was given the password that his program has already tried waits no longer than this."""

    configuration = {"auth_failures": {**LIMITS, "delay": "0s", "remember": "2s"},
                     "policy": Guesses.policy}

    def test_a_password_that_is_right_now_gets_in(self):
        for _ in range(4):
            self.assertEqual(self.attempt("tomorrow's", GUESSER), FAILED)
        self.told("login_refused", 3)
        self.dovecot.change_password(USER, "tomorrow's")
        self.addCleanup(self.dovecot.change_password, USER, PASSWORD)
        until(lambda: self.attempt("tomorrow's", GUESSER) == IN, "the right password gets in")


class Hydra(Guesses):
    """The tool of those who guess, against the door with implicit TLS."""

    configuration = {"auth_failures": LIMITS}

    def at_home(self):
        with self.implicit(source=HOME) as peer:
            peer.login(USER, PASSWORD)

    def test_it_is_banned_and_the_user_logs_in_from_elsewhere_all_the_while(self):
        passwords = [f"guess {number}" for number in range(200)] + [PASSWORD]
        with open(self.path("passwords"), "w", encoding="ascii") as file:
            file.write("\n".join(passwords) + "\n")
        wire = self.wire("pop3s", source=GUESSER)
        command = ["hydra", "-I", "-S", "-t", "4", "-l", USER, "-P", self.path("passwords"),
                   "-s", str(wire.port), "127.0.0.1", "pop3"]
        before, homes = self.tap.settle(), 0
        with open(self.path("hydra.out"), "w+", encoding="utf-8") as out:
            hydra = subprocess.Popen(command, cwd=self.directory, stdin=subprocess.DEVNULL,
                                     stdout=out, stderr=subprocess.STDOUT)
            try:
                while hydra.poll() is None and not self.gateway.log_events("ban"):
                    self.at_home()
                    homes += 1
                self.assertEqual(self.told("ban", 1), [line("guessing")])
                refused = len(self.gateway.log_events("session", rip=GUESSER))
                until(lambda: hydra.poll() is not None or refused + 4 < len(
                    self.gateway.log_events("session", rip=GUESSER)), "it has tried again, or not")
                self.at_home()
            finally:
                hydra.kill()
                hydra.wait()
            out.seek(0)
            said = out.read()
        self.assertNotIn(PASSWORD, said)
        self.assertLessEqual(self.tap.settle() - before - homes - 1, LIMITS["per_ip"], said)
        until(lambda: len(self.gateway.log_events("auth_failed", rip=GUESSER)) >= LIMITS["per_ip"],
              "each guess is told")
        self.assertEqual(len(self.gateway.log_events("auth_failed", rip=GUESSER)),
                         LIMITS["per_ip"])


class AtHome(Guesses):
    """Where a user has logged in lately, guesses at this user do not lock him out."""

    configuration = {"auth_failures": {**LIMITS, "per_ip": 0, "per_user_network": 3,
                                       "delay": "0s"},
                     "policy": Guesses.policy}

    def test_a_user_who_logged_in_there_is_not_locked(self):
        self.assertEqual(self.attempt(PASSWORD, GUESSER), IN)
        self.assertEqual(self.guess(5), [FAILED] * 5)
        self.assertEqual(self.attempt(PASSWORD, GUESSER), IN)
        self.assertEqual(self.told("limit"), [])


class ReportOnly(Guesses):
    """The lines come; nobody is kept waiting, locked or banned."""

    configuration = {"auth_failures": {**LIMITS, "per_ip": 6, "per_user_network": 4,
                                       "delay": "1m", "mode": "report-only"},
                     "policy": Guesses.policy}

    def test_everything_is_said_and_nothing_done(self):
        self.assertEqual(self.guess(11), [FAILED] * 11)
        self.assertEqual(self.attempt(PASSWORD, GUESSER), IN)
        self.assertEqual(self.told("ban", 1), [line("guessing", "report-only")])
        reasons = [fields["reason"] for fields in self.told("limit", 1)]
        self.assertIn("user_locked", reasons)
        self.assertEqual({fields["mode"] for fields in self.told("limit")}, {"report-only"})


class Exempt(Guesses):
    configuration = {"auth_failures": {**LIMITS, "per_ip": 3, "delay": "1m",
                                       "exempt": ["127.0.0.2/31"]},
                     "policy": Guesses.policy}

    def test_an_exempt_network_may_try_for_ever(self):
        self.assertEqual(self.guess(6), [FAILED] * 6)
        self.assertEqual(self.told("limit") + self.told("ban"), [])
