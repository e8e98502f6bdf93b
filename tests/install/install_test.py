# SPDX-License-Identifier: Apache-2.0
"""Installs into an empty directory and looks at what is there.

    python3 install_test.py CMAKE BUILD PREFIX
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CMAKE, BUILD, PREFIX = sys.argv[1:4]
ROOT = Path(__file__).resolve().parents[2]

EXPECTED = {
    "/etc/postern/postern.toml",
    f"{PREFIX}/bin/postern",
    f"{PREFIX}/share/bash-completion/completions/postern",
    f"{PREFIX}/share/zsh/{'vendor-completions' if PREFIX == '/usr' else 'site-functions'}/_postern",
    f"{PREFIX}/share/fish/vendor_completions.d/postern.fish",
    f"{PREFIX}/lib/systemd/system/postern.service",
    f"{PREFIX}/lib/sysusers.d/postern.conf",
    f"{PREFIX}/share/man/man5/postern.toml.5",
    f"{PREFIX}/share/man/man7/postern-log.7",
    f"{PREFIX}/share/man/man8/postern.8",
    f"{PREFIX}/share/doc/postern/README.md",
    f"{PREFIX}/share/doc/postern/LICENSE",
    f"{PREFIX}/share/doc/postern/CHANGELOG.md",
    f"{PREFIX}/share/doc/postern/examples/caddy/postern.json",
    f"{PREFIX}/share/doc/postern/examples/certbot/postern",
    f"{PREFIX}/share/doc/postern/examples/crowdsec/postern.yaml",
    f"{PREFIX}/share/doc/postern/examples/fail2ban/filter.d/postern.conf",
    f"{PREFIX}/share/doc/postern/examples/fail2ban/jail.d/postern.conf",
    f"{PREFIX}/share/doc/postern/examples/grafana/postern.json",
    f"{PREFIX}/share/doc/postern/examples/guides/README.md",
    f"{PREFIX}/share/doc/postern/examples/guides/appliance.md",
    f"{PREFIX}/share/doc/postern/examples/guides/courier.md",
    f"{PREFIX}/share/doc/postern/examples/guides/cyrus.md",
    f"{PREFIX}/share/doc/postern/examples/guides/domino.md",
    f"{PREFIX}/share/doc/postern/examples/guides/dovecot.md",
    f"{PREFIX}/share/doc/postern/examples/guides/exchange.md",
    f"{PREFIX}/share/doc/postern/examples/guides/hmailserver.md",
    f"{PREFIX}/share/doc/postern/examples/haproxy/README.md",
    f"{PREFIX}/share/doc/postern/examples/haproxy/postern.cfg",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/README.md",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/certificate.yaml",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/deployment.yaml",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/ingress-nginx.yaml",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/kustomization.yaml",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/namespace.yaml",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/networkpolicy.yaml",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/poddisruptionbudget.yaml",
    f"{PREFIX}/share/doc/postern/examples/kubernetes/service.yaml",
    f"{PREFIX}/share/doc/postern/examples/logcheck/postern",
    f"{PREFIX}/share/doc/postern/examples/logrotate/postern",
    f"{PREFIX}/share/doc/postern/examples/prometheus/postern.rules.test.yml",
    f"{PREFIX}/share/doc/postern/examples/prometheus/postern.rules.yml",
    f"{PREFIX}/share/doc/postern/examples/prometheus/scrape.yml",
    f"{PREFIX}/share/doc/postern/examples/traefik/postern.yml",
    f"{PREFIX}/share/doc/postern/examples/traefik/traefik.yml",
}
EXAMPLES = f"{PREFIX}/share/doc/postern/examples"


class Place(unittest.TestCase):
    """An empty directory, and what installing and its opposite do to it."""

    @classmethod
    def enter(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)

    @classmethod
    def install(cls, *arguments):
        subprocess.run([CMAKE, "--install", BUILD, *arguments], env={"DESTDIR": str(cls.root)},
                       check=True, stdout=subprocess.DEVNULL)

    def uninstall(self):
        """As the target of that name does, which is no business of whichever tool builds."""
        script = ROOT / "deploy/cmake/uninstall.cmake"
        return subprocess.run([CMAKE, f"-DMANIFEST={BUILD}/install_manifest.txt",
                               "-DCONFIGURATION=/etc/postern/postern.toml",
                               f"-DSHIPPED={ROOT}/conf/postern.toml", "-P", str(script)],
                              env={"DESTDIR": str(self.root), "PATH": "/usr/bin:/bin"},
                              capture_output=True, text=True)

    def files(self):
        return {f"/{path.relative_to(self.root)}"
                for path in self.root.rglob("*") if not path.is_dir()}

    def at(self, path):
        return self.root / path.lstrip("/")


class Installed(Place):
    @classmethod
    def setUpClass(cls):
        cls.enter()
        cls.install()

    def test_each_file_is_there_and_no_other(self):
        found = self.files() - {f"{PREFIX}/share/doc/postern/postern.spdx.json"}
        examples = {path for path in found if path.startswith(EXAMPLES) and path.endswith(".toml")}
        self.assertIn(f"{EXAMPLES}/postern.toml", examples)
        self.assertEqual(found - examples, EXPECTED)

    def test_the_program_runs_from_where_it_was_installed(self):
        """With nothing in the environment to help it find its libraries."""
        ran = subprocess.run([self.at(f"{PREFIX}/bin/postern"), "version"], env={},
                             capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertRegex(ran.stdout, r"\d+\.\d+\.\d+")

    def test_the_unit_starts_what_was_installed(self):
        unit = self.at(f"{PREFIX}/lib/systemd/system/postern.service").read_text()
        self.assertIn(f"\nExecStart={PREFIX}/bin/postern run\n", unit)
        self.assertNotIn("@", unit.replace("@system-service", "").replace("@privileged", "")
                         .replace("@resources", ""))

    def test_it_tells_what_it_was_built_from(self):
        ran = subprocess.run([self.at(f"{PREFIX}/bin/postern"), "version", "--build", "--json"],
                             env={}, capture_output=True, text=True, check=True)
        facts = json.loads(ran.stdout)
        self.assertRegex(facts["commit"], r"^([0-9a-f]{40}(\+changes)?|unknown)$")
        self.assertRegex(facts["boringssl_version"], r"^\S+$")
        owned = facts["boringssl_package"] != ""
        self.assertEqual(facts["boringssl_updates"], "distribution" if owned else "builder")
        if facts["boringssl_package"] == "android-libboringssl":
            self.assertEqual(facts["boringssl_link"], "shared")
            self.assertRegex(facts["boringssl_version"], r"^\d+\.\d+\.\d+\+r\d+-")

    def test_what_it_is_made_of_is_what_it_is_linked_with(self):
        parts = self.root / "parts.json"
        program = self.at(f"{PREFIX}/bin/postern")
        subprocess.run([CMAKE, f"-DPROGRAM={program}", f"-DRESULT={parts}", "-DVERSION=1.2.3",
                        "-DCOMMIT=abc", "-DTIME=1", "-DREADELF=/usr/bin/readelf",
                        "-DHEADERS=libcli11-dev", "-DTLS_LINK=shared", "-DTLS_VERSION=x",
                        "-P", str(ROOT / "deploy/cmake/parts.cmake")], check=True)
        document = json.loads(parts.read_text())
        self.assertEqual(document["spdxVersion"], "SPDX-2.3")
        self.assertEqual(document["creationInfo"]["created"], "1970-01-01T00:00:01Z")
        how = {each["relatedSpdxElement"].removeprefix("SPDXRef-"): each["relationshipType"]
               for each in document["relationships"]}
        self.assertEqual(how["postern"], "DESCRIBES")
        self.assertEqual(how["libuv1"], "DYNAMIC_LINK")
        self.assertEqual(how["libcli11-dev"], "STATIC_LINK")
        self.assertNotIn("libssl3", how)
        for each in document["packages"]:
            self.assertRegex(each["versionInfo"], r"^\S+$", each["name"])


class Changed(Place):
    def setUp(self):
        self.enter()
        self.install()

    def test_the_unit_starts_what_is_installed_to_another_prefix(self):
        self.install("--prefix", "/opt/postern")
        unit = self.at("/opt/postern/lib/systemd/system/postern.service").read_text()
        self.assertIn("\nExecStart=/opt/postern/bin/postern run\n", unit)
        self.assertIn("\nExecReload=/opt/postern/bin/postern reload\n", unit)
        self.assertTrue(self.at("/opt/postern/bin/postern").exists())

    def test_nothing_is_left_after_uninstall(self):
        """Also where the configuration was there, as it is shipped, before the last installation."""
        self.install()
        ran = self.uninstall()
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertEqual(self.files(), set())
        self.assertEqual([path for path in self.root.rglob("*postern*")], [])
        again = self.uninstall()
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("Nothing was installed from here", again.stderr)

    def test_what_is_an_administrators_stays(self):
        kept = {"/etc/postern/postern.toml", "/etc/postern/tls/pop.privkey.pem",
                f"{PREFIX}/share/doc/postern/examples/mine.toml"}
        for path in kept:
            self.at(path).parent.mkdir(parents=True, exist_ok=True)
            self.at(path).write_text("mine\n")
        for _ in range(2):
            ran = self.uninstall()
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertEqual(self.files(), kept)
            self.assertIn("Yours to remove:", ran.stdout)
            self.install()
            self.assertEqual(self.at("/etc/postern/postern.toml").read_text(), "mine\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
