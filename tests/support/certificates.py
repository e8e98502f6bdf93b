# SPDX-License-Identifier: Apache-2.0
"""Certificates made for one run: a throw-away authority and what it signs.

Everything is made by the openssl program in the directory given and lives as long as that;
no key is ever part of the tree. Broken and mismatched files for the reload tests come from
here too.
"""

import os
import shutil
import ssl
import subprocess
from typing import NamedTuple

HOSTS = ("DNS:localhost", "DNS:pop.example.test", "IP:127.0.0.1", "IP:::1")
KEYS = {
    "ecdsa": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "rsa": ["-newkey", "rsa:2048"],
}


CA_CONFIGURATION = """
[ca]
default_ca = dates
[dates]
database = {directory}/index
new_certs_dir = {directory}
rand_serial = yes
unique_subject = no
default_md = sha256
copy_extensions = copy
policy = names
[names]
commonName = supplied
"""


class KeyPair(NamedTuple):
    """A certificate and its key, by path."""

    cert_file: str
    key_file: str

    def der(self):
        """The first certificate of the file as a peer shows it in the handshake."""
        with open(self.cert_file, encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())

    def replace_with(self, other):
        """Puts another pair under these names, each file in one step, key last."""
        for old, new in zip(self, other):
            shutil.copy(new, old + ".new")
            os.replace(old + ".new", old)


def _openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments[0]}: {done.stderr}")


class Authority:
    """A certificate authority in a directory of its own."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.ca_file = self._path("ca.crt")
        _openssl("req", "-x509", *KEYS["ecdsa"], "-nodes", "-days", "90", "-subj",
                 "/CN=Postern test authority", "-keyout", self._path("ca.key"), "-out",
                 self.ca_file, "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, name, kind="ecdsa", hosts=HOSTS, usage="serverAuth"):
        """A server's certificate with its key, signed by this authority; or, with "clientAuth", a
        client's."""
        pair = KeyPair(self._path(name + ".crt"), self._path(name + ".key"))
        _openssl("req", "-x509", *KEYS[kind], "-nodes", "-days", "90", "-subj", f"/CN={name}",
                 "-CA", self.ca_file, "-CAkey", self._path("ca.key"), "-keyout", pair.key_file,
                 "-out", pair.cert_file, "-addext", "subjectAltName=" + ",".join(hosts),
                 "-addext", "basicConstraints=critical,CA:FALSE", "-addext",
                 "keyUsage=critical,digitalSignature", "-addext", f"extendedKeyUsage={usage}")
        return pair

    def expired(self, name):
        """A pair whose time was one day of 2020."""
        pair = KeyPair(self._path(name + ".crt"), self._path(name + ".key"))
        request, config = self._path(name + ".csr"), self._path(name + ".cnf")
        _openssl("req", *KEYS["ecdsa"], "-nodes", "-subj", f"/CN={name}", "-keyout",
                 pair.key_file, "-out", request, "-addext", "subjectAltName=" + ",".join(HOSTS))
        with open(self._path("index"), "w", encoding="ascii"), \
                open(config, "w", encoding="ascii") as file:
            file.write(CA_CONFIGURATION.format(directory=self.directory))
        _openssl("ca", "-batch", "-notext", "-config", config, "-cert", self.ca_file, "-keyfile",
                 self._path("ca.key"), "-startdate", "20200101000000Z", "-enddate",
                 "20200102000000Z", "-in", request, "-out", pair.cert_file)
        return pair

    def mismatched(self, name):
        """A good certificate beside the key of another one."""
        right, other = self.issue(name), self.issue(name + "-other")
        return KeyPair(right.cert_file, other.key_file)

    def broken(self, name):
        """A PEM file cut in the middle of its base64, with a good key."""
        pair = self.issue(name)
        with open(pair.cert_file, encoding="ascii") as file:
            text = file.read()
        with open(pair.cert_file, "w", encoding="ascii") as file:
            file.write(text[: len(text) // 2])
        return pair

    def client_context(self):
        """What a careful client uses: this authority, the name is checked, and an end without
        close_notify is an error (Python would hide that)."""
        context = ssl.create_default_context(cafile=self.ca_file)
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        return context

    def _path(self, name):
        return os.path.join(self.directory, name)
