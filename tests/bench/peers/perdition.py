# SPDX-License-Identifier: Apache-2.0
"""Perdition, which forks a process for each session. It knows one group for key agreement only."""

from peers.peer import Peer

SSL_MODES = {"implicit": ("POP3S", "ssl_listen"), "stls": ("POP3", "tls_listen_force")}


class Perdition(Peer):
    name = "Perdition"
    slowness = 10
    most_sessions = 1000
    group = "P-256"

    def command(self):
        cert, key = self.world.certificate
        protocol, ssl_mode = SSL_MODES[self.door]
        options = {
            "protocol": protocol, "ssl_mode": ssl_mode, "bind_address": f"127.0.0.1:{self.port}",
            "outgoing_server": f"127.0.0.1:{self.world.pop3_port}", "ssl_cert_file": cert,
            "ssl_key_file": key, "ssl_listen_ciphers": "ECDHE+AESGCM", "map_library": "",
            "pid_file": "", "log_facility": self.path("log"), "username": "nobody",
            "group": "nogroup", "config_file": "/dev/null",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return ["/usr/sbin/perdition", "--no_daemon", "--no_lookup",
                "--ssl_no_cipher_server_preference", *words]
