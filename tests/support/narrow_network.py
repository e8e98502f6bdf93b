# SPDX-License-Identifier: Apache-2.0
"""A network of the test's own whose sockets hold next to nothing, so that what a slow reader has
not taken stays with the program and not with the kernel.

The kernel's usual send buffer swallows megabytes on the loopback; a test of what happens to
bytes that nobody has taken yet would never see one of them.
"""

import ctypes
import fcntl
import os
import socket
import struct

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

SEND_BUFFER = 16 * 1024


def _loopback_up():
    with socket.socket() as control:
        request = struct.pack("16sh", b"lo", 0).ljust(40, b"\0")
        flags = struct.unpack_from("h", fcntl.ioctl(control, SIOCGIFFLAGS, request), 16)[0]
        fcntl.ioctl(control, SIOCSIFFLAGS,
                    struct.pack("16sh", b"lo", flags | IFF_UP).ljust(40, b"\0"))


def enter(send_buffer=SEND_BUFFER):
    """Moves this thread, and all that it starts from now on, into a network that has nothing but
    a loopback. Every connection in it has a send buffer of that many bytes and no more. Needs the
    right to make one, as root has it; there is no way back."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"no network of its own: {os.strerror(error)}")
    _loopback_up()
    with open("/proc/sys/net/ipv4/tcp_wmem", "w", encoding="ascii") as file:
        file.write(f"4096 {send_buffer} {send_buffer}\n")
