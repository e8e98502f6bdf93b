# SPDX-License-Identifier: Apache-2.0
"""What `postern explain` foretells, and what then happens to a client that does the same to the
running gateway: the replies, the line in the log, and what Dovecot hears."""

import base64
import hashlib
import hmac
import itertools
import json
import ssl
import subprocess

from support import logfmt
from support.gateway import program
from support.policy_world import PolicyWorld
from support.raw_peer import RawPeer
from support.world import PASSWORD

USERS = ("alice", "bob")
MECHANISMS = ("USER", "PLAIN", "LOGIN", "CRAM-MD5")
WAYS = (("pop3s", "1.2"), ("pop3s", "1.3"), ("pop3", "none"), ("pop3", "1.2"), ("pop3", "1.3"))
SOURCES = tuple(f"127.0.0.{last}" for last in range(1, 7))
EXCEPTIONS = (
    {"networks": ["127.0.0.2"], "login": "plaintext-allowed", "comment": "scanners"},
    {"networks": ["127.0.0.3"], "mode": "report-only"},
    {"networks": ["127.0.0.4"], "users": ["ali*"], "login": "plaintext-allowed"},
    {"networks": ["127.0.0.5"], "min_version": "1.3"},
    {"networks": ["127.0.0.6"], "login": "tls-for-plaintext", "listeners": ["pop3"]},
)
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
ON_EVERY_LINE = ("ts", "sid", "rport", "lip", "lport", "sni", "cipher", "alpn", "resumed")


def coded(text):
    return base64.b64encode(text.encode()).decode()


class Explain(PolicyWorld):
    names = USERS
    mechanisms = "plain cram-md5"
    configuration = {"exceptions": EXCEPTIONS, "auth_failures": {"delay": "0s"},
                     "policy": {"login": "tls-required",
                                "mechanisms": ["USER", "PLAIN", "CRAM-MD5"]}}

    def foretold(self, *options):
        done = subprocess.run(
            [program(), "explain", "--json", "-c", self.gateway.config_file, *options],
            capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    def reached(self, source, door, version):
        """A peer with its greeting read; None where the handshake fails."""
        peer = RawPeer(self.gateway.address(door), source=source)
        self.addCleanup(peer.close)
        self.origin = peer.origin
        if door == "pop3":
            self.greeted(peer)
        if version == "none":
            return peer
        if door == "pop3":
            self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        context = self.authority.client_context()
        context.maximum_version = VERSIONS[version]
        try:
            peer.start_tls(context)
        except (ssl.SSLError, ConnectionError):
            return None
        if door == "pop3s":
            self.greeted(peer)
        return peer

    def answers(self, mechanism, user):
        """What a client says, line by line; a function answers a challenge."""
        def cram(challenge):
            digest = hmac.new(PASSWORD.encode(), base64.b64decode(challenge[2:]), hashlib.md5)
            return coded(f"{user} {digest.hexdigest()}")

        return {"USER": (f"USER {user}", f"PASS {PASSWORD}"),
                "PLAIN": ("AUTH PLAIN", coded(f"\0{user}\0{PASSWORD}")),
                "LOGIN": ("AUTH LOGIN", coded(user), coded(PASSWORD)),
                "CRAM-MD5": ("AUTH CRAM-MD5", cram)}[mechanism]

    def talk(self, peer, mechanism, user):
        replies = []
        for line in self.answers(mechanism, user):
            said = line if isinstance(line, str) else line(replies[-1])
            replies.append(peer.command(said).decode())
            if not replies[-1].startswith("+"):
                break
        return replies

    def told(self, gateway_line):
        return {key: value for key, value in gateway_line.items() if key not in ON_EVERY_LINE}

    def compare(self, source, door, version, mechanism, user):
        foretold = self.foretold("--ip", source, "--listener", door, "--tls", version,
                                 "--mech", mechanism, "--user", user)
        before = self.tap.settle()
        self.look_from_now_on(self.gateway)  # an earlier session may have had the same port
        peer = self.reached(source, door, version)
        replies = self.talk(peer, mechanism, user) if peer else []
        if peer:
            peer.close()
        lines = self.story_of(self.origin)
        self.assertEqual(len(replies), len(foretold["talk"]))
        self.assertEqual([reply[:2] for reply in replies],
                         [turn["reply"][:2] for turn in foretold["talk"]])
        if replies:  # a challenge is the backend's own
            self.assertEqual(replies[-1], foretold["reply"])
        # Nobody's past is foretold: the password was let through in clear in an earlier case.
        past = ("session", "exposed_credential_in_use")
        events = [line for line in lines if line["event"] not in past]
        lines = [logfmt.parse(line) for line in foretold["log"]]
        self.assertEqual([self.told(line) for line in events], [self.told(line) for line in lines])
        self.assertEqual(self.tap.settle() > before, bool(foretold["backend"]))
        return foretold["decision"]

    def test_it_is_what_happens(self):
        decisions = []
        for case in itertools.product(SOURCES, WAYS, MECHANISMS, USERS):
            source, (door, version), mechanism, user = case
            with self.subTest(source=source, door=door, tls=version, mech=mechanism, user=user):
                decisions.append(self.compare(source, door, version, mechanism, user))
        self.assertEqual(len(decisions), 240)
        self.assertEqual(set(decisions), {"allow", "deny", "would_deny"})

    def test_a_command_after_login(self):
        self.gateway.reload(self.with_policy(commands="read-only"))
        for command in ("STAT", "LIST 1", "DELE 1", "RETR x", "XTND", "NOOP"):
            with self.subTest(command):
                foretold = self.foretold("--ip", "127.0.0.1", "--listener", "pop3s", "--user",
                                         "alice", "--command", command)["command"]
                peer = self.implicit().login("alice", PASSWORD)
                reply = peer.command(command).decode()
                peer.close()
                self.assertTrue(foretold["reached"])
                if foretold["backend"]:
                    self.assertEqual(foretold["backend"], command)
                    self.assertTrue(reply.startswith("+OK"), reply)
                else:
                    self.assertEqual(reply, foretold["reply"])

    def with_policy(self, **policy):
        with open(self.gateway.config_file, encoding="utf-8") as file:
            text = file.read()
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in policy.items())
        return text.replace("[policy]\n", "[policy]\n" + lines)
