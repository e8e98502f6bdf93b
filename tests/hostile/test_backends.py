# SPDX-License-Identifier: Apache-2.0
"""Backends that fail before or during the login: an honest, temporary answer in time."""

import base64
import socket
import time

from support import process
from support.legacy_backend import LegacyBackend
from support.waiting import until
from support.world import ScriptedWorld

TEMPORARY = b"-ERR [SYS/TEMP]"
TIMEOUTS = {"connect": "1s", "backend_login": "2s", "login": "60s"}


class BackendsThatFail(ScriptedWorld):
    """The reply to PASS tells a broken backend ([SYS/TEMP]) from a wrong password ([AUTH])."""

    # One password is tried again and again, and right now and then.
    configuration = {"timeouts": TIMEOUTS, "auth_failures": {"remember": "0s"}}
    LIMIT = 15

    def login_reply(self, peer):
        """What PASS is answered with, in time."""
        started = time.monotonic()
        self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
        reply = peer.command("PASS secret")
        self.assertLess(time.monotonic() - started, self.LIMIT)
        return reply

    def temporary(self, script):
        """A backend with this script is a temporary failure, in both mechanisms."""
        self.play(script)
        reply = self.login_reply(self.client())
        self.assertTrue(reply.startswith(TEMPORARY), reply)
        with self.client() as peer:
            reply = peer.command("AUTH PLAIN AGFsaWNlAHNlY3JldA==")
        self.assertTrue(reply.startswith(TEMPORARY), reply)
        self.backend.wait_until_idle()

    def test_down(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # bound and not listening: refused
            gateway = self.start_gateway(closed.getsockname(), self.addCleanup, "gateway-down",
                                         timeouts=TIMEOUTS)
            reply = self.login_reply(self.client(gateway))
        self.assertTrue(reply.startswith(TEMPORARY), reply)
        line = gateway.wait_for_log("login_refused")
        self.assertEqual(line["reason"], "backend_down")

    def test_down_and_then_up_again(self):
        backend = LegacyBackend()
        backend.close()
        gateway = self.start_gateway(backend.address, self.addCleanup, "gateway-up-again",
                                     timeouts=TIMEOUTS)
        peer = self.client(gateway)
        self.assertTrue(self.login_reply(peer).startswith(TEMPORARY))
        again = LegacyBackend(lambda each: (each.login(), each.serve()), backend.address)
        self.addCleanup(again.close)
        self.assertTrue(self.login_reply(peer).startswith(b"+OK"))

    def test_hangs_before_its_greeting(self):
        self.temporary(lambda backend: backend.wait_for_end())

    def test_hangs_after_user(self):
        self.temporary(lambda backend: (backend.greet(), backend.read_line(),
                                        backend.wait_for_end()))

    def test_hangs_after_pass(self):
        def script(backend):
            backend.greet()
            while (line := backend.read_line()) and not line.upper().startswith(b"PASS"):
                backend.send(b"+OK\r\n")
            backend.wait_for_end()
        self.temporary(script)

    def test_drips_its_greeting_for_ever(self):
        self.temporary(lambda backend: (backend.send(b"+OK "), backend.drip(b".")))

    def test_closes_at_once(self):
        self.temporary(lambda backend: None)

    def test_resets_at_once(self):
        self.temporary(lambda backend: backend.reset())

    def test_refuses_in_its_greeting(self):
        self.temporary(lambda backend: backend.send(b"-ERR too busy\r\n"))

    def test_resets_after_user(self):
        def script(backend):
            backend.greet()
            backend.read_line()
            backend.reset()
        self.temporary(script)

    def test_closes_after_pass(self):
        def script(backend):
            backend.greet()
            while (line := backend.read_line()) and not line.upper().startswith(b"PASS"):
                backend.send(b"+OK\r\n")
        self.temporary(script)

    def test_greets_in_another_protocol(self):
        self.temporary(lambda backend: (backend.send(b"220 smtp.example.test ESMTP\r\n"),
                                        backend.wait_for_end()))

    def test_greets_without_an_end(self):
        self.temporary(lambda backend: (backend.send(b"+OK "),
                                        backend.flood(b"x" * 65536, 10_000)))

    def test_answers_twice(self):
        """One +OK counted for USER and PASS both would log a wrong password in."""
        def script(backend):
            backend.greet()
            while line := backend.read_line().upper():
                if line.startswith(b"PASS"):
                    backend.send(b"-ERR wrong password\r\n")
                else:
                    backend.send(b"+OK\r\n+OK logged in\r\n")
        self.play(script)
        reply = self.login_reply(self.client())
        self.assertTrue(reply.startswith(b"-ERR"), reply)

    def test_answers_before_it_was_asked(self):
        def script(backend):
            backend.send(b"+OK ready\r\n+OK\r\n+OK logged in\r\n")
            while backend.read_line():
                backend.send(b"-ERR no\r\n")
        self.play(script)
        reply = self.login_reply(self.client())
        self.assertTrue(reply.startswith(b"-ERR"), reply)

    def test_a_wrong_password_is_auth_and_its_text_stays_inside(self):
        def script(backend):
            backend.greet()
            while line := backend.read_line().upper():
                backend.send(b"-ERR no mailbox on exch07.corp.internal\r\n"
                             if line.startswith(b"PASS") else b"+OK\r\n")
        self.play(script)
        reply = self.login_reply(self.client())
        self.assertTrue(reply.startswith(b"-ERR [AUTH]"), reply)
        self.assertNotIn(b"exch07", reply)

    def test_exchange_without_its_mailbox_server_is_no_wrong_password(self):
        """20 users of one office would else have it banned."""
        def script(backend):
            backend.greet()
            while line := backend.read_line().upper():
                backend.send(b"-ERR Server Unavailable. 21\r\n"
                             if line.startswith(b"PASS") else b"+OK\r\n")
        self.play(script)
        for number in range(25):
            peer = self.client()
            peer.command(f"USER user{number}")
            self.assertTrue(peer.command("PASS secret").startswith(TEMPORARY))
        line = self.gateway.wait_for_log("login_refused", rport=peer.origin[1])
        self.assertEqual(line["reason"], "backend_temporary")
        self.assertEqual(self.gateway.log_events("ban"), [])

    def test_response_codes_of_the_backend_are_kept(self):
        for code in (b"[IN-USE]", b"[LOGIN-DELAY]", b"[SYS/TEMP]", b"[SYS/PERM]", b"[AUTH]"):
            def script(backend, code=code):
                backend.greet()
                while line := backend.read_line().upper():
                    backend.send(b"-ERR " + code + b" secret reason\r\n"
                                 if line.startswith(b"PASS") else b"+OK\r\n")
            with self.subTest(code):
                self.play(script)
                reply = self.login_reply(self.client())
                self.assertTrue(reply.startswith(b"-ERR " + code), reply)
                self.assertNotIn(b"secret reason", reply)

    def test_the_client_may_try_again_in_the_same_session(self):
        answers = iter([b"-ERR no\r\n", b"+OK\r\n"])

        def script(backend):
            backend.greet()
            while line := backend.read_line().upper():
                if line.startswith(b"PASS"):
                    reply = next(answers)
                    backend.send(reply)
                    if reply.startswith(b"+OK"):
                        return backend.serve()
                else:
                    backend.send(b"+OK\r\n")
        self.play(script)
        peer = self.client()
        self.assertEqual(self.login_reply(peer), b"-ERR login failed")
        self.assertTrue(self.login_reply(peer).startswith(b"+OK"))

    def test_bytes_of_the_password_arrive_as_they_were_typed(self):
        """Spaces inside, in front and behind; 8-bit; the verb in any case."""
        self.play(lambda backend: (backend.login(), backend.serve()))
        for secret in (b"plain", b" leading", b"trailing ", b"two  spaces", b"\xc3\xbc\xdf\xff",
                       b"\"quoted\\", b"+OK", b"a" * 200):
            with self.client() as peer:
                self.assertTrue(peer.command("uSeR alice").startswith(b"+OK"))
                self.assertTrue(peer.command(b"pAsS " + secret).startswith(b"+OK"))
            self.assertIn(b"PASS " + secret + b"\r\n", self.backend.lines())

    def test_decoded_sasl_with_line_ends_or_nul_never_reaches_the_backend(self):
        self.play(lambda backend: (backend.login(), backend.serve()))
        for text in (b"\0alice\0good\r\nDELE 1", b"\0alice\0a\nb", b"\0al\rice\0x",
                     b"\0alice\0x\0y", b"\0\0x", b"\0alice\0", b"alice\0x", b"root\0alice\0x"):
            with self.subTest(text), self.client() as peer:
                reply = peer.command(b"AUTH PLAIN " + base64.b64encode(text))
                self.assertTrue(reply.startswith(b"-ERR"), reply)
        self.assertEqual(self.backend.connections, [])


class WhatTheLogSays(ScriptedWorld):
    """Every login that fails for the backend says which address, in which phase, after how long, and why."""

    configuration = {"timeouts": TIMEOUTS}

    def failed(self, gateway=None):
        """The line about a login that fails."""
        peer = self.client(gateway)
        peer.command("USER alice")
        self.assertTrue(peer.command("PASS secret").startswith(TEMPORARY))
        return (gateway or self.gateway).wait_for_log("login_refused", rport=peer.origin[1],
                                                          reason="backend_down")

    def of(self, script):
        self.play(script)
        line = self.failed()
        self.assertEqual(line["baddr"], "%s:%d" % self.backend.address)
        return line

    def with_addresses(self, *addresses):
        """A gateway with a backend at these."""
        return self.start_gateway(self.backend.address, self.addCleanup, "gateway-addresses",
                                  timeouts=TIMEOUTS, backend={"address": list(addresses)})

    def closed_port(self):
        closed = socket.socket()
        self.addCleanup(closed.close)
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refused
        return "%s:%d" % closed.getsockname()

    def test_nobody_listens(self):
        address = self.closed_port()
        line = self.failed(self.with_addresses(address))
        self.assertEqual((line["phase"], line["baddr"]), ("connect", address))
        self.assertIn(f"{address}: connection refused", line["msg"])
        self.assertRegex(line["dur"], r"^0\.")

    def test_each_address_is_told(self):
        first, second = self.closed_port(), self.closed_port()
        line = self.failed(self.with_addresses(first, second))
        self.assertEqual(line["baddr"], second)
        self.assertIn(f"{first}: connection refused; {second}: connection refused", line["msg"])

    def test_a_name_that_nobody_knows(self):
        line = self.failed(self.with_addresses("nowhere.invalid:110"))
        self.assertEqual((line["phase"], line["baddr"]), ("resolve", "nowhere.invalid:110"))
        self.assertIn("nowhere.invalid:110: ", line["msg"])

    def test_no_greeting(self):
        line = self.of(lambda backend: backend.wait_for_end())
        self.assertEqual(line["phase"], "greeting")
        self.assertIn("timed out", line["msg"])
        self.assertGreater(float(line["dur"]), 0.9)

    def test_closed_in_the_greeting(self):
        line = self.of(lambda backend: None)
        self.assertEqual(line["phase"], "greeting")
        self.assertIn("it closed the connection", line["msg"])

    def test_reset_in_the_login(self):
        def script(backend):
            backend.greet()
            backend.read_line()
            backend.reset()
        line = self.of(script)
        self.assertEqual(line["phase"], "login")
        self.assertIn("connection reset by peer", line["msg"])

    def test_no_answer_to_the_password(self):
        def script(backend):
            backend.greet()
            while (line := backend.read_line()) and not line.upper().startswith(b"PASS"):
                backend.send(b"+OK\r\n")
            backend.wait_for_end()
        line = self.of(script)
        self.assertEqual(line["phase"], "login")
        self.assertIn("timed out", line["msg"])

    def test_refused_in_the_greeting(self):
        line = self.of(lambda backend: backend.send(b"-ERR too busy\r\n"))
        self.assertEqual(line["phase"], "greeting")
        self.assertIn("it refuses to serve", line["msg"])


class TheNextAddress(ScriptedWorld):
    """An address that is no good costs its own time; the next one is asked, and only that one is
    told who logs in."""

    configuration = {"timeouts": TIMEOUTS}

    def log_in_past(self, *scripts):
        """A login with these before an address that serves; the gateway and what each was told."""
        self.play(lambda backend: (backend.login(), backend.serve()))
        bad = [LegacyBackend(script) for script in scripts]
        for each in bad:
            self.addCleanup(each.close)
        addresses = ["%s:%d" % each.address for each in (*bad, self.backend)]
        gateway = self.start_gateway(self.backend.address, self.addCleanup,
                                     f"gateway-{self.id().rpartition('.')[2]}", timeouts=TIMEOUTS,
                                     backend={"address": addresses})
        with self.client(gateway) as peer:
            self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
            self.assertTrue(peer.command("PASS secret").startswith(b"+OK"))
            line = self.ended(gateway, peer)
        self.assertEqual(line["baddr"], addresses[-1])
        for each in bad:
            self.assertEqual((len(each.connections), each.lines()), (1, []))
        self.assertEqual(self.backend.lines()[:2], [b"USER alice\r\n", b"PASS secret\r\n"])
        return gateway

    def ended(self, gateway, peer):
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        return gateway.wait_for_log("session", rport=peer.origin[1])

    def test_after_one_that_refuses(self):
        self.log_in_past(lambda backend: backend.send(b"-ERR too busy\r\n"))

    def test_after_one_that_closes(self):
        self.log_in_past(lambda backend: None)

    def test_after_one_that_resets(self):
        self.log_in_past(lambda backend: backend.reset())

    def test_after_one_that_is_silent(self):
        self.log_in_past(lambda backend: backend.wait_for_end())

    def test_after_one_that_drips(self):
        self.log_in_past(lambda backend: (backend.send(b"+OK "), backend.drip(b".")))

    def test_after_one_of_another_protocol(self):
        self.log_in_past(lambda backend: (backend.send(b"220 smtp.example.test ESMTP\r\n"),
                                          backend.wait_for_end()))

    def test_after_all_of_them(self):
        gateway = self.log_in_past(lambda backend: None,
                                   lambda backend: backend.send(b"-ERR too busy\r\n"),
                                   lambda backend: backend.wait_for_end())
        self.assertEqual(gateway.log_events("login_refused"), [])

    def test_many_that_are_silent_do_not_outlast_the_login(self):
        silent = LegacyBackend(lambda backend: backend.wait_for_end(), ("0.0.0.0", 0))
        self.addCleanup(silent.close)
        many = [f"127.0.0.{number}:{silent.address[1]}" for number in range(1, 31)]
        gateway = self.start_gateway(self.backend.address, self.addCleanup, "gateway-many",
                                     timeouts={"connect": "1s", "login": "3s"},
                                     backend={"address": many})
        started = time.monotonic()
        with self.client(gateway) as peer:
            self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
            self.assertTrue(peer.command("PASS secret").startswith(TEMPORARY))
        self.assertLess(time.monotonic() - started, len(many) / 2)
        self.assertGreater(len(silent.connections), 1)

    def test_a_password_that_was_sent_is_sent_nowhere_else(self):
        def script(backend):
            backend.greet()
            while (line := backend.read_line()) and not line.upper().startswith(b"PASS"):
                backend.send(b"+OK\r\n")
        self.play(script)
        second = LegacyBackend(lambda backend: (backend.login(), backend.serve()))
        self.addCleanup(second.close)
        gateway = self.start_gateway(
            self.backend.address, self.addCleanup, "gateway-sent", timeouts=TIMEOUTS,
            backend={"address": ["%s:%d" % each.address for each in (self.backend, second)]})
        with self.client(gateway) as peer:
            self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
            self.assertTrue(peer.command("PASS secret").startswith(TEMPORARY))
        self.backend.wait_until_idle()
        self.assertEqual(self.backend.lines(), [b"USER alice\r\n", b"PASS secret\r\n"])
        self.assertEqual(second.connections, [])


class ManyBackendFailures(ScriptedWorld):
    """A backend that is down all day costs neither descriptors nor memory."""

    configuration = {"timeouts": TIMEOUTS, "limits": {"max_login_attempts": 0}}

    def test_a_hundred_failures_leave_nothing_behind(self):
        self.play(lambda backend: backend.reset())
        peer, counts = self.client(), []
        for _ in range(100):
            self.assertTrue(peer.command("USER alice").startswith(b"+OK"))
            self.assertTrue(peer.command("PASS x").startswith(TEMPORARY))
            counts.append(process.descriptors(self.gateway.pid))
        until(lambda: process.descriptors(self.gateway.pid) <= counts[0],
              "descriptors do not grow")
