# SPDX-License-Identifier: Apache-2.0
"""The oldest TLS version, for everybody and for the networks that are still allowed an older one;
openssl s_client speaks as old as it is told to."""

import json
import os
import subprocess

from support.gateway import program
from support.policy_world import PolicyWorld, why
from support.world import PASSWORD, USER

OLD = "127.0.0.2"
NUMBERS = {"tls1": "1.0", "tls1_1": "1.1"}
TOO_OLD = ("-ERR [SYS/PERM] TLS 1.0 is no longer accepted: TLS 1.2 or newer is required, so "
           "update your mail program.")


class Floors(PolicyWorld):
    def s_client(self, version, source, *lines, cipher="ALL", options=()):
        """Types the lines into s_client; the status and what came back."""
        host, port = self.gateway.address("pop3s")
        command = ["openssl", "s_client", "-quiet", f"-{version}", "-cipher",
                   f"{cipher}:@SECLEVEL=0", "-CAfile", self.authority.ca_file,
                   "-verify_return_error", "-connect", f"{host}:{port}", "-bind", f"{source}:0",
                   *options]
        done = subprocess.run(command, input="".join(f"{line}\r\n" for line in lines),
                              capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout.splitlines()

    def logs_in(self, version, source, **how):
        _, said = self.s_client(version, source, f"USER {USER}", f"PASS {PASSWORD}", "STAT",
                                "QUIT", **how)
        self.assertEqual(said[:3], ["+OK POP3 ready", "+OK send PASS", "+OK logged in"])
        self.assertEqual(len(said), 5, said)

    def fails(self, version, source, **how):
        with self.nothing_reaches_the_backend():
            status, said = self.s_client(version, source, "QUIT", **how)
        self.assertNotEqual(status, 0)
        self.assertEqual(said, [])


class AnOldNetwork(Floors):
    configuration = {"exceptions": ({"networks": [f"{OLD}/32"], "min_version": "1.0"},)}

    def test_it_may_use_what_others_may_not(self):
        for version, name in (("tls1", "TLSv1"), ("tls1_1", "TLSv1.1"), ("tls1_2", "TLSv1.2")):
            with self.subTest(version):
                self.logs_in(version, OLD)
                line = self.gateway.wait_for_log("session", tls=name, rip=OLD)
                self.assertEqual(line["user"], USER)

    def test_the_others_need_1_2(self):
        for version in ("tls1", "tls1_1"):
            with self.subTest(version):
                self.fails(version, "127.0.0.1")
                self.fails(version, "127.0.0.3")
        self.gateway.wait_for_log("tls_failed", rip="127.0.0.3")
        self.logs_in("tls1_2", "127.0.0.3")

    def test_the_ciphers_that_it_needs_come_along_and_nobody_else_sees_them(self):
        for cipher in ("ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA"):
            with self.subTest(cipher):
                self.logs_in("tls1_2", OLD, cipher=cipher)
                self.fails("tls1_2", "127.0.0.3", cipher=cipher)
        self.gateway.wait_for_log("tls_failed", rip="127.0.0.3", msg="no shared cipher")
        self.logs_in("tls1_2", "127.0.0.3", cipher="ECDHE-ECDSA-AES128-GCM-SHA256")

    def test_a_ticket_from_there_is_of_no_use_elsewhere(self):
        ticket = self.path("ticket")
        options = ("-sess_out", ticket)
        self.logs_in("tls1_2", OLD, options=options)
        for source, resumed in ((OLD, "yes"), ("127.0.0.4", "no")):
            self.logs_in("tls1_2", source, options=("-sess_in", ticket))
            self.gateway.wait_for_log("session", rip=source, resumed=resumed)

    def test_the_newest_is_still_taken_from_there(self):
        peer = self.secure(self.gateway, source=OLD).login(USER, PASSWORD)
        self.assertEqual(self.story(peer)[-1]["tls"], "TLSv1.3")


class AnOldUser(Floors):
    """Whose program is old is known after the handshake only: the others are told by words."""

    configuration = {"exceptions": ({"users": ["scanner"], "min_version": "1.0"},)}
    names = (USER, "scanner")

    def test_others_are_told_what_is_wrong(self):
        with self.nothing_reaches_the_backend():
            _, said = self.s_client("tls1", "127.0.0.1", f"USER {USER}", "QUIT")
        self.assertEqual(said[1], TOO_OLD)
        line = self.gateway.wait_for_log("policy_denied")
        self.assertEqual(why(line), {
            "level": "info", "user": USER, "mech": "USER", "rule": "tls.min_version",
            "decision": "deny", "mode": None, "reason": "tls_version_too_old"})

    def test_the_one_who_may_logs_in(self):
        _, said = self.s_client("tls1", "127.0.0.1", "USER scanner", f"PASS {PASSWORD}", "QUIT")
        self.assertEqual(said[2], "+OK logged in")


class TryingAHigherFloor(Floors):
    """An exception for everybody that is only reported tells who would break."""

    configuration = {"tls": {"profile": "legacy", "min_version": "1.0"},
                     "exceptions": ({"min_version": "1.2", "mode": "report-only"},)}

    def test_who_would_break_gets_in_and_is_named(self):
        self.logs_in("tls1_1", OLD)
        line = self.gateway.wait_for_log("policy_would_deny", rip=OLD)
        self.assertEqual(why(line), {
            "level": "warn", "user": USER, "mech": "USER",
            "rule": "policy.exception[0].min_version", "decision": "would_deny",
            "mode": "report-only", "reason": "tls_version_too_old"})
        self.logs_in("tls1_2", "127.0.0.3")
        self.gateway.wait_for_log("session", rip="127.0.0.3")
        self.assertEqual(self.gateway.log_events("policy_would_deny", rip="127.0.0.3"), [])


class ToldInWords(Floors):
    """A version that is too old gets a handshake, to be told so, and a login in no mode."""

    configuration = {"tls": {"old_version": "refuse-login"}, "policy": {"mode": "report-only"},
                     "exceptions": ({"networks": [f"{OLD}/32"], "min_version": "1.1"},)}

    def is_told(self, version, source, floor, **how):
        lines = ("CAPA", f"USER {USER}", f"PASS {PASSWORD}", "AUTH PLAIN", "QUIT")
        with self.nothing_reaches_the_backend():
            _, said = self.s_client(version, source, *lines, **how)
        told = (f"-ERR [SYS/PERM] TLS {NUMBERS[version]} is no longer accepted: TLS {floor} or newer "
                "is required, so update your mail program.")
        listed = ["TOP", "UIDL", "USER", "RESP-CODES", "AUTH-RESP-CODE"]
        self.assertEqual(said, ["+OK POP3 ready", "+OK capability list follows", *listed, ".",
                                told, told, told, "+OK bye"])

    def test_who_is_too_old_reads_it_and_is_named(self):
        for version, name, source in (("tls1", "TLSv1", "127.0.0.3"),
                                      ("tls1_1", "TLSv1.1", "127.0.0.4")):
            with self.subTest(version):
                self.is_told(version, source, "1.2")
                line = self.gateway.wait_for_log("policy_denied", rip=source)
                self.assertEqual((line["tls"], line["user"], line["rule"], line["reason"]),
                                 (name, USER, "tls.min_version", "tls_version_too_old"))
                line = self.gateway.wait_for_log("session", rip=source)
                self.assertEqual((line["tls"], line.get("backend")), (name, None))
        log = os.path.join(self.gateway.directory, "stderr")
        done = subprocess.run([program(), "report", "tls", "--json", log], capture_output=True,
                              check=True)
        below = [row for row in json.loads(done.stdout)["tables"]["tls_below"] if row["user"] == USER]
        self.assertIn(("TLSv1", ["refused"]),
                      [(row["version"], row["outcome"]) for row in below])

    def test_its_ciphers_are_its_own(self):
        self.is_told("tls1", "127.0.0.5", "1.2", cipher="ECDHE-ECDSA-AES256-SHA")
        self.fails("tls1_2", "127.0.0.5", cipher="ECDHE-ECDSA-AES256-SHA")
        peer = self.secure(self.gateway, source="127.0.0.5").login(USER, PASSWORD)
        self.assertEqual(self.story(peer)[-1]["tls"], "TLSv1.3")

    def test_the_floor_of_a_network_is_what_is_too_old_there(self):
        self.logs_in("tls1_1", OLD)
        self.is_told("tls1", OLD, "1.1")

    def test_a_session_of_a_network_that_may_is_not_resumed_elsewhere(self):
        ticket = self.path("ticket")
        self.logs_in("tls1_1", OLD, options=("-sess_out", ticket))
        self.is_told("tls1_1", "127.0.0.6", "1.2", options=("-sess_in", ticket))
        line = self.gateway.wait_for_log("session", rip="127.0.0.6")
        self.assertEqual(line["resumed"], "no")
