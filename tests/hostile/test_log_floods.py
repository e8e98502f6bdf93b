# SPDX-License-Identifier: Apache-2.0
"""One client makes as much noise as it can; the log stays an administrator's."""

import os
import socket

from support.load import Load
from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld

TIMES = 600
THREADS = 4
BYTES = 64 * 1024  # what a flood of one kind may leave in the log


class LogFloods(DovecotWorld):
    """At level info, as services run."""

    configuration = {"log": {"level": "info"}, "limits": {"max_connections": 0}}

    def size(self):
        return os.path.getsize(os.path.join(self.gateway.directory, "stderr"))

    def flood(self, session):
        """Many sessions of a kind; what they added to the log, at most."""
        before = self.size()
        load = Load(session, THREADS, TIMES).start()
        self.assertEqual(load.join(), [])
        # Somebody who logs in is heard behind all of it.
        peer = self.implicit().login(USER, PASSWORD)
        peer.command("QUIT")
        peer.read_to_end()
        self.gateway.wait_for_log("session", rport=peer.origin[1])
        self.assertLess(self.size() - before, BYTES)

    def speak(self, door, data):
        with RawPeer(self.gateway.address(door)) as peer:
            peer.try_send(data)
            peer.socket.shutdown(socket.SHUT_WR)
            peer.read_to_end()

    def test_connections_that_say_nothing(self):
        self.flood(lambda *_: self.speak("pop3", b""))

    def test_handshakes_that_fail(self):
        self.flood(lambda *_: self.speak("pop3s", b"GET / HTTP/1.1\r\n\r\n"))

    def test_other_protocols(self):
        self.flood(lambda *_: self.speak("pop3", b"GET / HTTP/1.1\r\n\r\n"))

    def test_injections_behind_stls(self):
        self.flood(lambda *_: self.speak("pop3", b"STLS\r\nCAPA\r\n"))

    def test_refused_users_one_invented_after_the_other(self):
        self.flood(lambda _, n: self.speak("pop3", f"USER u{n}\r\n".encode() * 4 + b"QUIT\r\n"))

    def test_passwords_in_clear_of_invented_users_and_one_of_a_real_one(self):
        self.flood(lambda _, n: self.speak("pop3", f"USER v{n}\r\nPASS x\r\nQUIT\r\n".encode()))
        self.speak("pop3", f"USER {USER}\r\nPASS x\r\nQUIT\r\n".encode())
        self.gateway.wait_for_log("secret_exposed", user=USER)

    def test_what_was_left_out_is_summed_up(self):
        gateway = self.start_gateway(self.tap.address, self.addCleanup, "gateway-sums",
                                     log={"level": "info", "format": "json"})
        for _ in range(100):
            with RawPeer(gateway.address("pop3")) as peer:
                self.greeted(peer)
                self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
                peer.read_to_end()
        gateway.stop()
        lines = [line for line in gateway.log_events("session") if line["reason"] == "quit"]
        single = [line for line in lines if "suppressed" not in line]
        self.assertEqual(len(single), 20)
        sums = [line for line in lines if "suppressed" in line]
        self.assertEqual([(line["rip"], line["suppressed"]) for line in sums], [("127.0.0.1", 80)])
