# SPDX-License-Identifier: Apache-2.0
"""A process that another one has started and that outlives it: ours to wait for all the same."""

import ctypes
import os
import select
import signal
import subprocess

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """From now on a process whose parent has ended is a child of this one."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class Adopted:
    """As much of subprocess.Popen as a gateway needs. The exit status is known once the process
    that started this one has ended before it."""

    def __init__(self, pid):
        self.pid = pid
        self.returncode = None
        self._descriptor = os.pidfd_open(pid)

    def poll(self):
        return self._await(0)

    def wait(self, within=None):
        if self._await(within) is None:
            raise subprocess.TimeoutExpired(str(self.pid), within)
        return self.returncode

    def send_signal(self, number):
        signal.pidfd_send_signal(self._descriptor, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def _await(self, seconds):
        if self.returncode is None and select.select([self._descriptor], [], [], seconds)[0]:
            try:
                _, status = os.waitpid(self.pid, 0)
                self.returncode = os.waitstatus_to_exitcode(status)
            except ChildProcessError:
                self.returncode = 0  # it was told to its own parent, which logs what is wrong
            os.close(self._descriptor)
        return self.returncode
