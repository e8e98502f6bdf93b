# SPDX-License-Identifier: Apache-2.0
"""The system's own logs, played by a test: a datagram socket each, in a program's own mounts."""

import os
import socket

# In mounts of its own: /dev with what a program needs of it, /run with nothing.
MOUNTS = """
set -e
mkdir -p "$0/devices"
mount --rbind /dev "$0/devices"
mount -t tmpfs none /dev
for each in null zero full random urandom; do
  touch "/dev/$each"; mount --bind "$0/devices/$each" "/dev/$each"
done
ln -s "$0/syslog" /dev/log
mount -t tmpfs none /run
mkdir -p /run/systemd/journal
ln -s "$0/journal" /run/systemd/journal/socket
exec "$@"
"""


def beside(directory):
    """The command that runs what comes behind it with its system logs in this directory."""
    return ["unshare", "--mount", "sh", "-c", MOUNTS, directory]


class LogDaemon:
    """Listens from now on; reads only when it is asked what has come."""

    def __init__(self, path):
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        self._entries = []

    def entries(self):
        """All that has come by now."""
        try:
            while True:
                self._entries.append(self._socket.recv(1 << 17, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return list(self._entries)

    def close(self):
        self._socket.close()
        if os.path.exists(self._path):
            os.remove(self._path)


def fields(entry):
    """An entry of the journal's protocol as a dictionary."""
    found = {}
    while entry:
        line, _, entry = entry.partition(b"\n")
        name, sign, value = line.partition(b"=")
        if not sign:
            size = int.from_bytes(entry[:8], "little")
            value, entry = entry[8:8 + size], entry[9 + size:]
        found[name.decode()] = value.decode()
    return found
