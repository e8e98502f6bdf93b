# SPDX-License-Identifier: Apache-2.0
"""nginx with its mail module. The HTTP service it asks about each login is the backend's, so that
its cost is not counted."""

from harness.descriptors import LIMIT
from peers.peer import Peer

CONFIGURATION = """
load_module /usr/lib/nginx/modules/ngx_mail_module.so;
daemon off;
user root;
worker_processes 1;
pid {directory}/pid;
error_log {directory}/error.log;
events {{
  worker_connections {descriptors};
}}
mail {{
  auth_http 127.0.0.1:{http_port}/;
  pop3_capabilities USER UIDL TOP;
  ssl_certificate {cert};
  ssl_certificate_key {key};
  ssl_protocols TLSv1.3;
  ssl_ecdh_curve X25519;
  server {{
    listen 127.0.0.1:{port} {listen} backlog=4096;
    protocol pop3;
    {starttls}
  }}
}}
"""


class Nginx(Peer):
    name = "nginx mail"
    slowness = 4  # it waits for acknowledgements: much time, little of it the processor's

    def command(self):
        cert, key = self.world.certificate
        implicit = self.door == "implicit"
        text = CONFIGURATION.format(
            directory=self.directory, descriptors=LIMIT, port=self.port,
            http_port=self.world.http_port, cert=cert, key=key,
            listen="ssl" if implicit else "", starttls="" if implicit else "starttls only;")
        return ["/usr/sbin/nginx", "-c", self.write("nginx.conf", text), "-e",
                self.path("error.log")]
