# SPDX-License-Identifier: Apache-2.0
"""Certificates out of a directory, OCSP responses beside them, and what the log tells of their
time and names."""

import os
import shutil
import subprocess

from support.certificates import KeyPair
from support.configuration import toml
from support.gateway import Gateway, program
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import CrowdWorld


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def put(path, text):
    """In one step, as tools do it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + "~", "w", encoding="ascii") as file:
        file.write(text)
    os.replace(path + "~", path)


class Certificates(CrowdWorld):
    crowd = 64

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.any_name = cls.authority.client_context()
        cls.any_name.check_hostname = False

    def shown(self, gateway, name):
        """The certificate that a client is shown who asks for that name."""
        with RawPeer(gateway.address("pop3s")) as peer:
            peer.start_tls(self.any_name, name=name)
            return peer.socket.getpeercert(binary_form=True)

    def pair_for(self, *names):
        return self.authority.issue("-".join(names), hosts=[f"DNS:{name}" for name in names])

    def gateway_of(self, text, name):
        gateway = Gateway(self.path(name), text)
        self.addCleanup(gateway.stop)
        return gateway.start()

    def check(self, text, *arguments):
        file = self.path("check.toml")
        put(file, text)
        return subprocess.run([program(), "check", *arguments, "-c", file], capture_output=True,
                              text=True, timeout=60, check=False)


class Directories(Certificates):
    def setUp(self):
        self.folder = self.path("names-" + self.id().rsplit(".", 1)[1])
        os.makedirs(self.folder)
        self.text = toml(self.backend.address, [], tls={"cert_dir": self.folder})

    def file(self, name):
        return os.path.join(self.folder, name)

    def put_pair(self, name, pair):
        put(self.file(name + ".key"), read(pair.key_file))
        put(self.file(name + ".pem"), read(pair.cert_file))

    def test_all_forms_are_served_by_name_and_a_broken_one_stops_nobody(self):
        one, two, three = (self.pair_for(f"{name}.example") for name in ("one", "two", "three"))
        self.put_pair("one", one)
        put(self.file("two.pem"), read(two.cert_file) + read(two.key_file))
        put(self.file("three/fullchain.pem"), read(three.cert_file))
        put(self.file("three/privkey.pem"), read(three.key_file))
        put(self.file("four.pem"), "nothing")
        put(self.file("README"), "not looked at")
        put(self.file(".hidden.pem"), "nothing")
        gateway = self.gateway_of(self.text, "forms")
        for name, pair in (("one", one), ("two", two), ("three", three)):
            self.assertEqual(self.shown(gateway, f"{name}.example"), pair.der())
        line, = gateway.log_events("cert_rejected")
        self.assertEqual((line["level"], line["file"]), ("error", self.file("four.pem")))
        self.assertIn("it is not served", line["msg"])
        self.assertEqual(len(gateway.log_events("cert_loaded")), 3)
        self.assertEqual(gateway.log_events("cert_name_mismatch")[0]["name"], "localhost")

        done = self.check(self.text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"warning: {self.file('four.pem')}: no certificate in PEM", done.stderr)
        self.assertIn("3 certificates", done.stdout)
        self.assertEqual(self.check(self.text, "--strict").returncode, 3)

    def test_new_renewed_and_mended_pairs_are_taken_and_those_gone_served_on(self):
        one, two = self.pair_for("one.example"), self.pair_for("two.example")
        self.put_pair("one", one)
        gateway = self.gateway_of(self.text, "changes")
        put(self.file("two/privkey.pem"), read(two.key_file))
        put(self.file("two/fullchain.pem"), read(one.cert_file))
        self.assertIn("does not belong", gateway.wait_for_log("cert_rejected")["msg"])
        put(self.file("two/fullchain.pem"), read(two.cert_file))
        gateway.wait_for_log("cert_loaded", file=self.file("two/fullchain.pem"))
        self.assertEqual(self.shown(gateway, "two.example"), two.der())
        self.assertEqual(self.shown(gateway, "one.example"), one.der())

        again = self.pair_for("one.example")
        self.put_pair("one", again)
        until(lambda: self.shown(gateway, "one.example") == again.der(), "the renewed one is shown")
        shutil.rmtree(self.file("two"))
        until(lambda: len(gateway.log_events("cert_rejected",
                                             file=self.file("two/fullchain.pem"))) > 0,
              "the log tells that it is gone")
        self.assertEqual(self.shown(gateway, "two.example"), two.der())
        self.assertEqual(gateway.reload()["level"], "info")
        until(lambda: self.shown(gateway, "two.example") == again.der(), "a reload lets it go")

    def test_those_that_are_named_come_first(self):
        self.put_pair("one", self.pair_for("one.example"))
        gateway = self.gateway_of(
            toml(self.backend.address, [self.certificate], tls={"cert_dir": self.folder}), "both")
        self.assertEqual(self.shown(gateway, "unknown.example"), self.certificate.der())
        self.assertEqual(gateway.log_events("cert_name_mismatch"), [])

    def test_without_one_good_pair_there_is_no_start(self):
        for what in ("no pair", "a broken one"):
            done = self.check(self.text)
            self.assertEqual(done.returncode, 78, what)
            self.assertIn("there is no pair in", done.stderr)
            put(self.file("broken.pem"), "nothing")
        shutil.rmtree(self.folder)
        done = self.check(self.text)
        self.assertEqual(done.returncode, 78)
        self.assertIn(f"cannot read {self.folder}", done.stderr)


class Stapling(Certificates):
    def answer(self, pair, *arguments):
        """What the openssl program says as a responder about this pair, in DER."""
        serial = subprocess.run(["openssl", "x509", "-in", pair.cert_file, "-noout", "-serial"],
                                capture_output=True, text=True, check=True).stdout.split("=")[1]
        put(self.path("ocsp-index"), f"V\t350101000000Z\t\t{serial.strip()}\tunknown\t/CN=x\n")
        ca, out = self.authority.ca_file, self.path("answer.der")
        subprocess.run(["openssl", "ocsp", "-issuer", ca, "-cert", pair.cert_file, "-reqout",
                        self.path("request.der"), "-no_nonce"], capture_output=True, check=True)
        subprocess.run(["openssl", "ocsp", "-index", self.path("ocsp-index"), "-CA", ca,
                        "-rsigner", ca, "-rkey", ca.replace(".crt", ".key"), "-reqin",
                        self.path("request.der"), "-respout", out, *arguments],
                       capture_output=True, check=True)
        with open(out, "rb") as file:
            return file.read()

    def put(self, answer):
        with open(self.file + "~", "wb") as file:
            file.write(answer)
        os.replace(self.file + "~", self.file)

    def stapled(self):
        """Whether a client that asks for it gets a good answer."""
        host, port = self.gateway.address("pop3s")
        done = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", "-status",
                               "-CAfile", self.authority.ca_file, "-verify_return_error"],
                              input="", capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("Verify return code: 0 (ok)", done.stdout)
        return "OCSP Response Status: successful" in done.stdout

    def test_a_response_is_stapled_while_it_is_good(self):
        pair = self.authority.issue("stapled")
        self.pair = KeyPair(self.path("live.crt"), self.path("live.key"))
        for source, target in zip(pair, self.pair):
            shutil.copy(source, target)
        self.file = self.path("live.ocsp")
        text = toml(self.backend.address, [self.pair], tls={"reload_interval": "1s"})
        text = text.replace(f'key_file = "{self.pair.key_file}"',
                            f'key_file = "{self.pair.key_file}"\nocsp_file = "{self.file}"')
        self.put(self.answer(self.authority.issue("another"), "-ndays", "1"))
        self.gateway = self.gateway_of(text, "stapling")
        self.assertIn("it is about another certificate",
                      self.gateway.wait_for_log("start", level="warn")["msg"])
        self.assertFalse(self.stapled())

        stapled = {"file": self.file, "level": "info"}
        refused = {"file": self.file, "level": "warn"}
        self.put(self.answer(pair, "-ndays", "1"))
        self.gateway.wait_for_log("cert_loaded", **stapled)
        self.assertTrue(self.stapled())
        self.put(b"nothing")
        self.assertIn("no OCSP response", self.gateway.wait_for_log("cert_rejected", **refused)["msg"])
        self.assertFalse(self.stapled())
        self.put(self.answer(pair, "-nmin", "1"))
        until(lambda: len(self.gateway.log_events("cert_loaded", **stapled)) == 2, "it is stapled")
        self.assertTrue(self.stapled())
        until(lambda: len(self.gateway.log_events("cert_rejected", **refused)) == 2,
              "its time is over", within=120)
        self.assertIn("its time was over",
                      self.gateway.log_events("cert_rejected", **refused)[1]["msg"])
        self.assertFalse(self.stapled())
        self.pair.replace_with(self.authority.issue("next"))
        until(lambda: len(self.gateway.log_events("cert_loaded", file=self.pair.cert_file)) == 2,
              "the certificate is renewed in spite of it")
