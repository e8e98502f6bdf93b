# SPDX-License-Identifier: Apache-2.0
"""stunnel, a thread for each session. It relays without reading a command after STLS."""

from peers.peer import Peer

CONFIGURATION = """
foreground = yes
debug = err
pid =
[door]
accept = 127.0.0.1:{port}
connect = 127.0.0.1:{pop3_port}
cert = {cert}
key = {key}
sslVersion = TLSv1.3
curves = X25519
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
{protocol}
"""


class Stunnel(Peer):
    name = "stunnel"
    most_sessions = 4000

    def command(self):
        cert, key = self.world.certificate
        text = CONFIGURATION.format(
            port=self.port, pop3_port=self.world.pop3_port, cert=cert, key=key,
            protocol="" if self.door == "implicit" else "protocol = pop3")
        return ["/usr/bin/stunnel4", self.write("stunnel.conf", text)]
