# SPDX-License-Identifier: Apache-2.0
"""A world for the policy: who gets in from where and how, and what the log says about it.

Real clients are told to fetch everything through a tap, which shows what an eavesdropper
would have read and may speak from another loopback address. A story is all that the log
has about one session, from its first line to the one at its end.
"""

import contextlib
import tempfile

from support import mail_clients
from support.mail_clients import Account
from support.tap import Tap
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

REASONS = ("level", "user", "mech", "rule", "decision", "mode", "reason")

DENIED_IN_CLEAR = {"level": "info", "user": USER, "mech": "USER", "rule": "policy.login",
                   "decision": "deny", "mode": None, "reason": "cleartext_auth_disabled"}
EXPOSED_IN_CLEAR = {**DENIED_IN_CLEAR, "level": "warn"}
WOULD_DENY = {**DENIED_IN_CLEAR, "level": "warn", "decision": "would_deny",
              "mode": "report-only"}
LET_THROUGH = {**WOULD_DENY, "decision": "allowed"}

TEXT = b'[SYS/PERM] TLS is required: choose "SSL/TLS" on port 995 or "STARTTLS" in your mail'
UNPROTECTED = b"Your password was sent unprotected; please change it."


def why(line):
    """The fields of a line that say who was judged, how and why."""
    return {key: line.get(key) for key in REASONS}


class PolicyWorld(DovecotWorld):
    """Dovecot behind a tap, a gateway, and real clients before it."""

    def setUp(self):
        self.seen = {}  # gateway -> lines that were there before the test
        self.look_from_now_on(self.gateway)

    def look_from_now_on(self, gateway):
        self.seen[gateway] = len(gateway.log_events())

    def gateway_with(self, name, **configuration):
        gateway = self.start_gateway(self.tap.address, self.addCleanup, name, **configuration)
        self.look_from_now_on(gateway)
        return gateway

    @contextlib.contextmanager
    def nothing_reaches_the_backend(self):
        """The tap, the only way there, sees no connection meanwhile. What Dovecot still writes
        about those before does not count."""
        before = self.tap.settle()
        yield
        self.assertEqual(self.tap.settle(), before, "the backend was reached")

    # The log

    def story(self, peer, gateway=None):
        """Ends a raw peer's session; all its lines but that of a login that went well, which the
        session's tells again. That is the last one."""
        origin = peer.origin
        peer.close()
        return self.story_of(origin, gateway)

    def story_of(self, origin, gateway=None):
        """`origin` is the client's own address and port."""
        return until(lambda: self._told(gateway or self.gateway, *origin), "the session is over")

    def _told(self, gateway, ip, port):
        lines = [line for line in gateway.log_events()[self.seen[gateway]:]
                 if (line.get("rip"), line.get("rport")) == (ip, str(port))
                 and line["event"] != "login"]
        # A connection that was turned away had no session: its one line is about the limit.
        over = lines and (lines[-1]["event"] == "session" or "sid" not in lines[-1])
        return lines if over else None

    def events(self, story):
        return [line["event"] for line in story]

    # Real clients

    def wire(self, door, gateway=None, source=None):
        """A tap before a door."""
        tap = Tap((gateway or self.gateway).address(door), source=source)
        self.addCleanup(tap.close)
        return tap

    def account(self, wire, way, user=USER, password=PASSWORD):
        return Account(wire.address, way, self.authority.ca_file, user, password)

    def stories(self, wire, gateway=None):
        """Of all sessions that came through a tap whose clients have ended."""
        return [self.story_of(origin, gateway) for origin in wire.origins]

    def reads(self, client, wire, way, gateway=None, **whose):
        """The client gets the whole mailbox; the story of the one session that it took."""
        count = len(self.messages())
        with tempfile.TemporaryDirectory() as directory:
            place = self.context if isinstance(client, mail_clients.Poplib) else directory
            mail = client.read(self.account(wire, way, **whose), place, count)
        self.assertEqual(len(mail), count)
        story, = self.stories(wire, gateway)
        self.assertEqual(story[-1]["retr"], str(count), story)
        return story

    def is_refused(self, client, wire, way, gateway=None, **whose):
        """It fails, and the backend hears nothing; what it said, and the stories."""
        with tempfile.TemporaryDirectory() as directory, self.nothing_reaches_the_backend():
            done = client.try_to_read(self.account(wire, way, **whose), directory)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stdout + done.stderr, self.stories(wire, gateway)
