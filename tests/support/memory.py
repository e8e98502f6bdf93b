# SPDX-License-Identifier: Apache-2.0
"""What stands in a running process's memory, freed or not. Needs root's rights: the program lets
nobody else look, not even its own user."""

import os

BLOCK = 4 << 20
TOO_LARGE = 4 << 30  # a sanitizer's shadow is terabytes of nothing


def _regions(pid):
    """Begin, end and name of each that can be read."""
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as file:
        for line in file:
            place, rights, _, _, _, *name = line.split(maxsplit=5)
            begin, end = (int(part, 16) for part in place.split("-"))
            if rights.startswith("r") and end - begin < TOO_LARGE:
                yield begin, end, name[0].strip() if name else "anonymous"


def find(pid, needles):
    """Where one of these byte strings stands: a list of (needle, region, what stands around it)."""
    overlap = max(map(len, needles)) - 1
    found = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for begin, end, name in _regions(pid):
            at = begin
            while at < end:
                try:
                    block = os.pread(memory.fileno(), min(BLOCK, end - at), at)
                except OSError:
                    break  # the kernel's own pages
                if not block:
                    break
                for needle in needles:
                    if (place := block.find(needle)) >= 0:
                        found.append((needle, name, block[max(0, place - 60):place + 60]))
                at += max(1, len(block) - overlap) if at + len(block) < end else len(block)
    return found
