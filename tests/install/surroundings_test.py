# SPDX-License-Identifier: Apache-2.0
"""What stands around postern and is shipped for it (balancers, Kubernetes, the image) is well-formed,
and agrees: on ports, addresses, paths, times and keys.

    python3 surroundings_test.py POSTERN ROOT
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

import yaml

POSTERN, DEPLOY = sys.argv[1], Path(sys.argv[2]) / "deploy"
SECONDS = {"s": 1, "m": 60}


def text(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


def documents(name):
    return list(yaml.safe_load_all(text(name)))


def configuration(name):
    return tomllib.loads(text(name))


def doors(name):
    """Listener -> its ports, which are the same for all of its addresses."""
    return {each["name"]: {int(address.rpartition(":")[2]) for address in each["address"]}
            for each in configuration(name)["listener"]}


def seconds(value):
    number, unit = re.fullmatch(r"(\d+)([sm])", value).groups()
    return int(number) * SECONDS[unit]


class Checked(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "90", "-subj", "/CN=pop", "-keyout", cls.folder / "key.pem", "-out",
             cls.folder / "cert.pem", "-addext", "subjectAltName=DNS:pop.example.com"],
            capture_output=True, check=True)

    def findings(self, toml):
        """What `postern check` says of it, with a certificate of the run's own."""
        toml = re.sub(r'(?m)^cert_file = ".*"', f'cert_file = "{self.folder / "cert.pem"}"', toml)
        toml = re.sub(r'(?m)^key_file = ".*"', f'key_file = "{self.folder / "key.pem"}"', toml)
        file = self.folder / "postern.toml"
        file.write_text(toml, encoding="utf-8")
        done = subprocess.run([POSTERN, "check", "--strict", "-c", file], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return re.findall(r"(?m)^\S+: (?:warning|error): (.*)$", done.stderr)


class Balancers(Checked):
    GATEWAYS = ("10.0.0.21", "10.0.0.22")

    def targets(self, port):
        return [f"{address}:{port}" for address in self.GATEWAYS]

    def test_the_gateways_configuration_is_right(self):
        self.assertEqual(self.findings(text("haproxy/postern.toml")), [])
        self.assertEqual(doors("haproxy/postern.toml"), {"pop3s": {995}, "pop3": {110}})
        toml = configuration("haproxy/postern.toml")
        balancers = toml["listener"][0]["proxy_trusted"]
        self.assertEqual(toml["listener"][1]["proxy_trusted"], balancers)
        self.assertEqual(toml["limits"]["auth_failures"]["exempt"], balancers)
        self.assertEqual(toml["log"]["quiet_networks"], balancers)

    def test_haproxy_takes_its_file_and_does_not_cut_idle_sessions(self):
        done = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", DEPLOY / "haproxy/postern.cfg"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("WARNING", done.stderr)
        idle = next(row["default"] for row in json.loads(subprocess.run(
            [POSTERN, "config", "--defaults", "--json"], capture_output=True, check=True).stdout)
            if row["key"] == "timeouts.idle")
        for side in ("client", "server"):
            waits = re.search(rf"timeout {side} (\w+)", text("haproxy/postern.cfg"))[1]
            self.assertGreater(seconds(waits), seconds(idle.strip('"')))

    def test_traefik_leads_to_both_gateways_with_a_header(self):
        entries = documents("traefik/traefik.yml")[0]["entryPoints"]
        tcp = documents("traefik/postern.yml")[0]["tcp"]
        for name, port in (("pop3s", 995), ("pop3", 110)):
            self.assertEqual(entries[name]["address"], f":{port}")
            router = tcp["routers"][name]
            self.assertEqual((router["entryPoints"], "tls" in router), ([name], False))
            balancer = tcp["services"][router["service"]]["loadBalancer"]
            self.assertEqual(balancer["proxyProtocol"], {"version": 2})
            self.assertEqual([each["address"] for each in balancer["servers"]], self.targets(port))

    def test_caddy_leads_to_both_gateways_with_a_header(self):
        servers = json.loads(text("caddy/postern.json"))["apps"]["layer4"]["servers"]
        for name, port in (("pop3s", 995), ("pop3", 110)):
            self.assertEqual(servers[name]["listen"], [f"tcp/:{port}"])
            (handler,) = servers[name]["routes"][0]["handle"]
            self.assertEqual(handler["proxy_protocol"], "v2")
            self.assertEqual([each["dial"] for each in handler["upstreams"]],
                             [[target] for target in self.targets(port)])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
