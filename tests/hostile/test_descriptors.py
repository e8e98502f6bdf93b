"""File descriptors run out: accepting pauses without spinning, and goes on afterwards."""

from support import process
from support.raw_peer import RawPeer
from support.waiting import observe, until
from support.world import PASSWORD, USER, DovecotWorld

NOFILE = 96
WINDOW = 3.0  # seconds during which the processor time is looked at


class DescriptorsRunOut(DovecotWorld):
    """A gateway that may open less than a hundred."""

    configuration = {"nofile": NOFILE, "timeouts": {"handshake": "2m", "login": "2m"},
                     "workers": 2}

    def crowd(self, count=NOFILE + 60):
        """More connections than the gateway can take; the kernel queues the rest."""
        peers = [RawPeer(self.gateway.address("pop3")) for _ in range(count)]
        for peer in peers:
            self.addCleanup(peer.close)
        return peers

    def served_again(self):
        """Whether a login works now."""
        try:
            with RawPeer(self.gateway.address("pop3s"), timeout=5) as peer:
                peer.start_tls(self.context)
                peer.read_line()
                return peer.login(USER, PASSWORD).command("QUIT").startswith(b"+OK")
        except (OSError, AssertionError):
            return False

    def test_accepting_pauses_without_spinning_and_recovers(self):
        pid = self.gateway.pid
        self.assertTrue(self.served_again())
        before = process.descriptors(pid)
        peers = self.crowd()
        until(lambda: len(self.gateway.log_events("limit")) > 0, "the shortage is logged")
        spent = process.cpu_seconds(pid)
        observe(WINDOW)
        spent = process.cpu_seconds(pid) - spent
        self.assertLess(spent, WINDOW / 4, "seconds of processor time while nothing happens")
        self.assertLess(len(self.gateway.log_events()), 200 + 3 * len(peers), "a flood of logs")
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
        crowd = self.crowd()
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"+OK"))
        reply = peer.command(f"PASS {PASSWORD}")
        self.assertTrue(reply.startswith((b"+OK", b"-ERR [SYS/TEMP]")), reply)
        for each in crowd:
            each.close()
        until(self.served_again, "a login works again")
