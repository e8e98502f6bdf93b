# SPDX-License-Identifier: Apache-2.0
"""The load generator as a running program: ready, go, report, end."""

import json
import os
import subprocess


class Generator:
    """One run of it, against one server."""

    def __init__(self, build, peer, arguments, prepare):
        command = [os.path.join(build, "load"), "--port", str(peer.port), "--tls", peer.door,
                   "--group", peer.group, *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True, preexec_fn=prepare)

    def wait_until_ready(self):
        self._hear()

    def go(self):
        """Returns the report."""
        self._say("go")
        return self._hear()

    def end(self):
        """Closes all that is open, for which it has a minute; nothing if it has failed already."""
        try:
            if self._process.poll() is None:
                self._process.communicate("end\n", timeout=60)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def _say(self, word):
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def _hear(self):
        line = self._process.stdout.readline()
        if not line:
            errors = self._process.communicate()[1].strip()
            raise AssertionError(errors or f"the load ended with {self._process.returncode}")
        return json.loads(line)
