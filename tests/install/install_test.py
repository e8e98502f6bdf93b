# SPDX-License-Identifier: Apache-2.0
"""Installs into an empty directory and looks at what is there.

    python3 install_test.py CMAKE BUILD PREFIX
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CMAKE, BUILD, PREFIX = sys.argv[1:4]

EXPECTED = {
    "/etc/postern/postern.toml",
    f"{PREFIX}/bin/postern",
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
    f"{PREFIX}/share/doc/postern/examples/logrotate/postern",
    f"{PREFIX}/share/doc/postern/examples/prometheus/postern.rules.test.yml",
    f"{PREFIX}/share/doc/postern/examples/prometheus/postern.rules.yml",
    f"{PREFIX}/share/doc/postern/examples/prometheus/scrape.yml",
    f"{PREFIX}/share/doc/postern/examples/traefik/postern.yml",
    f"{PREFIX}/share/doc/postern/examples/traefik/traefik.yml",
}
EXAMPLES = f"{PREFIX}/share/doc/postern/examples"


class Installed(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = Path(self._folder.name)
        self.install()

    def install(self):
        subprocess.run([CMAKE, "--install", BUILD], env={"DESTDIR": str(self.root)},
                       check=True, stdout=subprocess.DEVNULL)

    def at(self, path):
        return self.root / path.lstrip("/")

    def test_each_file_is_there_and_no_other(self):
        found = {f"/{path.relative_to(self.root)}"
                 for path in self.root.rglob("*") if path.is_file()}
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

    def test_an_administrators_configuration_stays(self):
        configuration = self.at("/etc/postern/postern.toml")
        configuration.write_text("# mine\n")
        self.install()
        self.assertEqual(configuration.read_text(), "# mine\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
