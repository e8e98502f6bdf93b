# SPDX-License-Identifier: Apache-2.0
"""Servers that are unpacked and not installed, run as if they were.

A server finds its programs where its package puts them, and has its own /run and the files in /etc
that it is given, in mounts that nobody else sees; it ends with all that it has started. Needs the
right to make such mounts, as root has it.
"""

import os
import signal
import subprocess

SET_UP = """
set -e
packages=$1 directory=$2
shift 2
mount -t overlay overlay -o "ro,lowerdir=$packages/usr:/usr" /usr
mount -t overlay overlay -o "ro,lowerdir=$directory/etc:/etc" /etc
mount --bind "$directory/run" /run
exec "$@"
"""


def packages():
    """Where ctest's fixture has unpacked them."""
    folder = os.environ.get("OTHER_SERVERS")
    assert folder, "OTHER_SERVERS names the directory into which e2e/servers/unpack has unpacked"
    return folder


class Installed:
    """One server in a directory of its own, which has an etc/ and a run/."""

    def __init__(self, directory):
        self.directory = directory
        self._process = None
        for part in ("etc", "run"):
            os.makedirs(self.path(part), exist_ok=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="ascii") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)

    def give_to(self, user, *names):
        """Whole trees."""
        for name in names:
            for folder, _, files in os.walk(self.path(name)):
                for entry in (folder, *(os.path.join(folder, each) for each in files)):
                    os.chown(entry, user.pw_uid, user.pw_gid)

    def start(self, command):
        with open(self.path("log"), "ab") as log:
            self._process = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child",
                 *self._set_up(command)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory)

    def run(self, command, text=""):
        """To its end, with this on its standard input."""
        subprocess.run(["unshare", "--mount", *self._set_up(command)], check=True,
                       input=text.encode(), capture_output=True, timeout=60)

    def running(self):
        return self._process is not None and self._process.poll() is None

    def stop(self):
        """Returns when nothing of it runs any more."""
        if self.running():
            pid = self._process.pid
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                for first in file.read().split():
                    os.kill(int(first), signal.SIGKILL)  # the kernel ends the others with it
            self._process.wait(30)

    def log(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def _set_up(self, command):
        return ["sh", "-c", SET_UP, "sh", packages(), self.directory, *command]
