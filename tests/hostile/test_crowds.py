# SPDX-License-Identifier: Apache-2.0
"""Crowds: thousands of sessions at once, and ten thousand one after another."""

from support import process
from support.gateway import program
from support.load import Load
from support.waiting import until
from support.world import CrowdWorld

IDLE = 2000
SLOW = process.keeps_freed_memory(program())  # with a sanitizer, which finds what leaks by itself
WARM_UP = 1000 if SLOW else 2000
SESSIONS = 2000 if SLOW else 10_000
THREADS = 6
GROWTH = 6 * 1024  # KiB that may be found anywhere afterwards: 0.6 a session of 10,000


class Crowd(CrowdWorld):
    """Each comes as others go."""

    crowd = IDLE
    environment = process.MEASURED
    configuration = {"log": {"level": "info"}}

    def test_two_thousand_idle_sessions_are_held_and_given_back(self):
        pid = self.gateway.pid
        self.secure().login("warm", "up").close()
        until(lambda: self.backend.open == 0, "nobody is left")
        descriptors, memory = process.descriptors(pid), process.rss_kib(pid)
        peers = [self.secure().login(f"user{n}", "secret") for n in range(IDLE)]
        for peer in peers:
            self.addCleanup(peer.close)
        self.assertEqual(self.backend.open, IDLE)
        each = (process.rss_kib(pid) - memory) / IDLE
        self.assertLess(each, 128, "KiB for an idle session")
        for peer in peers:
            self.assertTrue(peer.command("STAT").startswith(b"+OK"))
        with self.secure() as peer:
            self.assertTrue(peer.login("one", "more").command("QUIT").startswith(b"+OK"))
        for number, peer in enumerate(peers):
            if number % 2:
                self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
            peer.close()
        until(lambda: self.backend.open == 0, "every backend connection is ended")
        until(lambda: process.descriptors(pid) <= descriptors, "every descriptor is back")

    def session(self, _, number):
        """What clients do in a day: most are fine, some mistype, some vanish."""
        with self.secure("pop3" if number % 10 == 0 else "pop3s") as peer:
            if number % 20 == 1:
                assert peer.command("USER someone").startswith(b"+OK")
                assert peer.command("PASS wrong").startswith(b"-ERR [AUTH]")
                return
            peer.login(f"user{number}", "secret")
            assert peer.command("RETR 1").startswith(b"+OK")
            assert peer.read_body().endswith(b"hello\r\n.\r\n")
            if number % 20 == 3:
                peer.reset()
                return
            assert peer.command("QUIT").startswith(b"+OK")
            assert peer.read_to_end() == b"" and peer.ending == "clean", peer.ending

    def run_sessions(self, count):
        before = self.told()
        load = Load(self.session, THREADS, count).start()
        self.assertEqual(load.join(), [])
        self.assertEqual(load.done, count)
        until(lambda: self.backend.open == 0, "every backend connection is ended")
        until(lambda: self.told() - before == count,
              "each session has left its line, or is in a sum", within=90)

    def told(self):
        """Sessions that the log knows of: of those without a login most are summed up."""
        return sum(int(line.get("suppressed", 1)) for line in self.gateway.log_events("session"))

    def test_thousands_of_sessions_leave_no_growth(self):
        pid = self.gateway.pid
        self.run_sessions(WARM_UP)
        descriptors, memory = process.descriptors(pid), process.rss_kib(pid)
        self.run_sessions(SESSIONS)
        until(lambda: process.descriptors(pid) <= descriptors, "descriptors do not grow")
        self.assertLess(process.rss_kib(pid) - memory, GROWTH, f"KiB, from {memory}")
