# SPDX-License-Identifier: Apache-2.0
"""A real Dovecot behind the gateway is told where clients come from: its own log shows them."""

import re

from support.dovecot import Dovecot, free_port
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld, World
from support import mailbox

CLIENT = "127.0.0.7"
BEHIND = "127.0.0.3"  # what comes from the server's own address is taken for secured

TRUSTING = """
haproxy_trusted_networks = 127.0.0.1/32
login_trusted_networks = {trusted}
login_log_format_elements = user=<%u> rip=%r rport=%b lip=%l lport=%a tls=%c session=<%{{session}}>
service pop3-login {{
  inet_listener pop3_behind {{
    address = {behind}
    port = {port}
    haproxy = yes
  }}
}}
"""


class Trusting(Dovecot):
    """Has a door for PROXY headers besides its own, and trusts these networks."""

    trusted = "127.0.0.1/32"

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.behind_port = 0

    @property
    def behind(self):
        return (BEHIND, self.behind_port)

    def seen(self, user):
        """What its log says of the last login of this user: a dictionary."""
        lines = re.findall(rf"pop3-login: Info: Login: user=<{user}>, (.*)", self.log())
        return dict(re.findall(r"(\w+)=<?([^,>]*)", lines[-1])) if lines else None

    def _write_configuration(self):
        super()._write_configuration()
        self.behind_port = free_port()
        with open(self._path("dovecot.conf"), "a", encoding="utf-8") as file:
            file.write(TRUSTING.format(trusted=self.trusted, behind=BEHIND, port=self.behind_port))


class Distrustful(Trusting):
    """Takes XCLIENT from nobody who is here."""

    trusted = "192.0.2.0/24"


class ClientAddress(World):
    """A gateway for each way to tell, before one Dovecot."""

    kind = Trusting
    users = {f"user{number}": (PASSWORD, mailbox.small()) for number in range(8)}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.kind(cls.path("dovecot"), cls.users)
        cls.addClassCleanup(cls.dovecot.stop)
        cls.dovecot.start()

    def gateway_telling(self, way, address, **configuration):
        return self.start_gateway(address, self.addCleanup, name="gateway-" + self.id(),
                                  backend={"client_address": way}, **configuration)

    def login(self, gateway, user, door="pop3s"):
        """Logs in from CLIENT; its port, and what Dovecot has seen."""
        with RawPeer(gateway.address(door), source=CLIENT) as peer:
            port = peer.origin[1]
            if door == "pop3s":
                peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.login(user, PASSWORD)
        return port, until(lambda: self.dovecot.seen(user), "Dovecot logs the login")

    def session_id(self, gateway, port):
        return gateway.wait_for_log("session", rport=port)["sid"]


class Told(ClientAddress):
    """A server that trusts the gateway."""

    def check(self, way, user):
        gateway = self.gateway_telling(way, self.dovecot.behind)
        port, seen = self.login(gateway, user)
        self.assertEqual((seen["rip"], seen["rport"]), (CLIENT, str(port)))
        self.assertEqual((seen["lip"], seen["lport"]),
                         ("127.0.0.1", str(gateway.address("pop3s")[1])))
        return seen

    def test_health_checks_say_that_they_are_nobodys(self):
        """A server that waits for a header would else never greet them, and be taken for down."""
        for way in ("proxy-v1", "proxy-v2"):
            with self.subTest(way=way):
                gateway = self.start_gateway(
                    self.dovecot.behind, self.addCleanup, name="gateway-checked-" + way,
                    backend={"client_address": way}, timeouts={"connect": "1s"},
                    health={"interval": "100ms", "rise": 1, "fall": 1})
                before = self.dovecot.log().count("Disconnected")
                until(lambda known=before: self.dovecot.log().count("Disconnected") > known + 3,
                      "Dovecot has seen some checks to their end")
                self.assertEqual(gateway.log_events("backend_down"), [])
                self.assertEqual(self.login(gateway, "user7")[1]["rip"], CLIENT)

    def test_proxy_v1(self):
        self.assertEqual(self.check("proxy-v1", "user0").get("tls"), None)

    def test_proxy_v2_tells_tls_too(self):
        self.assertEqual(self.check("proxy-v2", "user1").get("tls"), "secured")

    def test_proxy_v2_claims_no_tls_for_a_client_in_clear(self):
        gateway = self.gateway_telling("proxy-v2", self.dovecot.behind,
                                       policy={"login": "plaintext-allowed"})
        port, seen = self.login(gateway, "user2", "pop3")
        self.assertEqual((seen["rip"], seen["rport"]), (CLIENT, str(port)))
        self.assertNotIn("tls", seen)

    def test_xclient(self):
        gateway = self.gateway_telling("xclient", self.dovecot.address)
        port, seen = self.login(gateway, "user3")
        self.assertEqual((seen["rip"], seen["rport"]), (CLIENT, str(port)))
        self.assertIn(self.session_id(gateway, port), seen["session"])
        self.assertEqual(gateway.log_events("proxy_mismatch"), [])

    def test_xoip(self):
        gateway = self.gateway_telling("xoip", self.dovecot.address)
        self.assertEqual(self.login(gateway, "user6")[1]["rip"], CLIENT)
        self.assertEqual(gateway.log_events("proxy_mismatch"), [])

    def test_none(self):
        gateway = self.gateway_telling("none", self.dovecot.address)
        self.assertEqual(self.login(gateway, "user4")[1]["rip"], "127.0.0.1")

    def test_a_client_of_a_balancer(self):
        """Its address goes through both."""
        gateway = self.gateway_telling("proxy-v2", self.dovecot.behind, doors=(
            ("pop3s", "implicit", ("127.0.0.1:0",),
             {"proxy_protocol": True, "proxy_trusted": [CLIENT]}),))
        with RawPeer(gateway.address("pop3s"), source=CLIENT) as peer:
            peer.send(b"PROXY TCP6 2001:db8::7 2001:db8::1 40000 995\r\n")
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.login("user5", PASSWORD)
        seen = until(lambda: self.dovecot.seen("user5"), "Dovecot logs the login")
        self.assertEqual((seen["rip"], seen["rport"], seen["lip"], seen["lport"]),
                         ("2001:db8::7", "40000", "2001:db8::1", "995"))


class Source(ClientAddress):
    """A server that looks at where connections come from."""

    def test_calls_come_from_the_source_address(self):
        gateway = self.start_gateway(self.dovecot.address, self.addCleanup, name="gateway-source",
                                     backend={"source_address": ["127.0.0.9"]})
        self.assertEqual(self.login(gateway, "user0")[1]["rip"], "127.0.0.9")

    def test_an_address_of_another_machine_is_told_and_serves_nobody(self):
        gateway = self.start_gateway(self.dovecot.address, self.addCleanup, name="gateway-foreign",
                                     backend={"source_address": ["192.0.2.9"]})
        self.assertIn("192.0.2.9 now: address not available",
                      gateway.wait_for_log("start", level="warn")["msg"])
        with RawPeer(gateway.address("pop3s"), source=CLIENT) as peer:
            peer.start_tls(self.context)
            DovecotWorld.greeted(peer)
            peer.command("USER user0")
            self.assertRegex(peer.command(f"PASS {PASSWORD}"), rb"^-ERR \[SYS/TEMP\]")
        refused = gateway.wait_for_log("login_refused")
        self.assertEqual(refused["phase"], "connect")
        self.assertIn("cannot call from 192.0.2.9 (backend.source_address)", refused["msg"])


class Refused(ClientAddress):
    """A server that does not trust the gateway: logins go on, and the log says it once a load."""

    kind = Distrustful

    def test_once_a_load(self):
        for number, way in enumerate(("xclient", "xoip")):
            with self.subTest(way=way):
                gateway = self.gateway_telling(way, self.dovecot.address)
                for times in (1, 2):
                    for _ in range(3):
                        port, seen = self.login(gateway, f"user{number}")
                        self.assertEqual(seen["rip"], "127.0.0.1")
                        self.session_id(gateway, port)  # logged, and all before it
                    lines = gateway.log_events("proxy_mismatch")
                    self.assertEqual([line["reason"] for line in lines],
                                     ["introduction_refused"] * times)
                    self.assertEqual(lines[0]["backend"], "legacy")
                    self.assertNotIn("rip", lines[0])
                    gateway.reload()
                gateway.stop()


del ClientAddress
