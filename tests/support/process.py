# SPDX-License-Identifier: Apache-2.0
"""What the kernel says about a running process: memory, descriptors, processor time."""

import os
import resource

TICKS = os.sysconf("SC_CLK_TCK")

# A sanitizer keeps freed memory for a while; for what is measured here it must not.
MEASURED = {"ASAN_OPTIONS": ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"),
                                                   "quarantine_size_mb=1"]))}


def allow_descriptors(count):
    """Raises this process's own limit, as far as it may; its children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def rss_kib(pid):
    """Resident memory in KiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise AssertionError(f"no VmRSS for {pid}")


def keeps_freed_memory(program):
    """Whether it was built with a sanitizer, whose allocator gives little back."""
    with open(program, "rb") as file:
        symbols = file.read()
    return b"__asan_init" in symbols or b"__tsan_init" in symbols


def filters_calls(program):
    """Whether its signer gives up system calls; ThreadSanitizer's own thread needs them."""
    with open(program, "rb") as file:
        return b"__tsan_init" not in file.read()


def descriptors(pid):
    """How many files and sockets are open. /dev/null is left out: libuv keeps one a loop in
    reserve, from that loop's first connection on."""
    count = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(f"/proc/{pid}/fd/{name}") != "/dev/null"
        except FileNotFoundError:
            pass  # closed meanwhile
    return count


def cpu_seconds(pid):
    """User and system time spent so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
