# SPDX-License-Identifier: Apache-2.0
"""File descriptors run out: accepting pauses without spinning, and goes on afterwards."""

import os
import resource
import signal

from support import process
from support.gateway import program
from support.raw_peer import RawPeer
from support.waiting import observe, until
from support.world import PASSWORD, USER, DovecotWorld

NOFILE = 256
FEW = 24  # descriptors that are left when the limit is lowered under a running program
WINDOW = 3.0  # seconds during which the processor time is looked at


class DescriptorsRunOut(DovecotWorld):
    """A gateway that may open few."""

    configuration = {"nofile": NOFILE, "timeouts": {"handshake": "2m", "login": "2m"},
                     "workers": 2}

    def crowd(self, count=NOFILE + 60):
        """More connections than the gateway can take; the kernel queues the rest."""
        peers = [RawPeer(self.gateway.address("pop3")) for _ in range(count)]
        for peer in peers:
            self.addCleanup(peer.close)
        return peers

    def lower_the_limit(self):
        """Now the kernel itself refuses, whatever the program reckons with.

        UBSan's check of vtable pointers opens a pipe to see whether memory can be read, and takes
        the lack of descriptors for a bad object: a program built with it cannot be tested so.
        """
        with open(program(), "rb") as file:
            if b"__ubsan_handle_dynamic_type_cache_miss" in file.read():
                self.skipTest("UBSan's vptr check needs descriptors of its own")
        limit = process.descriptors(self.gateway.pid) + FEW
        resource.prlimit(self.gateway.pid, resource.RLIMIT_NOFILE, (limit, NOFILE))
        self.addCleanup(resource.prlimit, self.gateway.pid, resource.RLIMIT_NOFILE,
                        (NOFILE, NOFILE))

    def served_again(self):
        """Whether a login works now."""
        try:
            with RawPeer(self.gateway.address("pop3s"), timeout=5) as peer:
                peer.start_tls(self.context)
                peer.read_line()
                return peer.login(USER, PASSWORD).command("QUIT").startswith(b"+OK")
        except (OSError, AssertionError):
            return False

    def test_accepting_pauses_at_the_reckoned_limit(self):
        self.pauses_without_spinning_and_recovers()

    def test_accepting_pauses_when_the_kernel_refuses(self):
        self.lower_the_limit()
        self.pauses_without_spinning_and_recovers()

    def pauses_without_spinning_and_recovers(self):
        pid = self.gateway.pid
        self.assertTrue(self.served_again())
        before, limits = process.descriptors(pid), len(self.gateway.log_events("limit"))
        peers = self.crowd()
        until(lambda: len(self.gateway.log_events("limit")) > limits, "the shortage is logged")
        spent, lines = process.cpu_seconds(pid), len(self.gateway.log_events())
        observe(WINDOW)
        spent = process.cpu_seconds(pid) - spent
        self.assertLess(spent, WINDOW / 5, "seconds of processor time while nothing happens")
        lines = len(self.gateway.log_events()) - lines
        self.assertLess(lines, 100, "log lines while nothing happens")
        self.assertTrue(self.gateway.running())
        for peer in peers:
            peer.close()
        until(self.served_again, "a login works again")
        until(lambda: process.descriptors(pid) <= before + 1, "all descriptors are back")

    def test_sessions_that_are_open_go_on_meanwhile(self):
        peer = self.implicit().login(USER, PASSWORD)
        crowd = self.crowd()
        for _ in range(20):
            self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
        self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
        self.assertTrue(peer.read_body().endswith(b"\r\n.\r\n"))
        for each in crowd:
            each.close()
        until(self.served_again, "a login works again")

    def test_a_login_without_a_descriptor_for_the_backend_is_a_temporary_failure(self):
        """A session was accepted with the last one; its client is asked to come again."""
        peer = self.implicit()
        self.lower_the_limit()
        crowd = self.crowd()
        until(lambda: self.gateway.log_events("limit"), "the shortage is logged")
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"+OK"))
        reply = peer.command(f"PASS {PASSWORD}")
        self.assertTrue(reply.startswith(b"-ERR [SYS/TEMP]"), reply)
        for each in crowd:
            each.close()
        until(self.served_again, "a login works again")


class NothingCanBeOpened(DovecotWorld):
    """The administrator turns the log over and reloads while there is no descriptor left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.path("postern.log")
        cls.gateway = cls.start_gateway(cls.tap.address, cls.addClassCleanup, "gateway-file",
                                        log={"target": cls.log, "level": "info"}, nofile=NOFILE)

    def events(self, event, level):
        return self.gateway.log_events(event, self.log, level=level)

    def has(self, words):
        """Whether the new file has them."""
        if not os.path.exists(self.log):
            return False
        with open(self.log, encoding="utf-8") as file:
            return words in file.read()

    def test_the_log_and_the_configuration_stay_as_they_are_and_it_recovers(self):
        peer = self.implicit().login(USER, PASSWORD)
        resource.prlimit(self.gateway.pid, resource.RLIMIT_NOFILE, (4, NOFILE))
        self.gateway.signal(signal.SIGUSR1)
        until(lambda: self.events("reopen", "error"), "that the log cannot be opened is logged")
        self.assertIn("Too many open files", self.events("reopen", "error")[0]["msg"])
        self.gateway.signal(signal.SIGHUP)
        until(lambda: any(line["msg"].startswith("refused")
                          for line in self.events("reload", "error")), "the reload is refused")
        self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
        resource.prlimit(self.gateway.pid, resource.RLIMIT_NOFILE, (NOFILE, NOFILE))
        os.rename(self.log, self.log + ".1")
        self.gateway.signal(signal.SIGUSR1)
        until(lambda: self.has("level=info event=reopen"), "the log is opened anew")
        self.gateway.signal(signal.SIGHUP)
        until(lambda: self.has("level=info event=reload"), "the reload is taken")
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        until(lambda: self.has("level=info event=session"), "and sessions are logged")
