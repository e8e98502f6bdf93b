# SPDX-License-Identifier: Apache-2.0
"""HAProxy as a TLS relay with one thread. It reads no command."""

from harness.descriptors import MOST_SESSIONS
from peers.peer import Peer

CONFIGURATION = """
global
  nbthread 1
  maxconn {most_sessions}
  ssl-default-bind-curves X25519
  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
  ssl-default-server-ciphersuites TLS_AES_128_GCM_SHA256
defaults
  mode tcp
  timeout connect 10s
  timeout client 10m
  timeout server 10m
listen door
  bind 127.0.0.1:{port} ssl crt {bundle} ssl-min-ver TLSv1.3 backlog 4096
  server backend 127.0.0.1:{backend_port} {secured}
"""
SECURED = "ssl verify required ca-file {ca_file} sni str(localhost) verifyhost localhost"


class Haproxy(Peer):
    name = "HAProxy"
    doors = ("implicit",)
    secures = True

    def command(self):
        secured = SECURED.format(ca_file=self.world.ca_file) if self.behind_tls else ""
        text = CONFIGURATION.format(port=self.port, backend_port=self.backend_port,
                                    secured=secured, bundle=self.world.bundle,
                                    most_sessions=MOST_SESSIONS)
        return ["/usr/sbin/haproxy", "-db", "-f", self.write("haproxy.cfg", text)]
