# SPDX-License-Identifier: Apache-2.0
"""A real Dovecot that takes ciphers of another time and no others: what it insists on is named as
far as it allows."""

import subprocess

from support import mailbox
from support.backend_world import BackendWorld
from support.dovecot import Dovecot
from support.world import PASSWORD, USER

LIMITED_OPENSSL = """
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
MinProtocol = TLSv1.2
MaxProtocol = TLSv1.2
CipherString = {suites}:@SECLEVEL=0
"""


class LimitedDovecot(Dovecot):
    """One that takes these suites of TLS 1.2 and no others."""

    def __init__(self, *arguments, suites, **more):
        self.suites = suites
        super().__init__(*arguments, **more)

    def _write_configuration(self):
        super()._write_configuration()
        group = self._path("dh.pem")
        subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt",
                        "group:ffdhe2048", "-out", group], check=True, capture_output=True)
        with open(self._path("dovecot.conf"), "a", encoding="utf-8") as file:
            file.write(f"ssl_cipher_list = {self.suites}:@SECLEVEL=0\nssl_dh = <{group}\n"
                       "import_environment = $import_environment OPENSSL_CONF\n")
        with open(self._path("openssl.cnf"), "w", encoding="ascii") as file:
            file.write(LIMITED_OPENSSL.format(suites=self.suites))


class Limited(BackendWorld):
    """It closes without an alert where nothing fits."""

    def serve(self, suites):
        pair = self.authority.issue("backend", "rsa")
        dovecot = LimitedDovecot(self.path("dovecot-" + suites),
                                 {USER: (PASSWORD, mailbox.small())}, pair, suites=suites)
        self.addCleanup(dovecot.stop)
        return dovecot.start()

    def takes(self, dovecot, suites):
        """It does serve somebody."""
        host, port = dovecot.tls_address
        done = subprocess.run(["openssl", "s_client", "-quiet", "-cipher", f"{suites}:@SECLEVEL=0",
                               "-connect", f"{host}:{port}"], input=b"QUIT\r\n",
                              capture_output=True, timeout=60, check=True)
        self.assertIn(b"+OK", done.stdout)

    def refused(self, address, tls, **settings):
        """The reason in the log."""
        gateway = self.gateway_to(address, tls, tls + settings.get("min_version", ""), **settings)
        peer = self.client(gateway)
        peer.command(f"USER {USER}")
        self.assertTrue(peer.command(f"PASS {PASSWORD}").startswith(b"-ERR [SYS/TEMP]"))
        line = gateway.wait_for_log("login_refused", reason="backend_down")
        self.assertEqual((line["phase"], line["btls"]), ("tls", "-"))
        return line["msg"]

    def test_rsa_key_exchange_is_named_with_the_setting_that_brings_it(self):
        dovecot = self.serve("AES128-SHA")
        for tls, address in (("stls", dovecot.address), ("implicit", dovecot.tls_address)):
            with self.subTest(tls):
                reason = self.refused(address, tls)
                self.assertIn("nothing of what it is offered", reason)  # it closes without an alert
                self.assertIn('RSA key exchange (min_version = "1.0" brings them)', reason)
        gateway = self.gateway_to(dovecot.address, "stls", min_version="1.0")
        self.client(gateway).login(USER, PASSWORD).command("QUIT")
        line = gateway.wait_for_log("session", user=USER)
        self.assertEqual(line["btls"], "TLSv1.2/TLS_RSA_WITH_AES_128_CBC_SHA")
        self.assertEqual(dovecot.logins(USER), 1)

    def test_dhe_is_named_as_what_no_setting_brings(self):
        dovecot = self.serve("DHE-RSA-AES128-SHA")
        self.takes(dovecot, "DHE-RSA-AES128-SHA")
        self.assertIn("and DHE, 3DES, RC4 and AES-CBC with SHA-2 (no setting does): allow ECDHE "
                      "with AES there", self.refused(dovecot.address, "stls"))
        self.assertIn("which leaves out DHE, 3DES, RC4 and AES-CBC with SHA-2: allow ECDHE or RSA "
                      "key exchange", self.refused(dovecot.address, "stls", min_version="1.0"))
        self.assertEqual(dovecot.logins(USER), 0)

    def test_cbc_with_sha_2_is_named(self):
        dovecot = self.serve("ECDHE-RSA-AES128-SHA256")
        self.takes(dovecot, "ECDHE-RSA-AES128-SHA256")
        self.assertIn("AES-CBC with SHA-2", self.refused(dovecot.tls_address, "implicit"))
