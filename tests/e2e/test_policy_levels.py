# SPDX-License-Identifier: Apache-2.0
"""The three levels, where each holds and for whom, with every real client: who reads mail, who
is told what, what the log says, and that the backend hears of nobody who is denied."""

import datetime
import json
import os
import subprocess

from support.configuration import DOORS, toml
from support.gateway import program
from support.mail_clients import Curl, Fetchmail, Mpop, OpensslClient, Poplib
from support.policy_world import (DENIED_IN_CLEAR, EXPOSED_IN_CLEAR, LET_THROUGH, TEXT,
                                  UNPROTECTED, WOULD_DENY, PolicyWorld, why)
from support.waiting import until
from support.world import PASSWORD, USER

SPOKEN = (Fetchmail, Mpop, Poplib)  # these try USER whatever CAPA lists
IN_CLEAR = (Curl, *SPOKEN)
EVERY = (*IN_CLEAR, OpensslClient)
NO_DELAY = {"delay": "0s"}
MECHANISMS = ["USER", "PLAIN", "LOGIN", "CRAM-MD5"]


class EachLevel:
    """For a mixin: what holds at every level."""

    def test_every_client_reads_its_mail_under_tls(self):
        for way, door in (("implicit", "pop3s"), ("stls", "pop3")):
            for client in EVERY:
                with self.subTest(client=client.__name__, way=way):
                    story = self.reads(client(), self.wire(door), way)
                    self.assertEqual(self.events(story), ["session"])
                    self.assertIn(story[-1]["tls"], ("TLSv1.2", "TLSv1.3"))

    def test_no_client_gets_in_with_a_wrong_password(self):
        for client in (Curl, Fetchmail, Mpop, Poplib):
            with self.subTest(client=client.__name__):
                account = self.account(self.wire("pop3"), "stls", password="wrong")
                done = client().try_to_read(account, self.directory)
                self.assertNotEqual(done.returncode, 0)


class Refusing(EachLevel):
    """For a mixin: a level that takes no password in clear."""

    def test_clients_that_try_are_told_at_user(self):
        for client in (Fetchmail(auth="password"), Mpop(), Poplib()):
            with self.subTest(client=type(client).__name__):
                wire = self.wire("pop3")
                said, stories = self.is_refused(client, wire, "clear")
                self.assertIn(TEXT, said)
                self.assertNotIn(PASSWORD.encode(), wire.sent_to_server())
                for story in stories:
                    self.assertEqual(self.events(story), ["policy_denied", "session"])
                    self.assertEqual(why(story[0]), DENIED_IN_CLEAR)
                    self.assertEqual((story[0]["listener"], story[0]["tls"]), ("pop3", "-"))
                    self.assertEqual(story[-1]["secret_sent"], "no")

    def test_a_pipelined_password_is_exposed_and_goes_nowhere(self):
        with self.nothing_reaches_the_backend():
            peer = self.plain(self.gateway)
            peer.send(f"USER {USER}\r\nPASS of another door\r\n".encode())
            self.assertIn(TEXT, peer.read_line())
            self.assertIn(UNPROTECTED, peer.read_line())
            story = self.story(peer)
        self.assertEqual(self.events(story), ["policy_denied", "secret_exposed", "session"])
        self.assertEqual(why(story[0]), DENIED_IN_CLEAR)
        self.assertEqual(why(story[1]), EXPOSED_IN_CLEAR)
        self.assertEqual(story[-1]["secret_sent"], "yes")


class TlsRequired(Refusing, PolicyWorld):
    mechanisms = "plain cram-md5"
    configuration = {"auth_failures": NO_DELAY,
                     "policy": {"login": "tls-required", "mechanisms": MECHANISMS}}

    def test_curl_finds_no_way_in_clear(self):
        said, (story,) = self.is_refused(Curl(), self.wire("pop3"), "clear")
        self.assertIn(b"No known authentication mechanisms supported", said)
        self.assertEqual(self.events(story), ["session"])
        self.assertEqual(story[-1]["reason"], "no_auth_attempts")

    def test_not_even_a_mechanism_that_shows_no_password(self):
        with self.nothing_reaches_the_backend():
            peer = self.plain(self.gateway)
            self.assertIn(TEXT, peer.command("AUTH CRAM-MD5"))
            story = self.story(peer)
        self.assertEqual(self.events(story), ["policy_denied", "session"])
        self.assertEqual(why(story[0]), {**DENIED_IN_CLEAR, "user": None, "mech": "CRAM-MD5"})


class TlsForPlaintext(Refusing, PolicyWorld):
    mechanisms = "plain cram-md5"
    configuration = {"auth_failures": NO_DELAY,
                     "policy": {"login": "PlainTextAuthentication", "mechanisms": MECHANISMS}}

    def test_some_clients_take_by_themselves_what_shows_no_password(self):
        for client in (Curl, Fetchmail):
            with self.subTest(client=client.__name__):
                wire = self.wire("pop3")
                story = self.reads(client(), wire, "clear")
                self.assertEqual(self.events(story), ["session"])
                self.assertEqual((story[-1]["mech"], story[-1]["tls"]), ("CRAM-MD5", "-"))
                self.assertNotIn(PASSWORD.encode(), wire.sent_to_server())


class PlaintextAllowed(EachLevel, PolicyWorld):
    configuration = {"auth_failures": NO_DELAY, "policy": {"login": "plaintext-allowed"}}

    def test_every_client_reads_its_mail_in_clear(self):
        for client in IN_CLEAR:
            with self.subTest(client=client.__name__):
                story = self.reads(client(), self.wire("pop3"), "clear")
                self.assertEqual(self.events(story), ["session"])
                self.assertEqual((story[-1]["tls"], story[-1]["user"]), ("-", USER))


class EachListener(PolicyWorld):
    """One policy, and listeners with levels of their own."""

    configuration = {"doors": (*DOORS,
                               ("hashed", "stls", ("127.0.0.1:0",), {"login": "tls-for-plaintext"}),
                               ("open", "stls", ("127.0.0.1:0",), {"login": "PlainTextLogin"})),
                     "policy": {"mechanisms": ["USER", "CRAM-MD5"]}}
    mechanisms = "plain cram-md5"

    def test_the_strict_one(self):
        _, stories = self.is_refused(Mpop(), self.wire("pop3"), "clear")
        self.assertEqual(why(stories[0][0]), DENIED_IN_CLEAR)

    def test_the_one_for_mechanisms_that_show_no_password(self):
        _, stories = self.is_refused(Mpop(), self.wire("hashed"), "clear")
        self.assertEqual(why(stories[0][0]), {**DENIED_IN_CLEAR, "rule": "listener.login"})
        story = self.reads(Mpop("cram-md5"), self.wire("hashed"), "clear")
        self.assertEqual((story[-1]["listener"], story[-1]["mech"]), ("hashed", "CRAM-MD5"))

    def test_the_open_one(self):
        for client in IN_CLEAR:
            with self.subTest(client=client.__name__):
                story = self.reads(client(), self.wire("open"), "clear")
                self.assertEqual(self.events(story), ["session"])
                self.assertEqual(story[-1]["listener"], "open")


class Exceptions(PolicyWorld):
    """The first that fits decides; 127.0.0.2 and the others are networks of their own."""

    names = (USER, "scanner", "director")
    configuration = {
        "exceptions": (
            {"users": ["director"], "login": "tls-required", "comment": "never, from anywhere"},
            {"networks": ["127.0.0.2/32"], "login": "plaintext-allowed"},
            {"networks": ["127.0.0.3/32"], "login": "plaintext-allowed", "expires": "2020-01-01"},
            {"networks": ["127.0.0.4/32"], "mode": "report-only"},
            {"users": ["SCAN*"], "login": "plaintext-allowed"},
        )}

    def test_a_network_gets_in(self):
        for client in (Fetchmail, Mpop, Poplib):
            with self.subTest(client=client.__name__):
                story = self.reads(client(), self.wire("pop3", source="127.0.0.2"), "clear")
                self.assertEqual(self.events(story), ["session"])
                self.assertEqual((story[-1]["rip"], story[-1]["tls"]), ("127.0.0.2", "-"))

    def test_its_neighbour_does_not(self):
        for source in ("127.0.0.1", "127.0.0.3"):
            for client in SPOKEN:
                with self.subTest(client=client.__name__, source=source):
                    wire = self.wire("pop3", source=source)
                    _, stories = self.is_refused(client(), wire, "clear")
                    self.assertEqual(why(stories[0][0]), DENIED_IN_CLEAR)

    def test_a_user_gets_in(self):
        for client in IN_CLEAR:
            with self.subTest(client=client.__name__):
                story = self.reads(client(), self.wire("pop3"), "clear", user="scanner")
                self.assertEqual(self.events(story), ["session"])

    def test_a_user_who_may_not_though_the_network_may(self):
        wire = self.wire("pop3", source="127.0.0.2")
        _, stories = self.is_refused(Poplib(), wire, "clear", user="director")
        self.assertEqual(why(stories[0][0]), {**DENIED_IN_CLEAR, "user": "director",
                                              "rule": "policy.exception[0].login"})

    def test_a_network_that_is_only_watched(self):
        story = self.reads(Mpop(), self.wire("pop3", source="127.0.0.4"), "clear")
        self.assertEqual(self.events(story), ["policy_would_deny", "secret_exposed", "session"])
        self.assertEqual(why(story[0]), WOULD_DENY)


class ReportOnly(PolicyWorld):
    """Everybody gets in; whoever would not is said once a login."""

    configuration = {"policy": {"mode": "report-only"}}

    def test_every_client_reads_its_mail_and_is_counted_once(self):
        for client in IN_CLEAR:
            with self.subTest(client=client.__name__):
                story = self.reads(client(), self.wire("pop3"), "clear")
                self.assertEqual(self.events(story),
                                 ["policy_would_deny", "secret_exposed", "session"])
                mechanism = story[-1]["mech"]
                self.assertEqual(why(story[0]), {**WOULD_DENY, "mech": mechanism})
                self.assertEqual(why(story[1]), {**LET_THROUGH, "mech": mechanism})
                self.assertEqual(story[-1]["secret_sent"], "yes")

    def test_under_tls_nothing_is_said(self):
        """To nobody whose password did not come in clear before."""
        gateway = self.gateway_with("gateway-sealed", **self.configuration)
        for client in EVERY:
            with self.subTest(client=client.__name__):
                story = self.reads(client(), self.wire("pop3", gateway), "stls", gateway)
                self.assertEqual(self.events(story), ["session"])

    def test_the_report_names_who_would_break(self):
        peer = self.plain(self.gateway).login(USER, PASSWORD)
        self.story(peer)
        log = os.path.join(self.gateway.directory, "stderr")
        done = subprocess.run([program(), "report", "plaintext", "--json", log],
                              capture_output=True, check=True)
        self.assertIn(USER, json.dumps(json.loads(done.stdout)))

    def test_it_ends_by_itself_at_its_date(self):
        gateway = self.gateway_with("gateway-dated")
        start = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=8)
        gateway.reload(toml(self.tap.address, [self.certificate], policy={
            "enforce_from": start.strftime("%Y-%m-%dT%H:%M:%SZ")}))
        story = self.story(self.plain(gateway).login(USER, PASSWORD), gateway)
        self.assertEqual(self.events(story), ["policy_would_deny", "secret_exposed", "session"])
        until(lambda: self.is_denied_now(gateway), "the policy is enforced")

    def is_denied_now(self, gateway):
        peer = self.plain(gateway)
        reply = peer.command(f"USER {USER}")
        story = self.story(peer, gateway)
        return reply.startswith(b"-ERR") and why(story[0]) == DENIED_IN_CLEAR

    def test_a_date_that_is_over_is_enforced_at_once(self):
        gateway = self.gateway_with("gateway-over", policy={"report_only_until": "2020-01-01"})
        self.is_refused(Mpop(), self.wire("pop3", gateway), "clear", gateway)


class Words(PolicyWorld):
    """What a refused client reads is the administrator's."""

    def refusal(self, command=f"USER {USER}", **policy):
        verdict = self.gateway.reload(toml(self.tap.address, [self.certificate], policy=policy))
        self.assertEqual(verdict["level"], "info")
        with self.nothing_reaches_the_backend():
            peer = self.plain(self.gateway)
            return peer, peer.command(command)

    def test_help_text_and_url(self):
        _, reply = self.refusal(help_text="Use TLS, please:", help_url="https://help.example/")
        self.assertEqual(reply, b"-ERR [SYS/PERM] Use TLS, please: https://help.example/")

    def test_only_a_url(self):
        _, reply = self.refusal(help_url="https://help.example/")
        self.assertEqual(reply, b"-ERR " + TEXT + b" program. https://help.example/")

    def test_refusal_codes(self):
        for code in ("SYS/PERM", "SYS/TEMP", "AUTH"):
            _, reply = self.refusal(refusal_code=code, help_text="no")
            self.assertEqual(reply, f"-ERR [{code}] no".encode())
        _, reply = self.refusal(refusal_code="none", help_text="no")
        self.assertEqual(reply, b"-ERR no")

    def test_each_client_shows_the_words(self):
        self.refusal(help_text="Ask the people on floor 4.")
        for client in SPOKEN:
            with self.subTest(client=client.__name__):
                said, _ = self.is_refused(client(), self.wire("pop3"), "clear")
                self.assertIn(b"Ask the people on floor 4.", said)

    def test_refuse_lets_the_client_try_stls(self):
        peer, reply = self.refusal()
        self.assertIn(TEXT, reply)
        self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        peer.start_tls(self.context).login(USER, PASSWORD)
        self.assertEqual(self.events(self.story(peer)), ["policy_denied", "session"])

    def test_disconnect_ends_it_after_the_words(self):
        peer, reply = self.refusal(on_plaintext="disconnect")
        self.assertIn(TEXT, reply)
        self.assertEqual((peer.read_to_end(), peer.ending), (b"", "clean"))
        story = self.story(peer)
        self.assertEqual(self.events(story), ["policy_denied", "session"])
        self.assertEqual(why(story[0]), DENIED_IN_CLEAR)
        self.assertEqual(story[-1]["reason"], "cleartext_auth_disabled")

    def test_disconnect_after_a_password_that_nobody_asked_for(self):
        peer, reply = self.refusal("PASS x", on_plaintext="disconnect")
        self.assertIn(UNPROTECTED, reply)
        self.assertEqual((peer.read_to_end(), peer.ending), (b"", "clean"))
        self.assertEqual(self.events(self.story(peer)), ["secret_exposed", "session"])
