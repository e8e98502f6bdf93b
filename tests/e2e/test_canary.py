# SPDX-License-Identifier: Apache-2.0
"""A known password goes through every path, and the program never writes it anywhere."""

import base64
import os
import socket
import subprocess

from support import mailbox
from support.dovecot import Dovecot
from support.gateway import program
from support.raw_peer import RawPeer
from support.tap import Tap
from support.waiting import until
from support.world import DovecotWorld, World

CANARY = "cAnArY7fGeheim93"
USER = "carol"


def traces(secret):
    """The forms in which the secret could show: plain, base64 at each offset, hex."""
    data = secret.encode()
    found = {data, data[:10], data[-10:], data.hex().encode(), data.hex().upper().encode()}
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + data)
        found.add(coded[4 if offset else 0:-4])
    return found


class Canary(World):
    """One gateway a log format, all at level debug."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = Dovecot(cls.path("dovecot"), {USER: (CANARY, mailbox.small())})
        cls.addClassCleanup(cls.dovecot.stop)
        cls.dovecot.start()
        cls.tap = Tap(cls.dovecot.address)
        cls.addClassCleanup(cls.tap.close)

    def peer(self, door, tls):
        peer = RawPeer(self.gateway.address(door))
        self.addCleanup(peer.close)
        if door == "pop3":
            DovecotWorld.greeted(peer)
            if tls:
                self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        if tls:
            peer.start_tls(self.context)
        if door == "pop3s":
            DovecotWorld.greeted(peer)
        return peer

    def attempts(self):
        """What is sent after the greeting, whole; each ends or is ended."""
        plain = base64.b64encode(f"\0{USER}\0{CANARY}".encode()).decode()
        name, secret = (base64.b64encode(x.encode()).decode() for x in (USER, CANARY))
        return [
            f"USER {USER}\r\nPASS {CANARY}\r\nSTAT\r\nQUIT\r\n",
            f"USER {USER}\r\nPASS {CANARY}x\r\nQUIT\r\n",
            f"USER nobody\r\nPASS {CANARY}\r\nQUIT\r\n",
            f"PASS {CANARY}\r\nQUIT\r\n",
            f"pass  {CANARY} \r\nQUIT\r\n",
            f"PASS{CANARY}\r\nPAS {CANARY}\r\nPASS\t{CANARY}\r\nQUIT\r\n",
            f"USER {USER}\r\nPASS {CANARY}\0\r\nPASS {CANARY}\n\r\nPASS {CANARY}\r\r\nQUIT\r\n",
            f"USER {USER}\r\nPASS {CANARY}{'x' * 70_000}{CANARY}\r\nQUIT\r\n",
            f"AUTH PLAIN {plain}\r\nSTAT\r\nQUIT\r\n",
            f"AUTH PLAIN\r\n{plain}\r\nQUIT\r\n",
            f"AUTH PLAIN {plain}!\r\nQUIT\r\n",
            f"AUTH PLAIN {plain[:-3]}\r\nQUIT\r\n",
            f"AUTH PLAIN\r\n{plain}%\r\n{plain}\r\nQUIT\r\n",
            f"AUTH PLAIN {secret}\r\nQUIT\r\n",
            f"AUTH LOGIN\r\n{name}\r\n{secret}\r\nQUIT\r\n",
            f"AUTH LOGIN {name}\r\n{secret}\r\nQUIT\r\n",
            f"AUTH LOGIN\r\n{name}\r\n{secret[:-1]}\r\nQUIT\r\n",
            f"AUTH LOGIN\r\n*\r\n{secret}\r\nQUIT\r\n",
            f"AUTH XOAUTH2 {plain}\r\n{secret}\r\nQUIT\r\n",
            f"AUTH {CANARY}\r\nQUIT\r\n",
            f"AUTH PLAIN {plain} {secret}\r\nQUIT\r\n",
            f"AUTH PLAIN {'A' * 70_000}{plain}\r\nQUIT\r\n",
            f"STLS {CANARY}\r\nQUIT\r\n",
            f"{CANARY}\r\n" * 8,
            f"USER {USER}\r\nPASS {CANARY}\r\nXPASS {CANARY}\r\nAUTH PLAIN {plain}\r\nQUIT\r\n",
            f"USER {USER}\r\nPASS {CANARY}\r\nPASS {CANARY}\nDELE 1\r\nQUIT\r\n",
            f"STLS\r\nUSER {USER}\r\nPASS {CANARY}\r\n",
            f"USER {USER}\r\nPASS {CANARY}",
        ]

    def run_all(self):
        for door, tls in (("pop3s", True), ("pop3", True), ("pop3", False)):
            for text in self.attempts():
                peer = self.peer(door, tls)
                peer.try_send(text.encode())
                if text.endswith("\r\n"):
                    peer.socket.settimeout(20)
                    peer.try_send(b"QUIT\r\n" * 8)
                    peer.read_to_end()
                    self.assertIsNotNone(peer.ending, text)
                peer.close()

    def written(self):
        """Everything in the gateway's directory, by file name."""
        out = {}
        for folder, _, names in os.walk(self.gateway.directory):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    out[name] = file.read()
        return out

    def never_written(self):
        """After the program has ended, so that all it had to say is said."""
        self.gateway.stop()
        self.assertEqual(self.trace.wait(timeout=60), 0)
        self.assertIn(b"C: PASS ****", self.traced())
        self.assertIn(b"C: AUTH PLAIN ****", self.traced())
        written = self.written()
        self.assertGreater(sum(map(len, written.values())), 10_000, "it has logged")
        for name, text in written.items():
            for trace in traces(CANARY):
                position = text.find(trace)
                if position >= 0:
                    self.fail(f"{trace} in {name}: {text[max(0, position - 300):position + 60]}")

    def start(self, backend, name, **log):
        log = {"level": "debug", **log}
        where = os.path.join(self.path(name), "control.sock")
        self.gateway = self.start_gateway(backend, self.addCleanup, name, log=log,
                                          timeouts={"login": "15s", "connect": "2s"},
                                          control={"socket": where})
        self.watch()

    def watch(self):
        """All that is said is traced, into the gateway's directory."""
        name = os.path.join(self.gateway.directory, "trace")
        with open(name, "wb") as out:
            trace = subprocess.Popen([program(), "trace", "--ip", "127.0.0.0/8", "--for", "1h",
                                      "-c", self.gateway.config_file], stdout=out, stderr=out)
        self.addCleanup(trace.wait)
        self.addCleanup(trace.kill)
        self.trace = trace

        def told():
            with open(name, "rb") as file:
                return file.read()

        self.traced = told
        until(lambda: b"watching" in told(), "it is traced")

    def test_the_search_finds_what_is_there(self):
        """The forms that are searched for are those that a leak would have."""
        for text in (f"PASS {CANARY}", base64.b64encode(f"\0{USER}\0{CANARY}".encode()).decode(),
                     base64.b64encode(CANARY.encode()).decode(), CANARY.encode().hex()):
            self.assertTrue(any(trace in text.encode() for trace in traces(CANARY)), text)

    def test_logfmt_on_standard_error(self):
        self.start(self.tap.address, "gateway-logfmt")
        self.run_all()
        self.assertIn(CANARY.encode(), self.tap.sent_to_server(), "the password was in use")
        self.never_written()

    def test_json_in_a_file(self):
        os.makedirs(self.path("gateway-json"), exist_ok=True)
        self.start(self.tap.address, "gateway-json", format="json",
                   target=self.path("gateway-json/postern.log"))
        self.run_all()
        self.never_written()

    def test_with_the_backend_down(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            self.start(closed.getsockname(), "gateway-down")
            self.run_all()
        self.never_written()
