# SPDX-License-Identifier: Apache-2.0
"""A world whose tests are about the link between a gateway and its backend."""

from support.raw_peer import RawPeer
from support.world import DovecotWorld, World


class BackendWorld(World):
    """Gateways in front of backends with TLS, one a test."""

    def gateway_to(self, address, tls="stls", name="gateway", **backend):
        settings = {"tls": tls, "ca_file": self.authority.ca_file, **backend}
        settings = {key: value for key, value in settings.items() if value is not None}
        return self.start_gateway(address, self.addCleanup, self.path(f"{self.id()}-{name}"),
                                  backend=settings)

    def client(self, gateway):
        peer = RawPeer(gateway.address("pop3s"))
        self.addCleanup(peer.close)
        peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        return peer
