# SPDX-License-Identifier: Apache-2.0
"""Listeners that share an address: the name that a client asks for decides which one it meets.

The legacy lane is for one name and speaks from TLS 1.0 on, beside a listener for all others.
"""

import json
import subprocess

from support.configuration import toml
from support.gateway import program
from support.policy_world import PolicyWorld
from support.world import PASSWORD, USER

OLD_NAME = "pop.example.test"  # in the certificate, and so is the other one
NAME = "localhost"
ANY_PORT = ("127.0.0.1:0",)
LEGACY = {"sni": [OLD_NAME], "min_version": "1.0", "profile": "legacy"}
DOORS = (("pop3s", "implicit", ANY_PORT),
         ("old", "implicit", ANY_PORT, {**LEGACY, "greeting": "Old POP3 ready"}),
         ("pop3", "stls", ("127.0.0.2:0",)),
         ("old-stls", "stls", ("127.0.0.2:0",), LEGACY))
BY_LANE = {"name": "by-lane", "listeners": ["old", "old-stls"], "backend": "legacy"}
UNKNOWN = "SSL alert number 112"  # unrecognized_name
TOO_OLD = "SSL alert number 70"  # protocol_version


class Visitors(PolicyWorld):
    def s_client(self, address, name, *options, starttls=False):
        """Logs in with openssl as far as it gets: what it was told, and what went wrong."""
        command = ["openssl", "s_client", "-quiet", "-CAfile", self.authority.ca_file,
                   "-verify_return_error", "-connect", "{}:{}".format(*address), *options,
                   *(("-servername", name) if name else ("-noservername",)),
                   *(("-starttls", "pop3") if starttls else ())]
        talk = f"USER {USER}\r\nPASS {PASSWORD}\r\nSTAT\r\nQUIT\r\n"
        done = subprocess.run(command, input=talk, capture_output=True, text=True, timeout=60,
                              check=False)
        return done.stdout.splitlines(), done.stderr

    def gets_in(self, address, name, *options, **how):
        said, errors = self.s_client(address, name, *options, **how)
        self.assertIn("+OK logged in", said, errors)
        return said

    def is_refused(self, alert, address, name, *options, **how):
        with self.nothing_reaches_the_backend():
            said, errors = self.s_client(address, name, *options, **how)
        self.assertNotIn("+OK logged in", said)
        self.assertIn(alert, errors)


def version(name, ciphers="ALL"):
    return f"-{name}", "-cipher", f"{ciphers}:@SECLEVEL=0"


class TwoLanes(Visitors):
    configuration = {"doors": DOORS, "routes": (BY_LANE,)}

    def test_tls_1_0_gets_in_on_the_legacy_lane_alone(self):
        address = self.gateway.address("pop3s")
        self.assertEqual(self.gateway.address("old"), address)
        said = self.gets_in(address, OLD_NAME, *version("tls1"))
        self.assertEqual(said[0], "+OK Old POP3 ready")
        line = self.gateway.wait_for_log("session", tls="TLSv1", lip="127.0.0.1")
        self.assertEqual((line["listener"], line["sni"], line["route"]),
                         ("old", OLD_NAME, "by-lane"))
        for name in (NAME, None):
            self.is_refused(TOO_OLD, address, name, *version("tls1"))
            self.is_refused(TOO_OLD, address, name, *version("tls1_1"))
        line = self.gateway.wait_for_log("tls_failed", sni=NAME, lip="127.0.0.1")
        self.assertEqual((line["listener"], line["msg"]), ("pop3s", "unsupported protocol"))

    def test_what_others_get_is_as_without_a_lane(self):
        address = self.gateway.address("pop3s")
        said = self.gets_in(address, NAME, "-tls1_3")
        self.assertEqual(said[0], "+OK POP3 ready")
        line = self.gateway.wait_for_log("session", tls="TLSv1.3", sni=NAME, lip="127.0.0.1")
        self.assertEqual((line["listener"], line.get("route")), ("pop3s", None))
        self.gets_in(address, OLD_NAME, *version("tls1_2", "ECDHE-ECDSA-AES128-SHA"))
        self.is_refused("SSL alert number 40", address, NAME,
                        *version("tls1_2", "ECDHE-ECDSA-AES128-SHA"))

    def test_stls_leads_there_too(self):
        address = self.gateway.address("pop3", "127.0.0.2")
        self.gets_in(address, OLD_NAME, *version("tls1"), starttls=True)
        line = self.gateway.wait_for_log("session", lip="127.0.0.2", tls="TLSv1")
        self.assertEqual((line["listener"], line["stls"], line["route"]),
                         ("old-stls", "yes", "by-lane"))
        self.is_refused(TOO_OLD, address, NAME, *version("tls1"), starttls=True)
        self.gets_in(address, NAME, starttls=True)
        line = self.gateway.wait_for_log("session", lip="127.0.0.2", tls="TLSv1.3")
        self.assertEqual(line["listener"], "pop3")

    def test_before_tls_the_listener_for_all_stands(self):
        peer = self.plain(self.gateway_address_of_stls())
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"-ERR [SYS/PERM]"))
        self.assertEqual(self.story(peer)[-1]["listener"], "pop3")

    def gateway_address_of_stls(self):
        """As plain() asks for it."""
        gateway = self.gateway

        class Door:
            @staticmethod
            def address(door):
                return gateway.address(door, "127.0.0.2")
        return Door

    def test_a_ticket_of_one_lane_never_resumes_in_another(self):
        ticket = self.path("ticket")
        for old in (OLD_NAME, NAME):
            new = NAME if old == OLD_NAME else OLD_NAME
            address = self.gateway.address("pop3s")
            self.gets_in(address, old, "-tls1_2", "-sess_out", ticket)
            self.gets_in(address, new, "-tls1_2", "-sess_in", ticket)
            self.gets_in(address, old, "-tls1_2", "-sess_in", ticket)
            self.gateway.wait_for_log("session", sni=old, resumed="yes")
            self.assertEqual([line for line in self.gateway.log_events("session", sni=new)
                              if line["resumed"] == "yes" and old == OLD_NAME], [])

    def explained(self, *options):
        done = subprocess.run([program(), "explain", "--json", "-c", self.gateway.config_file,
                               "--ip", "127.0.0.1", "--listener", "pop3s", *options],
                              capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    def test_explain_tells_the_same(self):
        told = self.explained("--sni", OLD_NAME, "--tls", "1.0")
        self.assertEqual((told["decision"], told["client"]["listener"], told["route"]["route"]),
                         ("allow", "old", "by-lane"))
        for name in (NAME, ""):
            told = self.explained("--sni", name, "--tls", "1.0")
            self.assertEqual((told["decision"], told["client"]["listener"]), ("deny", "pop3s"))
            self.assertIn("unsupported protocol", told["log"][0])


class Changing(Visitors):
    """A reload moves a name from one lane to another; the sockets stay."""

    configuration = {"doors": DOORS}

    def test_a_reload_moves_names(self):
        address = self.gateway.address("old")
        self.is_refused(TOO_OLD, address, NAME, *version("tls1"))
        moved = [(*door[:3], {**door[3], "sni": [NAME]}) if len(door) > 3 else door
                 for door in DOORS]
        self.reloads(moved)
        self.gets_in(address, NAME, *version("tls1"))
        self.is_refused(TOO_OLD, address, OLD_NAME, *version("tls1"))
        self.reloads([door for door in DOORS if len(door) == 3])
        self.is_refused(TOO_OLD, address, NAME, *version("tls1"))
        self.gets_in(address, OLD_NAME)

    def reloads(self, doors):
        verdict = self.gateway.reload(toml(self.tap.address, [self.certificate], doors=doors))
        self.assertEqual(verdict["level"], "info", verdict)


class NobodyForTheOthers(Visitors):
    """Without a listener for all names, one that is nobody's is refused by name."""

    configuration = {"doors": DOORS[1:2]}

    def test_a_name_that_is_nobodys_is_refused(self):
        address = self.gateway.address("old")
        for protocol in ("-tls1_2", "-tls1_3"):
            for name in (NAME, None):
                self.is_refused(UNKNOWN, address, name, protocol)
        line = self.gateway.wait_for_log("tls_failed", sni=NAME)
        self.assertEqual(line["msg"], "unknown server name")
        self.gets_in(address, OLD_NAME)
        verdict = [line for line in self.gateway.log_events("start") if line["level"] == "warn"]
        self.assertTrue(any("nobody is served who asks for another name" in line["msg"]
                            for line in verdict), verdict)
