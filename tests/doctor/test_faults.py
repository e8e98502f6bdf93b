# SPDX-License-Identifier: Apache-2.0
"""`postern doctor` names each planted fault, where it is and what mends it, and nothing else in a
good installation; what it says to type is typed, and helps."""

import concurrent.futures
import functools
import http.server
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

from doctor import faults_backends, faults_certificates, faults_machine, ward
from doctor.ward import Clinic, Installation, openssl
from support import narrow_network
from support.dovecot import Dovecot, free_port
from support.gateway import program
from support.waiting import until

FAULTS = (*faults_certificates.FAULTS, *faults_machine.FAULTS, *faults_backends.FAULTS)
AT_ONCE = 6


def setUpModule():
    if ward.ROOT:
        narrow_network.enter(send_buffer=1 << 20)
        subprocess.run(["ip", "address", "add", faults_backends.PUBLIC + "/32", "dev", "lo"],
                       check=True)


def serve_files(directory):
    """A web server for this directory; its address."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=directory)
    handler.func.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, "http://127.0.0.1:%d" % server.server_address[1]


class Doctor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="postern-doctor-")
        os.chmod(cls.directory, 0o755)
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        dovecot = Dovecot(os.path.join(cls.directory, "dovecot"), {"alice": ("secret", [])}).start()
        cls.addClassCleanup(dovecot.stop)
        cls.clinic = Clinic(cls.directory, dovecot.address)
        server, address = serve_files(cls.directory)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        openssl("x509", "-in", cls.clinic.inner + ".crt", "-outform", "der", "-out",
                os.path.join(cls.directory, "inner.der"))
        cls.clinic.aia = address + "/inner.der"

    def installation(self, name):
        one = Installation(self.clinic, re.sub(r"\W", "-", name))
        self.addCleanup(one.close)
        return one

    def test_a_good_installation_is_left_in_peace(self):
        one = self.installation("good")
        # Dovecot may be slow to greet on a busy machine, once.
        until(lambda: one.examine() == (ward.OK, []), "nothing is found", within=60)

    def test_each_planted_fault_is_named_with_its_fix(self):
        faults = [fault for fault in FAULTS if ward.ROOT or not fault.root]
        self.assertGreaterEqual(len(faults), 40)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            runs = [(fault, pool.submit(self.see, fault)) for fault in faults]
        for fault, run in runs:
            with self.subTest(fault.name):
                run.result()

    def see(self, fault):
        one = self.installation(fault.name)
        fault.plant(one)
        status, findings = one.examine()
        found = self.named(fault, one, findings)
        expected = {"error": (ward.ERRORS, ward.CONFIGURATION),
                    "warning": (ward.WARNINGS, ward.ERRORS)}[found["severity"]]
        self.assertIn(status, expected)
        for key in ("what", "why", "fix"):
            self.assertTrue(found[key], f"{key} of {found}")
        if fault.mend is None:
            return
        one.run_fix(fault.mend(found["fix"]))
        _, after = one.examine()
        self.assertNotIn((found["check"], found["where"]),
                         [(each["check"], each["where"]) for each in after], after)

    def named(self, fault, one, findings):
        where = fault.where.replace("{dir}", re.escape(one.directory))
        for each in findings:
            if each["check"] == fault.check and re.fullmatch(where, each["where"]) \
                    and fault.what in each["what"]:
                return each
        raise AssertionError(f"{fault.check} at {where} is not in {findings}")

    # What runs

    def running(self, name, program_file=None):
        one = self.installation(name)
        for listener in one.listeners:
            listener["address"] = [f"127.0.0.1:{free_port()}"]
        one.user = ""
        one.write()
        self.start(one, program_file or program())
        return one

    def start(self, one, program_file):
        ready = one.path("ready.json")
        process = subprocess.Popen([program_file, "run", "-c", one.config, "--ready-file", ready],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        one.closing.callback(process.wait)
        one.closing.callback(process.terminate)
        one.process = process
        until(lambda: os.path.exists(ready) or process.poll() is not None, "postern is up")
        self.assertIsNone(process.poll())

    def test_a_good_installation_that_runs_is_left_in_peace(self):
        one = self.running("good and running")
        if ward.ROOT:
            shutil.chown(one.server["state_dir"], "root")  # whoever runs it
        until(lambda: one.examine() == (ward.OK, []), "nothing is found", within=60)

    def test_a_certificate_that_is_not_served_is_named(self):
        one = self.running("renewed")
        # By itself postern does not take a renewal that loses a name.
        one.issue(hosts=("DNS:pop.example.test",))
        _, findings = one.examine()
        found = next(each for each in findings if each["check"] == "certificate-not-served")
        self.assertEqual(found["where"], one.listeners[0]["address"][0])
        one.run_fix(found["fix"])
        until(lambda: "certificate-not-served" not in [each["check"] for each in one.examine()[1]],
              "what is on disk is served")

    def test_a_listener_that_is_not_there_is_named(self):
        one = self.running("extended")
        one.listeners.append({"name": "more", "address": [f"127.0.0.1:{free_port()}"],
                              "tls": "implicit"})
        one.write()
        self.assertIn(("listener-silent", one.listeners[-1]["address"][0]),
                      [(each["check"], each["where"]) for each in one.examine()[1]])

    def test_a_program_that_was_replaced_is_named(self):
        copy = os.path.join(self.directory, "postern")
        shutil.copy(program(), copy)
        one = self.running("replaced", copy)
        os.remove(copy)
        self.assertIn(("program-replaced", f"process {one.process.pid}"),
                      [(each["check"], each["where"]) for each in one.examine()[1]])

    # What is printed

    def test_text_is_for_people(self):
        one = self.installation("text")
        os.chmod(one.key, 0o644)
        done = subprocess.run([program(), "doctor", "-c", one.config, "--ca-file",
                               self.clinic.ca_file], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, ward.ERRORS)
        self.assertIn(f"    fix: chmod 640 {one.key}\n", done.stdout)
        self.assertRegex(done.stdout, r"error: everybody .* \[key-readable\]\n    why: ")

    def test_one_backend_alone(self):
        one = self.installation("alone")
        os.chmod(one.key, 0o644)
        faults_backends.closed(one)
        one.backends.append({"name": "other", "address": ["%s:%d" % self.clinic.backend]})
        one.arrays.append(("[[route]]", {"backend": "other"}))
        one.write()
        _, findings = one.examine("--backend", "mail")
        self.assertEqual([each["check"] for each in findings], ["backend-unreachable"])
        self.assertEqual(one.examine("--backend", "other"), (ward.OK, []))
        done = subprocess.run([program(), "doctor", "-c", one.config, "--backend", "third"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (2, 'postern: there is no backend "third"\n'))


if __name__ == "__main__":
    unittest.main()
