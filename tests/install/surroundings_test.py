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


def default(key):
    """Of a key that is a duration, in seconds."""
    told = subprocess.run([POSTERN, "config", "--defaults", "--json"], capture_output=True,
                          check=True).stdout
    return next(seconds(row["default"]) for row in json.loads(told) if row["key"] == key)


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
        for side in ("client", "server"):
            waits = re.search(rf"timeout {side} (\w+)", text("haproxy/postern.cfg"))[1]
            self.assertGreater(seconds(waits), default("timeouts.idle"))

    def test_traefik_leads_to_both_gateways_with_a_header(self):
        entries = documents("traefik/traefik.yml")[0]["entryPoints"]
        tcp = documents("traefik/postern.yml")[0]["tcp"]
        for name, port in (("pop3s", 995), ("pop3", 110)):
            self.assertEqual(entries[name]["address"], f":{port}")
            router = tcp["routers"][name]
            self.assertEqual((router["entryPoints"], "tls" in router), ([name], False))
            balancer = tcp["services"][router["service"]]["loadBalancer"]
            self.assertEqual(balancer["proxyProtocol"], {"version": 2})
            delay = tcp["serversTransports"][balancer["serversTransport"]]["terminationDelay"]
            self.assertGreaterEqual(seconds(delay), default("timeouts.backend_reply"))
            self.assertEqual([each["address"] for each in balancer["servers"]], self.targets(port))

    def test_caddy_leads_to_both_gateways_with_a_header(self):
        servers = json.loads(text("caddy/postern.json"))["apps"]["layer4"]["servers"]
        for name, port in (("pop3s", 995), ("pop3", 110)):
            self.assertEqual(servers[name]["listen"], [f"tcp/:{port}"])
            (handler,) = servers[name]["routes"][0]["handle"]
            self.assertEqual(handler["proxy_protocol"], "v2")
            self.assertEqual([each["dial"] for each in handler["upstreams"]],
                             [[target] for target in self.targets(port)])


class Containers(Checked):
    """The image, and how it is run by Compose."""

    def test_its_configuration_warns_of_nothing_but_open_metrics(self):
        for name in ("container/postern.toml", "kubernetes/postern.toml"):
            with self.subTest(name):
                (warning,) = self.findings(text(name))
                self.assertIn("metrics on 0.0.0.0:9995", warning)

    def test_ports_are_those_that_the_image_says(self):
        exposed = re.search(r"(?m)^EXPOSE (.*)", text("container/Containerfile"))[1].split()
        for name in ("container/postern.toml", "kubernetes/postern.toml"):
            ports = set().union(*doors(name).values())
            metrics = configuration(name)["metrics"]["listen"].rpartition(":")[2]
            self.assertEqual(ports | {int(metrics)}, set(map(int, exposed)))

    def test_compose_publishes_them_and_waits_for_sessions(self):
        (compose,) = documents("container/compose.yaml")
        service, inside = compose["services"]["postern"], doors("container/postern.toml")
        self.assertEqual(service["ports"], [f"995:{min(inside['pop3s'])}",
                                            f"110:{min(inside['pop3'])}"])
        drain = configuration("container/postern.toml")["timeouts"]["drain"]
        self.assertGreater(seconds(service["stop_grace_period"]), seconds(drain))
        self.assertTrue(service["read_only"])
        mounts = [each.split(":")[1] for each in service["volumes"]]
        mounts += [each.split(":")[0] for each in service["tmpfs"]]
        self.assertEqual(mounts, ["/etc/postern/postern.toml", "/etc/postern/tls",
                                  "/var/lib/postern", "/run/postern"])

    def test_who_it_runs_as_has_a_name(self):
        user = re.search(r"(?m)^USER (\d+):(\d+)$", text("container/Containerfile")).groups()
        self.assertIn(f"postern:x:{user[0]}:{user[1]}:", text("container/passwd"))
        self.assertIn(f"postern:x:{user[1]}:", text("container/group"))


class Kubernetes(Checked):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kustomization = documents("kubernetes/kustomization.yaml")[0]
        cls.kinds = {}
        for name in cls.kustomization["resources"]:
            for document in documents(f"kubernetes/{name}"):
                cls.kinds[document["kind"]] = document
        cls.toml = configuration("kubernetes/postern.toml")
        cls.pod = cls.kinds["Deployment"]["spec"]["template"]
        (cls.container,) = cls.pod["spec"]["containers"]
        cls.ports = {each["name"]: each["containerPort"] for each in cls.container["ports"]}

    def test_every_file_is_one_of_the_kustomization_or_left_to_choose(self):
        there = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")}
        used = set(self.kustomization["resources"]) | {"kustomization.yaml"}
        self.assertEqual(there - used, {"certificate.yaml", "ingress-nginx.yaml"})
        self.assertIn("# - certificate.yaml", text("kubernetes/kustomization.yaml"))

    def test_ports_lead_to_the_listeners(self):
        inside = doors("kubernetes/postern.toml")
        inside["metrics"] = {int(self.toml["metrics"]["listen"].rpartition(":")[2])}
        self.assertEqual({name: {port} for name, port in self.ports.items()}, inside)
        service = {each["targetPort"]: each["port"] for each in self.kinds["Service"]["spec"]["ports"]}
        self.assertEqual(service, {"pop3s": 995, "pop3": 110})
        named = {each["port"] for rule in self.kinds["NetworkPolicy"]["spec"]["ingress"]
                 for each in rule["ports"]}
        self.assertEqual(named, set(self.ports))
        self.assertEqual(self.pod["metadata"]["annotations"]["prometheus.io/port"],
                         str(self.ports["metrics"]))
        ingress = documents("kubernetes/ingress-nginx.yaml")[0]["data"]
        self.assertEqual(ingress, {str(port): f"postern/postern:{port}::PROXY"
                                   for port in service.values()})

    def test_selectors_fit(self):
        labels = self.pod["metadata"]["labels"]
        for kind, path in (("Deployment", ("selector", "matchLabels")), ("Service", ("selector",)),
                           ("PodDisruptionBudget", ("selector", "matchLabels")),
                           ("NetworkPolicy", ("podSelector", "matchLabels"))):
            selected = self.kinds[kind]["spec"]
            for step in path:
                selected = selected[step]
            self.assertEqual(selected, labels, kind)

    def test_files_are_where_the_configuration_looks_for_them(self):
        mounts = {each["name"]: each["mountPath"] for each in self.container["volumeMounts"]}
        volumes = {each["name"]: each for each in self.pod["spec"]["volumes"]}
        self.assertEqual(set(mounts), set(volumes))
        sources = volumes["configuration"]["projected"]["sources"]
        items = next(each["secret"]["items"] for each in sources if "secret" in each)
        (pair,) = self.toml["tls"]["certificate"]
        self.assertEqual({f"{mounts['configuration']}/{each['path']}": each["key"] for each in items},
                         {pair["cert_file"]: "tls.crt", pair["key_file"]: "tls.key"})
        secret = next(each["secret"]["name"] for each in sources if "secret" in each)
        self.assertEqual(documents("kubernetes/certificate.yaml")[0]["spec"]["secretName"], secret)
        self.assertEqual(documents("kubernetes/certificate.yaml")[0]["spec"]["dnsNames"],
                         self.toml["server"]["names"])
        (generated,) = self.kustomization["configMapGenerator"]
        self.assertIn({"configMap": {"name": generated["name"]}}, sources)
        self.assertEqual(generated["files"], ["postern.toml"])
        self.assertEqual(mounts["run"], self.toml["control"]["socket"].rpartition("/")[0])
        self.assertEqual(mounts["state"], self.toml["server"]["state_dir"].rpartition("/")[0])

    def test_a_pod_is_given_the_time_that_its_sessions_have(self):
        pause = self.container["lifecycle"]["preStop"]["sleep"]["seconds"]
        self.assertGreater(self.pod["spec"]["terminationGracePeriodSeconds"],
                           pause + seconds(self.toml["timeouts"]["drain"]))
        probe = self.container["readinessProbe"]
        self.assertLess(probe["periodSeconds"], pause)

    def test_probes_ask_what_there_is(self):
        manual = text("man/postern.8")
        for name in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = self.container[name]["httpGet"]
            self.assertEqual(asked["port"], "metrics")
            self.assertIn(f".It Pa {asked['path']}", manual)

    def test_it_runs_as_the_images_user_and_may_do_nothing(self):
        user = int(re.search(r"(?m)^USER (\d+)", text("container/Containerfile"))[1])
        pod, own = self.pod["spec"]["securityContext"], self.container["securityContext"]
        self.assertEqual([pod[key] for key in ("runAsUser", "runAsGroup", "fsGroup")], [user] * 3)
        self.assertTrue(pod["runAsNonRoot"] and own["readOnlyRootFilesystem"])
        self.assertEqual((own["allowPrivilegeEscalation"], own["capabilities"]),
                         (False, {"drop": ["ALL"]}))
        self.assertEqual(pod["seccompProfile"], {"type": "RuntimeDefault"})

    def test_the_way_out_leads_to_the_mail_server(self):
        let_out = {f"{to['ipBlock']['cidr'].removesuffix('/32')}:{port['port']}"
                   for rule in self.kinds["NetworkPolicy"]["spec"]["egress"]
                   for to in rule["to"] if "ipBlock" in to for port in rule["ports"]}
        self.assertEqual(let_out, set(self.toml["backend"][0]["address"]))

    def test_the_lines_for_proxy_headers_are_right_when_they_are_taken_in(self):
        toml, times = re.subn(r"(?m)^# (proxy_\w+ = )", r"\1", text("kubernetes/postern.toml"))
        self.assertEqual(times, 4)
        (warning,) = self.findings(toml)
        self.assertIn("metrics on 0.0.0.0:9995", warning)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
