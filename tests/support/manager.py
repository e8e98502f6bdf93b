# SPDX-License-Identifier: Apache-2.0
"""What systemd is for a service: a socket that is told about its state."""

import os
import socket
import threading


class Manager:
    """Listens to sd_notify in a thread of its own; `messages` are what was said, in order."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "notify.sock")
        self.messages = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        os.chmod(self.path, 0o777)
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        self._socket.close()

    def count(self, message):
        """How often exactly this was said."""
        return self.messages.count(message)

    def heard(self, part):
        """Whether something with this in it was said."""
        return any(part in message for message in self.messages)

    def _listen(self):
        while True:
            try:
                self.messages.append(self._socket.recv(4096).decode())
            except OSError:
                return
