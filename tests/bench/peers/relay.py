# SPDX-License-Identifier: Apache-2.0
"""The physical limit: a relay that copies plain bytes and does nothing else."""

import json
import os

from peers.peer import Peer


class Relay(Peer):
    name = "copy relay"
    doors = ("none",)

    def command(self):
        return [os.path.join(self.world.build, "relay"), str(self.world.pop3_port)]

    def listens(self):
        first = self.output().partition("\n")
        if not first[1]:
            return False
        self.port = json.loads(first[0])["port"]
        return True
