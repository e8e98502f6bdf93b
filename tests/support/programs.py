# SPDX-License-Identifier: Apache-2.0
"""Programs that people run, from Debian and from npm, each told to fetch a whole mailbox.

How each one is told stands in a file of its own in e2e/programs/. It finds host, port, user and
so on in its environment, has a home directory of its own, and leaves what it fetched in files
below mail/, in whatever form it has.
"""

import os
import subprocess
import tempfile
from typing import NamedTuple

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e/programs")
TIMEOUT = 600  # seconds; some are slow on a machine that is busy with other tests
JARS = ":".join(f"/usr/share/java/jakarta-{name}.jar" for name in ("mail", "activation"))


def _from_npm(package):
    """Where ctest's fixture has put it."""
    folder = os.environ.get("NPM_PROGRAMS")
    assert folder, "NPM_PROGRAMS names the directory in which `npm ci` was done"
    return os.path.join(folder, "node_modules", package, "src/Command.js")


class Program(NamedTuple):
    """command: what runs it, before its file. npm: the package that it is told to load."""

    command: tuple
    file: str
    npm: str = ""

    def fetch(self, account, name):
        """Everything that it leaves, one entry a file, in no order of its own."""
        done, files = self.try_to_fetch(account, name)
        if done.returncode != 0:
            raise AssertionError(f"{self.file}: {done.returncode}: {done.stderr[-2000:]!r} "
                                 f"{done.stdout[-2000:]!r}")
        return files

    def try_to_fetch(self, account, name):
        """The same, with its status and what it said, where it may not succeed."""
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(self._command_line(), cwd=home, capture_output=True,
                                  timeout=TIMEOUT, check=False, stdin=subprocess.DEVNULL,
                                  env=self._environment(account, name, home))
            return done, sorted(self._files(os.path.join(home, "mail")))

    def _command_line(self):
        return [*self.command, os.path.join(FOLDER, self.file),
                *([_from_npm(self.npm)] if self.npm else [])]

    def _environment(self, account, name, home):
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": home, "TERM": "xterm",
                "POP_HOST": account.host,
                "POP_PORT": str(account.port), "POP_NAME": name, "POP_WAY": account.way,
                "POP_CA": account.ca_file, "POP_USER": account.user,
                "POP_PASSWORD": account.password, "SSL_CERT_FILE": account.ca_file,
                "NODE_EXTRA_CA_CERTS": account.ca_file}

    def _files(self, folder):
        for place, _, names in os.walk(folder):
            for each in names:
                with open(os.path.join(place, each), "rb") as file:
                    yield file.read()


GETMAIL6 = Program(("sh",), "getmail6.sh")
MUTT = Program(("sh",), "mutt.sh")
S_NAIL = Program(("sh",), "s-nail.sh")
MOVEMAIL = Program(("sh",), "movemail.sh")
NET_POP3 = Program(("perl",), "net_pop3.pl")
MAIL_POP3CLIENT = Program(("perl",), "mail_pop3client.pl")
NET_POP = Program(("ruby",), "net_pop.rb")
PHP_IMAP = Program(("php",), "imap.php")
TCLLIB = Program(("tclsh",), "pop3.tcl")
NODE_POP3_0_9 = Program(("node",), "node-pop3.mjs", npm="node-pop3-0.9")
NODE_POP3_0_11 = Program(("node",), "node-pop3.mjs", npm="node-pop3-0.11")
JAKARTA_MAIL = Program(("java", "-cp", JARS), "JakartaMail.java")
NEOMUTT = Program(("sh",), "neomutt.sh")
MAILFILTER = Program(("sh",), "mailfilter.sh")
FDM = Program(("sh",), "fdm.sh")
CHECK_POP = Program(("sh",), "check_pop.sh")
POPLIB = Program(("/usr/bin/python3",), "poplib_fetch.py")
