# SPDX-License-Identifier: Apache-2.0
"""Dovecot's login proxy in its two modes: one process for all sessions, or one for each."""

from peers.peer import Peer

CONFIGURATION = """
protocols = pop3
listen = 127.0.0.1
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
auth_failure_delay = 0
ssl = required
ssl_min_protocol = TLSv1.3
ssl_curve_list = X25519
ssl_cert = <{cert}
ssl_key = <{key}
ssl_ca = <{ca_file}
ssl_require_crl = no
default_process_limit = 30000
default_client_limit = 70000
default_vsz_limit = 0
mail_max_userip_connections = 0
login_trusted_networks =
passdb {{
  driver = static
  args = nopassword=y proxy=y host=127.0.0.1 port={backend_port} {secured}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service pop3-login {{
  {service}
  inet_listener pop3 {{
    port = {plain_port}
  }}
  inet_listener pop3s {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


class _Dovecot(Peer):
    service = ""
    secures = True

    def command(self):
        cert, key = self.world.certificate
        implicit = self.door == "implicit"
        text = CONFIGURATION.format(
            directory=self.directory, cert=cert, key=key, ca_file=self.world.ca_file,
            backend_port=self.backend_port, secured="ssl=yes" if self.behind_tls else "",
            service=self.service, plain_port=0 if implicit else self.port,
            tls_port=self.port if implicit else 0)
        return ["/usr/sbin/dovecot", "-F", "-c", self.write("dovecot.conf", text)]


class DovecotPerformance(_Dovecot):
    name = "Dovecot, performance"
    slowness = 4
    service = "service_count = 0\n  process_min_avail = 1\n  process_limit = 1"


class DovecotSecure(_Dovecot):
    name = "Dovecot, secure"
    service = "service_count = 1"
    slowness = 10
    resumes = False  # each process has ticket keys of its own
    most_sessions = 1000
