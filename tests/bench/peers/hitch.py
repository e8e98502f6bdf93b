# SPDX-License-Identifier: Apache-2.0
"""Hitch, a TLS relay with one worker. It reads no command."""

from peers.peer import Peer


class Hitch(Peer):
    name = "Hitch"
    doors = ("implicit",)

    def command(self):
        return ["/usr/sbin/hitch", "--workers=1", "--backlog=4096", "--user=nobody",
                "--group=nogroup", "--tls-protos=TLSv1.3", f"--frontend=[127.0.0.1]:{self.port}",
                f"--backend=[127.0.0.1]:{self.world.pop3_port}", self.world.bundle]
