# SPDX-License-Identifier: Apache-2.0
"""What testssl.sh finds at both doors: nothing above LOW with the default profile, for an ECDSA and
an RSA certificate, and the versions that `modern` and `legacy` stand for.

It speaks for minutes, so both doors are looked at side by side, and what is shipped alone, not what
a sanitizer makes slow.
"""

import json
import subprocess
import unittest

from support import process
from support.gateway import program
from support.world import DovecotWorld

ANY_PORT = ("127.0.0.1:0",)
DOORS = (("pop3s", "implicit", ANY_PORT), ("pop3", "stls", ANY_PORT))
WAYS = {"pop3s": (), "pop3": ("--starttls", "pop3")}
SANITIZED = process.keeps_freed_memory(program())
VERSIONS = ("--protocols",)
LOOKS = ("--protocols", "--standard", "--pfs", "--server-defaults", "--vulnerable")
BAD = ("MEDIUM", "HIGH", "CRITICAL", "FATAL")

# What is true of the throw-away authority of a test, and no matter of postern's.
NOT_OURS = {
    "cert_ocspURL": "it runs no responder,",
    "cert_crlDistributionPoints": "and has no list of what it revoked",
    "cert_revocation": "neither of both",
}


@unittest.skipIf(SANITIZED, "too slow with a sanitizer; done with the release build")
class Scans(DovecotWorld):
    looks = LOOKS
    doors = DOORS

    @classmethod
    def setUpClass(cls):
        cls.configuration = {**cls.configuration, "doors": cls.doors}
        super().setUpClass()
        runs = {door: cls.begin(door) for door, *_ in cls.doors}
        cls.found = {door: cls.end(door, run) for door, run in runs.items()}

    @classmethod
    def start_gateway(cls, address, keep, name="gateway", **configuration):
        pairs = [cls.certificate, cls.authority.issue("rsa", "rsa")]
        return super().start_gateway(address, keep, name, certificates=pairs, **configuration)

    @classmethod
    def begin(cls, door):
        _, port = cls.gateway.address(door)
        command = ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none",
                   "--ip", "127.0.0.1", "--add-ca", cls.authority.ca_file, "--jsonfile",
                   cls.path(f"{door}.json"), *WAYS[door], *cls.looks, f"localhost:{port}"]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, cwd=cls.directory)

    @classmethod
    def end(cls, door, run):
        with run:
            said, _ = run.communicate()
        with open(cls.path(f"{door}.json"), encoding="utf-8") as file:
            found = {one["id"]: one for one in json.load(file)}
        if "SSLv3" not in found or "interrupted" in found.get("scanTime", {}).get("finding", ""):
            raise AssertionError(f"testssl did not come to its end:\n{said}")
        return found

    def offered(self, door):
        """The versions that the server speaks."""
        names = ("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3")
        return [name for name in names
                if self.found[door][name]["finding"].startswith("offered")]


class Default(Scans):
    """Beside a network that may use TLS 1.0, of which nobody else sees anything."""

    configuration = {"exceptions": ({"networks": ["127.0.0.9"], "min_version": "1.0"},)}

    def test_nothing_is_above_low(self):
        for door, found in self.found.items():
            bad = [one for one in found.values()
                   if one["severity"] in BAD and one["id"].split(" ")[0] not in NOT_OURS]
            self.assertEqual(bad, [], door)

    def test_versions(self):
        for door in WAYS:
            self.assertEqual(self.offered(door), ["TLS1_2", "TLS1_3"])

    def test_both_certificates_were_looked_at(self):
        for door, found in self.found.items():
            self.assertEqual(found["cert_numbers"]["finding"], "2", door)


class Modern(Scans):
    looks = VERSIONS
    configuration = {"tls": {"profile": "modern"}}

    def test_versions(self):
        for door in WAYS:
            self.assertEqual(self.offered(door), ["TLS1_3"])


class Legacy(Scans):
    looks = VERSIONS
    configuration = {"tls": {"profile": "legacy", "min_version": "1.0"}}

    def test_versions(self):
        for door in WAYS:
            self.assertEqual(self.offered(door), ["TLS1", "TLS1_1", "TLS1_2", "TLS1_3"])


del Scans  # it is no test by itself
