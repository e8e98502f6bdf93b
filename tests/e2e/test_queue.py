# SPDX-License-Identifier: Apache-2.0
"""A backend that takes only so many connections: further logins wait in a line, for a while."""

import contextlib
import os
import socket
import threading
import unittest

from support.configuration import toml
from support.failing_backend import FailingBackend
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, DovecotWorld, World

NAMES = tuple(f"user{number}" for number in range(4))
WAITS = "waiting for a connection to the backend to be free"


class Queue(DovecotWorld):
    """A gateway of two workers that may have two connections to a Dovecot."""

    names = NAMES
    configuration = {"backend": {"max_connections": 2}, "timeouts": {"queue": "30s"}}

    def waits(self, peer, gateway=None):
        gateway = gateway or self.gateway
        until(lambda: any(line["msg"] == WAITS for line in
                          gateway.log_events("upstream", rport=peer.origin[1])), "it waits")

    def ask(self, gateway, user):
        """Logs in as far as the line; the answer to the password is still to come."""
        peer = self.secure(gateway)
        self.assertTrue(peer.command(f"USER {user}").startswith(b"+OK"))
        peer.send(b"PASS " + PASSWORD.encode() + b"\r\n")
        self.waits(peer, gateway)
        return peer

    def test_a_login_goes_on_when_somebody_leaves_whichever_worker_has_them(self):
        open_now = [self.implicit().login(name, PASSWORD) for name in NAMES[:2]]
        third = self.ask(self.gateway, NAMES[2])
        fourth = self.ask(self.gateway, NAMES[3])
        open_now[0].command("QUIT")
        self.assertTrue(third.read_line().startswith(b"+OK"))
        self.assertTrue(third.command("STAT").startswith(b"+OK 3 "))
        open_now[1].reset()
        self.assertTrue(fourth.read_line().startswith(b"+OK"))
        third.command("QUIT")
        fourth.command("QUIT")
        self.implicit().login(NAMES[0], PASSWORD).command("QUIT")

    def test_a_client_that_leaves_is_not_waited_for(self):
        open_now = [self.implicit().login(name, PASSWORD) for name in NAMES[:2]]
        gone = self.ask(self.gateway, NAMES[2])
        port = gone.origin[1]
        gone.reset()
        self.gateway.wait_for_log("session", rport=port)
        fourth = self.ask(self.gateway, NAMES[3])
        open_now[0].command("QUIT")
        self.assertTrue(fourth.read_line().startswith(b"+OK"))
        fourth.command("QUIT")
        open_now[1].command("QUIT")

    def test_whoever_waits_too_long_is_refused_for_now(self):
        gateway = self.start_gateway(
            self.tap.address, self.addCleanup, name="gateway-short",
            backend={"max_connections": 1}, timeouts={"queue": "100ms"})
        first = self.secure(gateway).login(NAMES[0], PASSWORD)
        second = self.secure(gateway)
        second.command(f"USER {NAMES[1]}")
        reply = second.command(f"PASS {PASSWORD}")
        self.assertTrue(reply.startswith(b"-ERR [SYS/TEMP]"), reply)
        self.assertIn(b"wait", reply)
        line = gateway.wait_for_log("login_refused", rport=second.origin[1])
        self.assertEqual((line["phase"], line["user"]), ("queue", NAMES[1]))
        self.assertIn("all its 1 connections (backend.max_connections) were in use", line["msg"])
        self.assertGreaterEqual(float(line["dur"]), 0.1)
        self.assertEqual(gateway.log_events("backend_down"), [])
        first.command("QUIT")
        second.login(NAMES[1], PASSWORD).command("QUIT")

    def test_a_reload_changes_how_many_there_may_be(self):
        settings = {"timeouts": {"queue": "30s"}}
        gateway = self.start_gateway(self.tap.address, self.addCleanup, name="gateway-reloaded",
                                     backend={"max_connections": 1}, **settings)
        first = self.secure(gateway).login(NAMES[0], PASSWORD)
        second = self.ask(gateway, NAMES[1])
        gateway.reload(toml(self.tap.address, [self.certificate], backend={"max_connections": 2},
                            **settings))
        self.assertTrue(second.read_line().startswith(b"+OK"))
        gateway.reload(toml(self.tap.address, [self.certificate], backend={"max_connections": 1},
                            **settings))
        third = self.ask(gateway, NAMES[2])
        self.assertTrue(first.command("STAT").startswith(b"+OK"))
        self.assertTrue(second.command("STAT").startswith(b"+OK"))
        first.command("QUIT")
        fourth = self.ask(gateway, NAMES[3])  # behind the third, who still waits
        second.command("QUIT")
        self.assertTrue(third.read_line().startswith(b"+OK"))
        third.command("QUIT")
        self.assertTrue(fourth.read_line().startswith(b"+OK"))


class Counting(FailingBackend):
    """Knows how many connections there were at most."""

    def __init__(self):
        self.most = 0
        super().__init__()

    async def _serve(self, reader, writer):
        self.most = max(self.most, 1 + sum(map(self._is_there, self._writers)))
        await super()._serve(reader, writer)

    @staticmethod
    def _is_there(writer):
        """What was closed may not have been heard yet."""
        peer = writer.get_extra_info("socket")
        if writer.is_closing() or peer.fileno() < 0:
            return False
        with socket.socket(fileno=os.dup(peer.fileno())) as own:
            try:
                return own.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
            except BlockingIOError:
                return True
            except OSError:
                return False


class Exact(World):
    """Many clients of many workers, checks beside them."""

    MOST = 3

    def test_there_are_never_more_and_nobody_is_forgotten(self):
        backend = Counting()
        self.addCleanup(backend.close)
        gateway = self.start_gateway(
            backend.address, self.addCleanup, workers=4, backend={"max_connections": self.MOST},
            timeouts={"queue": "0"}, health={"interval": "50ms", "fall": 0})
        replies = []

        def log_in_often(client):
            for number in range(25):
                with RawPeer(gateway.address("pop3s")) as peer:
                    peer.start_tls(self.context)
                    DovecotWorld.greeted(peer)
                    peer.command(f"USER user{client}")
                    if (number + client) % 5 == 0:  # leaves, waiting or not
                        peer.send(b"PASS secret\r\n")
                        continue
                    replies.append(peer.command("PASS secret"))
                    with contextlib.suppress(OSError, AssertionError):
                        peer.command("QUIT")

        threads = [threading.Thread(target=log_in_often, args=(each,)) for each in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(len(replies), 12 * 20)
        self.assertEqual([reply for reply in replies if not reply.startswith(b"+OK")], [])
        self.assertEqual(backend.most, self.MOST)


if __name__ == "__main__":
    unittest.main()
