# SPDX-License-Identifier: Apache-2.0
"""What the kernel says of a process."""


def kernel_says(pid):
    """/proc/PID/status as a dictionary."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
