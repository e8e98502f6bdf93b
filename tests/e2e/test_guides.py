# SPDX-License-Identifier: Apache-2.0
"""The guides, followed to the letter: servers and gateways are configured by the blocks of the pages,
with only addresses, ports and paths replaced."""

import json
import re
import subprocess

from support import guides, mailbox
from support.dovecot import Dovecot, free_port
from support.gateway import Gateway, program
from support.other_servers import Courier, Cyrus
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld, World

AT_HOME = "127.0.0.1:1110"


class ShippedDovecot(Dovecot):
    """As a package has it, which knows nothing of postern: then the guide's file."""

    def _write_configuration(self):
        super()._write_configuration()
        with open(self._path("dovecot.conf"), encoding="utf-8") as file:
            text = file.read()
        for setting in ("mail_max_userip_connections", "disable_plaintext_auth",
                        "default_process_limit", "default_client_limit"):
            text = re.sub(rf"(?m)^{setting} = .*\n", "", text)
        text = text.replace("  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n", "")
        text = re.sub(r"  inet_listener \w+ \{.*?\n  \}\n", "", text, flags=re.S)
        text += guides.replaced(
            guides.blocks("dovecot")["/etc/dovecot/conf.d/99-postern.conf"],
            ("port = 1110", f"port = {self.port}"))
        with open(self._path("dovecot.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    def seen(self):
        return re.findall(r"pop3-login: Info: Login: .*?rip=([\d.]+)", self.log())


class Guided(World):
    """A gateway by the blocks of a page."""

    @classmethod
    def gateway_by(cls, name, server):
        """A page without listeners takes them for done by README.md: the page of Dovecot has them."""
        host, port = server.address
        text = guides.blocks(name)["/etc/postern/postern.toml"]
        if "[[listener]]" not in text:
            whole = guides.blocks("dovecot")["/etc/postern/postern.toml"]
            text = whole.partition("[[backend]]")[0] + text
        text = guides.replaced(text, (AT_HOME, f"{host}:{port}"))
        text = re.sub(r'address = \["0\.0\.0\.0:\d+", "\[::\]:\d+"\]', 'address = ["127.0.0.1:0"]',
                      text)
        text = re.sub(r'(?m)^cert_file = .*', f'cert_file = "{cls.certificate.cert_file}"', text)
        text = re.sub(r'(?m)^key_file = .*', f'key_file = "{cls.certificate.key_file}"', text)
        text = guides.replaced(text, ("[server]\n", 'control.socket = ""\n[server]\n'
                                                    'state_dir = ""\nworkers = 2\n'))
        gateway = Gateway(cls.path("gateway"), text)
        cls.addClassCleanup(gateway.stop)
        return gateway.start()

    def logged_in(self, gateway, door="pop3s", source=None, user=USER):
        peer = RawPeer(gateway.address(door), source=source)
        self.addCleanup(peer.close)
        if door == "pop3s":
            peer.start_tls(self.context)
        DovecotWorld.greeted(peer)
        if door == "pop3":
            self.assertTrue(peer.command("STLS").startswith(b"+OK"))
            peer.start_tls(self.context)
        peer.login(user, PASSWORD)
        return peer

    def doctor(self, gateway):
        """The names of its findings about the backend."""
        done = subprocess.run([program(), "doctor", "--json", "-c", gateway.config_file],
                              capture_output=True, text=True, timeout=60, check=False)
        names = {each["check"] for each in json.loads(done.stdout)["findings"]}
        return {name for name in names if name.startswith("backend-")}


class InFrontOfDovecot(Guided):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = ShippedDovecot(cls.path("dovecot"), {USER: (PASSWORD, mailbox.small())})
        cls.addClassCleanup(cls.dovecot.stop)
        cls.dovecot.start()
        cls.gateway = cls.gateway_by("dovecot", cls.dovecot)

    def test_clients_are_known_and_limits_are_theirs(self):
        """Of one user, more sessions than Dovecot allows for one address."""
        clients = [f"127.0.0.{number}" for number in range(2, 14)]
        peers = [self.logged_in(self.gateway, door, client)
                 for client, door in zip(clients, ("pop3s", "pop3") * len(clients))]
        until(lambda: sorted(self.dovecot.seen()) == sorted(clients), "Dovecot has logged them all")
        for peer in peers:
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        self.assertEqual(self.gateway.log_events("proxy_mismatch"), [])

    def test_the_doctor_finds_nothing_to_mend(self):
        self.assertEqual(self.doctor(self.gateway), set())


class GuidedCourier(Courier):
    """By the page's values, and where it has none by those that are shipped."""

    def command(self):
        values = dict(re.findall(r"(?m)^(\w+)=(.*)$",
                                 guides.blocks("courier")["/etc/courier/pop3d"]))
        assert (values["ADDRESS"], values["PORT"]) == ("127.0.0.1", "1110")
        text = super().command()[2]
        text = guides.replaced(text, ("-maxprocs=40", f"-maxprocs={values['MAXDAEMONS']}"),
                               ("-maxperip=40", f"-maxperip={values['MAXPERIP']}"))
        return ["sh", "-c", text]


class InFrontOfCourier(Guided):
    def test_more_clients_than_it_takes_from_one_address(self):
        server = GuidedCourier(self.path("server"), PASSWORD, mailbox.small())
        self.addCleanup(server.stop)
        server.begin()
        gateway = self.gateway_by("courier", server)
        peers = [self.logged_in(gateway, user=server.user) for _ in range(8)]
        for peer in peers:
            self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "), peer)
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))


class GuidedCyrus(Cyrus):
    """By the page's lines, in files that are otherwise as the fixture has them."""

    def write(self, name, text, mode=0o644):
        if name == "imapd.conf":
            text = guides.replaced(text, ("allowplaintext: yes\n",
                                          guides.blocks("cyrus")["/etc/imapd.conf"]))
        if name == "cyrus.conf":
            line = guides.replaced(guides.blocks("cyrus")["/etc/cyrus.conf"],
                                   (AT_HOME, f"127.0.0.1:{self.address[1]}"),
                                   ('cmd="pop3d', f'cmd="/usr/lib/cyrus/bin/pop3d -C '
                                                  f'{self.directory}/imapd.conf'))
            text = re.sub(r"(?m)^  pop3 .*\n", lambda _: f"  {line}", text)
        super().write(name, text, mode)


class InFrontOfCyrus(Guided):
    def test_clients_get_in(self):
        server = GuidedCyrus(self.path("server"), PASSWORD, mailbox.small())
        self.addCleanup(server.stop)
        server.begin()
        gateway = self.gateway_by("cyrus", server)
        peer = self.logged_in(gateway, user=server.user)
        self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "), peer)
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))


del Guided
