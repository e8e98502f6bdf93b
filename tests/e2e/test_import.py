# SPDX-License-Identifier: Apache-2.0
"""`postern import`: what it makes of other programs' files passes `check` once their certificates are
there, and of each program one result serves a real client before a real Dovecot."""

import os
import re
import subprocess
from pathlib import Path

from support import mailbox
from support.dovecot import free_port
from support.gateway import Gateway, program
from support.mail_clients import Account, Curl
from support.world import PASSWORD, USER, World

SAMPLES = Path(__file__).resolve().parents[1] / "migrate"
PROGRAMS = ("exchange", "nginx", "perdition", "stunnel", "dovecot")

EXCHANGE = """{{"LoginType": "SecureLogin", "SSLBindings": ["127.0.0.1:{port}"], "Server": "EXCH01",
 "X509CertificateName": "localhost", "UnencryptedOrTLSBindings": []}}"""
NGINX = """mail {{
  auth_http 127.0.0.1:9/auth;
  ssl_certificate {cert}; ssl_certificate_key {key};
  server {{ listen 127.0.0.1:{port} ssl; protocol pop3; }}
}}"""
PERDITION = """protocol POP3S
bind_address 127.0.0.1
listen_port {port}
ssl_cert_file {cert}
ssl_key_file {key}
outgoing_server 127.0.0.1:{backend}
map_library ""
"""
STUNNEL = """[pop3s]
accept = 127.0.0.1:{port}
connect = {backend}
cert = {cert}
key = {key}
"""
DOVECOT = """listen = 127.0.0.1
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
passdb {{
  driver = static
  args = proxy=y host=127.0.0.1 port={backend} nopassword=y
}}
service pop3-login {{
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    port = {port}
  }}
}}
"""


def postern(*arguments, text=None):
    return subprocess.run([program(), *map(str, arguments)], input=text, capture_output=True,
                          cwd=SAMPLES, timeout=60, check=False)


class Import(World):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.start_dovecot(mailbox.small(), (USER,))

    def write(self, name, text):
        path = Path(self.path(name))
        path.write_text(text, encoding="utf-8")
        return path

    def checked(self, name, toml):
        done = postern("check", "-c", self.write(name, toml))
        self.assertEqual(done.returncode, 0, f"{toml}\n{done.stderr.decode()}")

    def with_certificates(self, toml):
        """As if all files that it names were there."""
        for key, path in (("cert_file", self.certificate.cert_file),
                          ("key_file", self.certificate.key_file),
                          ("ca_file", self.authority.ca_file),
                          ("client_ca_file", self.authority.ca_file)):
            toml = re.sub(rf'^{key} = "[^"]*"', f'{key} = "{path}"', toml, flags=re.M)
        return toml

    def test_every_result_passes_check(self):
        for name in PROGRAMS:
            for file in sorted((SAMPLES / name).glob("*.[cj]*")):
                with self.subTest(str(file)):
                    popmap = file.with_suffix(".popmap")
                    more = ["--popmap", popmap.relative_to(SAMPLES)] if popmap.exists() else []
                    done = postern("import", name, file.relative_to(SAMPLES), *more)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(done.stdout, file.with_suffix(".toml").read_bytes())
                    self.assertEqual(done.stderr, file.with_suffix(".notes").read_bytes())
                    self.checked("sample.toml", self.with_certificates(done.stdout.decode()))

    def test_a_result_of_each_program_serves_a_client(self):
        host, backend = self.dovecot.address
        for name, source in zip(PROGRAMS, (EXCHANGE, NGINX, PERDITION, STUNNEL, DOVECOT)):
            with self.subTest(name):
                port = free_port()
                text = source.format(port=port, backend=backend, cert=self.certificate.cert_file,
                                     key=self.certificate.key_file)
                done = postern("import", name, "-", text=text.encode())
                self.assertEqual(done.returncode, 0, done.stderr)
                toml = self.with_certificates(done.stdout.decode())
                if name in ("exchange", "nginx"):  # as the notes say
                    self.assertIn(b"[[backend]]: look at this", done.stderr)
                    toml = re.sub(r"\[\[backend\]\](\n.+)*", '[[backend]]\nname = "pop3"\n'
                                  f'address = ["{host}:{backend}"]', toml)
                toml = "\n".join(line for line in toml.splitlines() if line != "[server]"
                                 and not line.startswith("names = "))
                toml = '[server]\nstate_dir = ""\n' + toml + '\n[control]\nsocket = ""\n'
                self.checked("result.toml", toml)
                self.fetch(name, toml, port)

    def fetch(self, name, toml, port):
        gateway = Gateway(self.path("gateway-" + name), toml)
        self.addCleanup(gateway.stop)
        gateway.start()
        folder = self.path("mail-" + name)
        os.mkdir(folder)
        account = Account(("localhost", port), "implicit", self.authority.ca_file, USER, PASSWORD)
        messages = mailbox.small()
        self.assertEqual(Curl("--ipv4").read(account, folder, len(messages)),
                         [one.served for one in messages])

    def test_how_it_ends(self):
        clean = "[pop3s]\naccept = 995\nconnect = 10.0.0.12:110\ncert = a.pem\n"
        for arguments, text, code in (
                (("stunnel", "-"), clean, 0), (("stunnel", "-", "--strict"), clean, 0),
                (("stunnel", "-", "--strict"), clean + "debug = 7\n", 3),
                (("stunnel", "/nowhere"), "", 1), (("stunnel", "/dev/zero"), "", 1),
                (("perdition", "-", "--popmap", "/nowhere"), "P POP3\n", 1),
                (("stunnel", "-"), "x" * 1_100_000, 1), (("stunnel", "-"), "[https]\n", 78),
                (("courier", "-"), "", 2), (("stunnel",), "", 2),
                (("stunnel", "-", "--popmap", "x"), clean, 2)):
            with self.subTest(arguments):
                done = postern("import", *arguments, text=text.encode())
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual(done.stdout != b"", code in (0, 3))
                if arguments[0] != "courier":
                    self.assertEqual(done.stderr == b"", code == 0)
