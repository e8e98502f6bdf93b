# SPDX-License-Identifier: Apache-2.0
"""stunnel, a thread for each session. It relays without reading a command after STLS. With TLS on
both sides it is a chain of two: the one takes it off, the other puts it on again."""

from peers.peer import Peer, free_port

CONFIGURATION = """
foreground = yes
debug = err
pid =
[door]
accept = 127.0.0.1:{port}
connect = 127.0.0.1:{next_port}
cert = {cert}
key = {key}
sslVersion = TLSv1.3
curves = X25519
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
{protocol}
"""
CHAIN = """
[backend]
client = yes
accept = 127.0.0.1:{next_port}
connect = 127.0.0.1:{pop3s_port}
CAfile = {ca_file}
verifyChain = yes
checkHost = localhost
sni = localhost
sslVersion = TLSv1.3
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
"""


class Stunnel(Peer):
    name = "stunnel"
    most_sessions = 4000
    secures = True

    def command(self):
        cert, key = self.world.certificate
        next_port = free_port() if self.behind_tls else self.world.pop3_port
        text = CONFIGURATION.format(
            port=self.port, next_port=next_port, cert=cert, key=key,
            protocol="" if self.door == "implicit" else "protocol = pop3")
        if self.behind_tls:
            text += CHAIN.format(next_port=next_port, pop3s_port=self.world.pop3s_port,
                                 ca_file=self.world.ca_file)
        return ["/usr/bin/stunnel4", self.write("stunnel.conf", text)]
