# SPDX-License-Identifier: Apache-2.0
"""A real HAProxy before the gateway: all that is decided and told by address is about the client,
and the balancer's own checks are nobody's trouble."""

import shutil

from support.haproxy import Haproxy
from support.raw_peer import RawPeer
from support.waiting import observe, until
from support.world import PASSWORD, USER, DovecotWorld

BALANCER = {"proxy_protocol": True, "proxy_trusted": ["127.0.0.1"]}
CLIENT, SCANNER, GUESSER = "127.0.0.7", "127.0.0.9", "127.0.0.8"


class Balancer(DovecotWorld):
    """HAProxy passes TLS on or ends it, with headers of both versions."""

    configuration = {
        "doors": (("pop3s", "implicit", ("127.0.0.1:0",), BALANCER),
                  ("pop3", "stls", ("127.0.0.1:0",), BALANCER)),
        "exceptions": ({"networks": [SCANNER], "login": "plaintext-allowed"},),
        "auth_failures": {"per_ip": 2, "per_user_network": 0, "delay": "0s"},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = cls.path("both.pem")
        with open(both, "wb") as file:
            for name in cls.certificate:
                with open(name, "rb") as part:
                    shutil.copyfileobj(part, file)
        pop3s, pop3 = cls.gateway.address("pop3s"), cls.gateway.address("pop3")
        cls.haproxy = Haproxy(cls.path("haproxy"), {
            "tls-v1": (pop3s, "send-proxy", ""),
            "tls-v2": (pop3s, "send-proxy-v2 proxy-v2-options crc32c,unique-id", ""),
            "clear-v2": (pop3, "send-proxy-v2", ""),
            "ended-v2": (pop3, "send-proxy-v2-ssl", f"ssl crt {both} alpn pop3"),
            "checked-v1": (pop3s, "send-proxy check inter 100ms", ""),
            "checked-v2": (pop3s, "send-proxy-v2 check inter 100ms", ""),
            "checked-tcp": (pop3, "send-proxy check port {} inter 100ms".format(pop3[1]), ""),
            "forgotten": (pop3s, "", ""),
        })
        cls.addClassCleanup(cls.haproxy.stop)
        cls.haproxy.start()

    def through(self, way, source=CLIENT):
        peer = RawPeer(self.haproxy.address(way), source=source)
        self.addCleanup(peer.close)
        return peer

    def told(self, event, peer):
        ip, port = peer.origin
        return self.gateway.wait_for_log(event, rip=ip, rport=port)

    def test_the_log_names_the_client_and_the_balancer(self):
        for way in ("tls-v1", "tls-v2"):
            with self.subTest(way=way):
                peer = self.through(way)
                origin = peer.origin
                peer.start_tls(self.context)
                self.greeted(peer)
                peer.login(USER, PASSWORD)
                self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
                line = self.gateway.wait_for_log("session", rip=origin[0], rport=origin[1])
                self.assertEqual((line["lip"], int(line["lport"])), self.haproxy.address(way))
                self.assertRegex(line["peer"], r"^127\.0\.0\.1:\d+$")
                self.assertEqual(line["user"], USER)

    def test_an_exception_is_for_the_client(self):
        peer = self.through("clear-v2", SCANNER)
        self.greeted(peer)
        peer.login(USER, PASSWORD)
        peer = self.through("clear-v2")
        self.greeted(peer)
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"-ERR [SYS/PERM]"))
        self.assertEqual(self.told("policy_denied", peer)["rule"], "policy.login")

    def test_a_ban_is_for_the_client_alone(self):
        for guess in ("wrong", "very wrong"):
            peer = self.through("tls-v2", GUESSER).start_tls(self.context)
            self.greeted(peer)
            peer.command(f"USER {USER}")
            self.assertTrue(peer.command(f"PASS {guess}").startswith(b"-ERR"))
            peer.close()
        self.assertEqual(self.gateway.wait_for_log("ban")["rip"], GUESSER)
        banned = self.through("clear-v2", GUESSER)
        self.assertTrue(banned.read_line().startswith(b"-ERR [SYS/TEMP]"))
        self.assertEqual(self.told("limit", banned)["reason"], "banned")
        other = self.through("tls-v2").start_tls(self.context)
        self.greeted(other)
        other.login(USER, PASSWORD)

    def test_tls_that_a_header_claims_is_none(self):
        """HAProxy has ended TLS, says so, and passes on what it heard in clear."""
        peer = self.through("ended-v2").start_tls(self.context)
        self.greeted(peer)
        self.assertNotIn(b"USER", self.capabilities(peer))
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"-ERR [SYS/PERM]"))

    @staticmethod
    def capabilities(peer):
        assert peer.command("CAPA").startswith(b"+OK")
        return peer.read_body().splitlines()

    def test_checks_of_the_balancer_are_no_trouble(self):
        """They say UNKNOWN, LOCAL, or nothing at all, and are sessions without a word at most."""
        for way in ("checked-v1", "checked-v2", "checked-tcp"):
            until(lambda way=way: self.haproxy.checks(way) == ("UP", "L4OK"), f"{way} is up")
        before = len(self.gateway.log_events(level="warn"))
        observe(1)
        lines = self.gateway.log_events(level="warn")[before:]
        self.assertEqual([line for line in lines if line["event"] == "proxy_mismatch"], [])

    def test_a_balancer_that_sends_no_header_is_told_so(self):
        peer = self.through("forgotten")
        peer.try_send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500)
        peer.read_to_end()
        line = self.gateway.wait_for_log("proxy_mismatch", reason="tls_hello")
        self.assertEqual((line["rip"], line["level"]), ("127.0.0.1", "warn"))
        self.assertIn("send-proxy", line["msg"])
