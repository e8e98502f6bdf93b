# SPDX-License-Identifier: Apache-2.0
"""A password that was sent in clear is named once, again when it is still in use under TLS, and
refused where the policy says so, until it is changed."""

import base64
import json
import os
import subprocess

from support.configuration import toml
from support.gateway import program
from support.mail_clients import Curl, Fetchmail, Mpop, OpensslClient, Poplib
from support.policy_world import (EXPOSED_IN_CLEAR, LET_THROUGH, UNPROTECTED, PolicyWorld,
                                  why)
from support.waiting import until
from support.world import PASSWORD, USER

BANISHED = b"-ERR [AUTH] this password was sent unprotected before: have it changed, then log in"
IN_USE = {"level": "warn", "user": USER, "mech": "USER", "rule": "policy.exposed",
          "decision": "allow", "mode": None, "reason": None}
TOKEN = "tOkEn7Canary.of_a~bearer"


def coded(text):
    return base64.b64encode(text.encode()).decode()


class Exposure(PolicyWorld):
    """Each test has a gateway of its own: what one remembers is no other's."""

    policy = {}

    def setUp(self):
        super().setUp()
        self.state = os.path.join(self.path(self.id()), "state")
        self.gateway = self.gateway_at(self.id())
        self.addCleanup(self.nothing_is_written)

    def gateway_at(self, name, state_dir="", policy=None):
        return self.gateway_with(name, policy=policy or self.policy, log={"level": "debug"},
                                 auth_failures={"delay": "0s"}, state_dir=state_dir)

    def restart(self, **configuration):
        """Ends the gateway; another takes its place, on the same state."""
        self.nothing_is_written()
        self.gateway = self.gateway_at(f"{self.id()}-{len(self.seen)}", self.state,
                                       **configuration)

    def nothing_is_written(self):
        """No password and no token in anything that the program has put out."""
        self.gateway.stop()
        for name in ("stdout", "stderr"):
            with open(os.path.join(self.gateway.directory, name), "rb") as file:
                text = file.read()
            for secret in (PASSWORD, self.password(), coded(PASSWORD), coded(f"\0{USER}\0"),
                           TOKEN, coded(TOKEN)[:-2]):
                self.assertNotIn(secret.encode(), text)

    def password(self):
        return self.dovecot.users[USER][0]

    def expose(self, command=None):
        """Sends the password in clear, in one go as a careless program does."""
        with self.nothing_reaches_the_backend():
            peer = self.plain(self.gateway)
            peer.send((command or f"USER {USER}\r\nPASS {self.password()}").encode() + b"\r\n")
            reply = peer.read_line()
            if not command:
                reply = peer.read_line()
            self.assertIn(UNPROTECTED, reply)
            return self.story(peer)

    def log_in(self, password=None, user=USER):
        """By STLS; the answer to PASS and the session's lines."""
        peer = self.secure(self.gateway)
        peer.command(f"USER {user}")
        reply = peer.command(f"PASS {password or self.password()}")
        return reply, self.story(peer)


class Warned(Exposure):
    def test_it_is_named_once_and_again_when_it_is_in_use(self):
        story = self.expose()
        self.assertEqual(self.events(story), ["policy_denied", "secret_exposed", "session"])
        self.assertEqual(why(story[1]), EXPOSED_IN_CLEAR)
        for _ in range(2):
            reply, story = self.log_in()
            self.assertEqual(reply, b"+OK logged in")
            self.assertEqual(self.events(story), ["exposed_credential_in_use", "session"])
            self.assertEqual(why(story[0]), IN_USE)
            self.assertIn(story[0]["tls"], ("TLSv1.2", "TLSv1.3"))

    def test_every_way_to_show_it_and_every_client_to_use_it(self):
        plain = coded(f"\0{USER}\0{self.password()}")
        for command in (f"AUTH PLAIN {plain}", f"AUTH LOGIN {coded(USER)}\r\n"
                        f"{coded(self.password())}"):
            with self.subTest(command.split()[1]):
                peer = self.plain(self.gateway)
                peer.send(command.encode() + b"\r\n")
                until(lambda: UNPROTECTED in peer.read_line(), "it is said")
                self.assertIn("secret_exposed", self.events(self.story(peer)))
        for client in (Curl, Fetchmail, Mpop, Poplib, OpensslClient):
            with self.subTest(client=client.__name__):
                story = self.reads(client(), self.wire("pop3s"), "implicit",
                                   password=self.password())
                self.assertEqual(self.events(story), ["exposed_credential_in_use", "session"])

    def test_another_password_was_not_seen(self):
        self.expose("PASS something else")
        self.assertEqual(self.events(self.log_in()[1]), ["session"])

    def test_a_wrong_password_under_tls_is_only_wrong(self):
        """Nobody learns by trying whether a password that was seen is the right one."""
        peer = self.plain(self.gateway)
        peer.send(f"USER {USER}\r\nPASS not mine\r\n".encode())
        peer.read_line()
        self.assertIn(UNPROTECTED, peer.read_line())
        self.story(peer)
        reply, story = self.log_in("not mine")
        self.assertEqual(reply, b"-ERR [AUTH] login failed")
        self.assertEqual(self.events(story), ["auth_failed", "session"])

    def test_a_token_in_clear_is_named_and_not_written(self):
        text = toml(self.tap.address, [self.certificate], log={"level": "debug"},
                    policy={"mechanisms": ["USER", "XOAUTH2"]})
        self.assertEqual(self.gateway.reload(text)["level"], "info")
        token = coded(f"user={USER}\1auth=Bearer {TOKEN}\1\1")
        story = self.expose(f"AUTH XOAUTH2 {token}")
        self.assertEqual(why(story[0]), {**EXPOSED_IN_CLEAR, "mech": "XOAUTH2"})

    def test_a_restart_forgets_where_nothing_is_kept(self):
        self.expose()
        self.assertEqual(self.events(self.log_in()[1]), ["exposed_credential_in_use", "session"])
        self.nothing_is_written()
        self.gateway = self.gateway_at(f"{self.id()}-again")
        self.assertEqual(self.events(self.log_in()[1]), ["session"])

    def test_the_report_tells_whose_it_is_and_that_it_is_in_use(self):
        self.expose()
        self.log_in()
        log = os.path.join(self.gateway.directory, "stderr")
        done = subprocess.run([program(), "report", "exposed", log], capture_output=True,
                              text=True, check=True)
        self.assertRegex(done.stdout, rf"\b{USER}\b")
        self.assertNotIn("not seen", done.stdout)


class Kept(Exposure):
    """What is known outlives a restart."""

    policy = {"exposed": "deny"}

    def setUp(self):
        super().setUp()
        self.restart()

    def kept(self, name="logins"):
        with open(os.path.join(self.state, name), "rb") as file:
            return file.read()

    def test_a_password_is_refused_after_a_restart_in_any_spelling_of_the_name(self):
        self.expose()
        self.restart()
        for user in (USER, USER.upper()):
            reply, story = self.log_in(user=user)
            self.assertEqual(reply, BANISHED)
            self.assertEqual(self.events(story), ["exposed_credential_in_use", "session"])
        self.restart()
        self.assertEqual(self.log_in()[0], BANISHED)
        self.assertEqual(self.gateway.log_events("state"), [])

    def test_what_is_kept_shows_nothing(self):
        self.expose()
        self.restart(policy={"exposed": "warn"})
        self.assertEqual(self.log_in()[0], b"+OK logged in")
        self.nothing_is_written()
        names = sorted(os.listdir(self.state))
        self.assertEqual(names, ["key", "lock", "logins"])
        self.assertEqual(os.stat(self.state).st_mode & 0o7777, 0o700)
        for name in names:
            self.assertEqual(os.stat(os.path.join(self.state, name)).st_mode & 0o7777, 0o600)
            text = self.kept(name)
            for seen in (self.password(), coded(self.password()), USER, coded(USER), "127.0.0",
                         "\x7f\0\0\1"):
                self.assertNotIn(seen.encode().lower(), text.lower(), name)
        self.assertGreater(len(self.kept()), 60)

    def test_a_damaged_file_is_told_and_left_behind(self):
        self.expose()
        self.nothing_is_written()
        damaged = self.kept()[:-1]
        with open(os.path.join(self.state, "logins"), "wb") as file:
            file.write(damaged)
        self.restart()
        line = self.gateway.wait_for_log("state", level="warn")
        self.assertIn("logins is damaged", line["msg"])
        self.assertEqual(self.kept("logins.damaged"), damaged)
        self.assertEqual(self.log_in()[0], b"+OK logged in")
        self.expose()
        self.restart()
        self.assertEqual(self.gateway.log_events("state"), [])
        self.assertEqual(self.log_in()[0], BANISHED)

    def test_a_second_process_keeps_nothing_and_says_so(self):
        other = self.gateway_at(f"{self.id()}-other", self.state)
        self.assertIn("another process", other.wait_for_log("state", level="warn")["msg"])
        self.expose()
        self.restart()
        self.assertEqual(self.log_in()[0], BANISHED)

    def test_a_directory_that_cannot_be_made_is_a_warning(self):
        self.nothing_is_written()
        self.gateway = self.gateway_at(f"{self.id()}-nowhere", "/proc/postern")
        self.gateway.wait_for_log("state", level="warn")
        self.expose()
        self.assertEqual(self.log_in()[0], BANISHED)

    def test_another_directory_needs_a_restart(self):
        text = toml(self.tap.address, [self.certificate], state_dir=self.state + "-other")
        self.assertEqual(self.gateway.reload(text)["level"], "info")
        said = [line["msg"] for line in self.gateway.log_events("reload", level="warn")]
        self.assertIn("`server.state_dir` has changed, which needs a restart", "\n".join(said))
        self.assertFalse(os.path.exists(self.state + "-other"))


class LetThrough(Exposure):
    """In report-only nobody is refused for want of TLS, and the password is out all the same."""

    policy = {"mode": "report-only", "exposed": "deny"}

    def test_it_is_exposed_and_remembered(self):
        for _ in range(2):
            peer = self.plain(self.gateway).login(USER, self.password())
            story = self.story(peer)
            self.assertEqual(self.events(story),
                             ["policy_would_deny", "secret_exposed", "session"])
            self.assertEqual(why(story[1]), LET_THROUGH)
            self.assertEqual(story[-1]["secret_sent"], "yes")
        self.assertEqual(self.log_in()[0], BANISHED)
        log = os.path.join(self.gateway.directory, "stderr")
        done = subprocess.run([program(), "report", "exposed", "--json", log],
                              capture_output=True, check=True)
        row, = json.loads(done.stdout)["tables"]["exposed"]
        self.assertEqual((row["user"], row["count"], row["still_used"]), (USER, 2, "yes"))


class Denied(Exposure):
    policy = {"exposed": "deny"}

    def test_it_is_refused_until_it_is_changed(self):
        self.expose()
        for _ in range(2):
            reply, story = self.log_in()
            self.assertEqual(reply, BANISHED)
            self.assertEqual(self.events(story), ["exposed_credential_in_use", "session"])
            self.assertEqual(why(story[0]), {**IN_USE, "decision": "deny"})
        old = self.password()
        self.dovecot.change_password(USER, old + " twice")
        self.assertEqual(self.log_in(old)[0], b"-ERR [AUTH] login failed")
        reply, story = self.log_in()
        self.assertEqual(reply, b"+OK logged in")
        self.assertEqual(self.events(story), ["session"])

    def test_mail_programs_show_why(self):
        self.expose()
        for client in (Fetchmail, Mpop, Poplib):
            with self.subTest(client=client.__name__):
                account = self.account(self.wire("pop3s"), "implicit", password=self.password())
                done = client().try_to_read(account, self.directory)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(BANISHED[5:], done.stdout + done.stderr)
