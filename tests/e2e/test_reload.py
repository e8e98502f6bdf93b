# SPDX-License-Identifier: Apache-2.0
"""HUP: a good configuration is taken over, a bad one changes nothing and says so."""

import ssl

from support.configuration import toml
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld


class Reload(DovecotWorld):
    """One gateway that is told again and again to read its file."""

    def setUp(self):
        self.good = toml(self.tap.address, [self.certificate])
        self.gateway.configure(self.good)
        self.addCleanup(self.gateway.reload, self.good)

    def served_certificate(self, door="pop3s"):
        """What a new connection is shown."""
        with RawPeer(self.gateway.address(door)) as peer:
            if door == "pop3":
                self.greeted(peer)
                self.assertTrue(peer.command("STLS").startswith(b"+OK"))
            peer.start_tls(self.context)
            return peer.socket.getpeercert(binary_form=True)

    def succeeded(self, line):
        self.assertNotIn(line["level"], ("error", "warn"), line)

    def failed(self, line):
        self.assertEqual(line["level"], "error", line)

    def test_a_new_certificate_is_served_to_new_sessions_on_both_doors(self):
        new = self.authority.issue("renewed")
        self.succeeded(self.gateway.reload(toml(self.tap.address, [new])))
        for door in ("pop3s", "pop3"):
            self.assertEqual(self.served_certificate(door), new.der())

    def test_the_same_file_name_with_a_new_content_is_served_too(self):
        used = self.authority.issue("in-use")
        self.succeeded(self.gateway.reload(toml(self.tap.address, [used])))
        self.assertEqual(self.served_certificate(), used.der())
        new = self.authority.issue("next")
        used.replace_with(new)
        self.succeeded(self.gateway.reload())
        self.assertEqual(self.served_certificate(), new.der())

    def test_running_sessions_keep_going(self):
        before = self.implicit()
        logged_in = self.stls().login(USER, PASSWORD)
        self.succeeded(self.gateway.reload(toml(self.tap.address, [self.authority.issue("n")])))
        before.login(USER, PASSWORD)
        for peer in (before, logged_in):
            self.assertTrue(peer.command("STAT").startswith(b"+OK 3 "))
            self.assertTrue(peer.command("RETR 1").startswith(b"+OK"))
            self.assertTrue(peer.read_body().endswith(b"\r\n.\r\n"))

    def test_a_session_that_began_before_the_reload_can_still_start_tls(self):
        peer = self.plain(self.gateway)
        self.succeeded(self.gateway.reload(toml(self.tap.address, [self.authority.issue("s")])))
        self.assertTrue(peer.command("STLS").startswith(b"+OK"))
        peer.start_tls(self.context).login(USER, PASSWORD)

    def changes_nothing(self, text):
        """This file is refused, logged, and everybody is served as before."""
        logged_in = self.implicit().login(USER, PASSWORD)
        served = self.served_certificate()
        self.failed(self.gateway.reload(text))
        self.assertTrue(self.gateway.running())
        self.assertEqual(self.served_certificate(), served)
        self.assertTrue(logged_in.command("STAT").startswith(b"+OK 3 "))
        self.implicit().login(USER, PASSWORD)

    def test_a_syntax_error_changes_nothing(self):
        self.changes_nothing(self.good + "\n[[listener\n")

    def test_an_unknown_key_changes_nothing(self):
        self.changes_nothing(self.good.replace("login =", "logn ="))

    def test_an_empty_file_changes_nothing(self):
        self.changes_nothing("")

    def test_a_broken_certificate_changes_nothing(self):
        self.changes_nothing(toml(self.tap.address, [self.authority.broken("broken")]))

    def test_a_mismatched_key_changes_nothing(self):
        self.changes_nothing(toml(self.tap.address, [self.authority.mismatched("mismatched")]))

    def test_a_missing_certificate_changes_nothing(self):
        missing = self.certificate._replace(cert_file=self.path("nowhere.crt"))
        self.changes_nothing(toml(self.tap.address, [missing]))

    def test_one_bad_certificate_of_two_changes_nothing(self):
        pair = self.authority.issue("good-one")
        self.changes_nothing(toml(self.tap.address, [pair, self.authority.broken("bad-one")]))

    def test_the_file_repaired_is_taken(self):
        self.failed(self.gateway.reload(self.good + "nonsense"))
        new = self.authority.issue("repaired")
        self.succeeded(self.gateway.reload(toml(self.tap.address, [new])))
        self.assertEqual(self.served_certificate(), new.der())

    def test_a_new_limit_holds_for_new_sessions_only(self):
        old = self.implicit()
        text = toml(self.tap.address, [self.certificate], limits={"max_bad_commands": 2})
        self.succeeded(self.gateway.reload(text))
        new = self.implicit()
        for peer, left in ((old, True), (new, False)):
            for _ in range(2):
                peer.send(b"XYZZY\r\n")
                self.assertTrue(peer.read_line().startswith(b"-ERR"))
            if left:
                self.assertTrue(peer.command("NOOP").startswith(b"-ERR"))
            else:
                self.assertEqual(peer.read_to_end(), b"")

    def test_a_new_backend_is_used_by_new_logins(self):
        before = self.tap.settle()
        self.succeeded(self.gateway.reload(toml(self.dovecot.address, [self.certificate])))
        self.implicit().login(USER, PASSWORD)
        self.assertEqual(self.tap.settle(), before, "the tap is no longer on the way")

    def test_two_reloads_at_once_end_with_the_last_file(self):
        new = self.authority.issue("last")
        for _ in range(5):
            self.gateway.reload(self.good)
        self.gateway.reload(toml(self.tap.address, [new]))
        until(lambda: self.served_certificate() == new.der(), "the last certificate is served")

    def test_rsa_and_ecdsa_side_by_side(self):
        """Each client gets the kind that it can check."""
        ecdsa, rsa = self.certificate, self.authority.issue("rsa", kind="rsa")
        self.succeeded(self.gateway.reload(toml(self.tap.address, [ecdsa, rsa])))
        for ciphers, pair in (("ECDHE-ECDSA-AES128-GCM-SHA256", ecdsa),
                              ("ECDHE-RSA-AES128-GCM-SHA256", rsa)):
            context = self.authority.client_context()
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers(ciphers)
            with RawPeer(self.gateway.address("pop3s")) as peer:
                peer.start_tls(context)
                self.assertEqual(peer.socket.getpeercert(binary_form=True), pair.der())
