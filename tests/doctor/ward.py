# SPDX-License-Identifier: Apache-2.0
"""Good installations, each in a directory of its own, to have a fault planted in them."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from typing import Callable, NamedTuple, Optional

from support.certificates import HOSTS, KEYS
from support.gateway import program
from support.waiting import PATIENCE

ROOT = os.geteuid() == 0
USER = "nobody" if ROOT else ""
DAYS = 80

OK, ERRORS, WARNINGS, CONFIGURATION = 0, 1, 3, 78


def openssl(*arguments, **more):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False,
                          **more)
    if done.returncode != 0:
        raise AssertionError(f"openssl {' '.join(arguments)}: {done.stderr}")
    return done.stdout


class Clinic:
    """What all installations share: an authority with an intermediate, and a good backend."""

    def __init__(self, directory, backend):
        self.directory = directory
        self.backend = backend
        self.root = self._authority("root", None, ())
        self.inner = self._authority("inner", self.root, ())
        self.stranger = self._authority("stranger", None, ())
        self.aia = None  # where the intermediate is, once somebody serves it

    def _authority(self, name, issuer, more):
        path = os.path.join(self.directory, name)
        sign = ["-CA", issuer + ".crt", "-CAkey", issuer + ".key"] if issuer else []
        openssl("req", "-x509", *KEYS["ecdsa"], "-nodes", "-days", "300", "-subj",
                f"/CN=Postern test {name}", "-keyout", path + ".key", "-out", path + ".crt",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign", *sign, *more)
        return path

    @property
    def ca_file(self):
        return self.root + ".crt"


class Installation:
    """A directory with a configuration, a certificate and all that they need."""

    def __init__(self, clinic, name):
        self.clinic = clinic
        self.directory = os.path.join(clinic.directory, name)
        os.makedirs(self.directory)
        os.chmod(self.directory, 0o755)
        self.closing = contextlib.ExitStack()
        self.prefix = []     # of each command
        self.options = []    # of doctor
        self.user = USER
        self.cert, self.key = self.path("pop.crt"), self.path("pop.key")
        self.server = {"names": ["localhost"], "state_dir": self.path("state")}
        self.listeners = [{"name": "pop3s", "address": ["127.0.0.1:0"], "tls": "implicit"},
                          {"name": "pop3", "address": ["127.0.0.1:0"], "tls": "stls"}]
        self.certificates = [{"cert_file": self.cert, "key_file": self.key}]
        self.backends = [{"name": "mail", "address": ["%s:%d" % clinic.backend], "tls": "none"}]
        self.sections = {"timeouts": {"connect": "5s"}}
        self.arrays = []     # further tables: (name, values)
        self.issue()
        os.mkdir(self.server["state_dir"], 0o700)
        self.own(self.server["state_dir"])
        self.write()

    def path(self, name):
        return os.path.join(self.directory, name)

    def own(self, path):
        """Gives it to the service's user."""
        if ROOT:
            shutil.chown(path, USER)

    def issue(self, *more, kind=None, hosts=HOSTS, days=DAYS, issuer=None, subject="/CN=pop",
              usage="serverAuth", chain=True, cert=None, key=None):
        """A certificate with its chain; `more` are further arguments of openssl req."""
        cert, key = cert or self.cert, key or self.key
        issuer = issuer or self.clinic.inner
        names = ["-addext", "subjectAltName=" + ",".join(hosts)] if hosts else []
        openssl("req", "-x509", *(kind or KEYS["ecdsa"]), "-nodes", "-days", str(days), "-subj",
                subject, "-CA", issuer + ".crt", "-CAkey", issuer + ".key", "-keyout", key,
                "-out", cert, *names, "-addext", "basicConstraints=critical,CA:FALSE", "-addext",
                "extendedKeyUsage=" + usage, *more)
        if chain and issuer == self.clinic.inner:
            self.append(cert, self.read(issuer + ".crt"))
        os.chmod(key, 0o640)
        if ROOT:
            shutil.chown(key, group="nogroup")

    def issue_dated(self, start, end):
        """The same between these times."""
        request, config = self.path("csr"), self.path("ca.cnf")
        openssl("req", *KEYS["ecdsa"], "-nodes", "-subj", "/CN=pop", "-keyout", self.key, "-out",
                request, "-addext", "subjectAltName=" + ",".join(HOSTS))
        self.put("index", "")
        self.put("ca.cnf", f"[ca]\ndefault_ca = d\n[d]\ndatabase = {self.path('index')}\n"
                 f"new_certs_dir = {self.directory}\nrand_serial = yes\nunique_subject = no\n"
                 "default_md = sha256\ncopy_extensions = copy\npolicy = n\n[n]\n"
                 "commonName = supplied\n")
        openssl("ca", "-batch", "-notext", "-config", config, "-cert", self.clinic.inner + ".crt",
                "-keyfile", self.clinic.inner + ".key", "-startdate", start, "-enddate", end,
                "-in", request, "-out", self.cert)
        self.append(self.cert, self.read(self.clinic.inner + ".crt"))
        os.chmod(self.key, 0o644 if not ROOT else 0o640)
        if ROOT:
            shutil.chown(self.key, group="nogroup")

    @staticmethod
    def read(path):
        with open(path, encoding="latin-1") as file:
            return file.read()

    def put(self, name, text):
        """Writes a file of that name, or of that path; owner and mode stay."""
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)
        return path

    @staticmethod
    def append(path, text):
        with open(path, "a", encoding="latin-1") as file:
            file.write(text)

    def blocks(self, path=None):
        """The PEM blocks of a file, by default the chain."""
        return re.findall(r"-----BEGIN .*?-----END [^\n]*\n", self.read(path or self.cert), re.S)

    def write(self):
        self.config = self.put("postern.toml", self.text())

    def text(self):
        tables = [("[server]", self.server)]
        tables += [("[[listener]]", each) for each in self.listeners]
        tables += [("[[tls.certificate]]", each) for each in self.certificates]
        tables += [("[[backend]]", each) for each in self.backends]
        tables += [(f"[{name}]", each) for name, each in self.sections.items()]
        tables += self.arrays
        return "\n".join("\n".join([name, *(f"{key} = {json.dumps(value)}"
                                            for key, value in values.items()), ""])
                         for name, values in tables)

    def line_of(self, start):
        """Where the first line of the configuration that begins so is: FILE:LINE."""
        for number, line in enumerate(self.read(self.config).splitlines(), 1):
            if line.startswith(start):
                return f"{self.config}:{number}"
        raise AssertionError(f"no line {start}")

    def examine(self, *more):
        """The exit status and the findings."""
        user = ["--user", self.user] if self.user else []
        command = [*self.prefix, program(), "doctor", "-c", self.config, "--json", "--ca-file",
                   self.clinic.ca_file, *user, *self.options, *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              timeout=PATIENCE * 4, cwd=self.directory)
        if done.returncode not in (OK, ERRORS, WARNINGS, CONFIGURATION):
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.returncode, json.loads(done.stdout)["findings"]

    def run_fix(self, command):
        done = subprocess.run([*self.prefix, "sh", "-ec", command], capture_output=True, text=True,
                              check=False, timeout=PATIENCE, cwd=self.directory,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise AssertionError(f"{command}\nends with {done.returncode}: {done.stderr}")

    def close(self):
        self.closing.close()


class Fault(NamedTuple):
    """One planted fault. `where` is a regular expression for the finding's place, in which
    {dir} stands for the installation's; `mend` turns the fix into the command to be tried, or is
    None where no command can mend it alone."""

    name: str
    check: str
    plant: Callable
    where: str = r"{dir}/postern\.toml:\d+"
    mend: Optional[Callable] = None
    root: bool = False
    what: str = ""


def as_told(fix):
    return fix
