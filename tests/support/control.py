# SPDX-License-Identifier: Apache-2.0
"""The program's verbs that ask a running gateway, and its socket by hand."""

import json
import os
import socket
import struct
import subprocess

from support.gateway import program


def socket_of(gateway):
    return os.path.join(gateway.directory, "control.sock")


def run(gateway, *arguments, before=()):
    """The verb as an administrator types it. before: a program that runs it."""
    return subprocess.run([*before, program(), *arguments, "-c", gateway.config_file],
                          capture_output=True, text=True, timeout=60)


def ask(gateway, *arguments):
    """What it tells a program."""
    done = run(gateway, *arguments, "--json")
    return json.loads(done.stdout)


def connect(gateway):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(30)
    client.connect(socket_of(gateway))
    return client


def framed(request):
    text = json.dumps(request).encode()
    return struct.pack("!I", len(text)) + text


def read_frame(client):
    """The next reply, b"" where the other end hangs up before it is whole."""
    file = client.makefile("rb")
    head = file.read(4)
    if len(head) < 4:
        return b""
    return file.read(struct.unpack("!I", head)[0])
