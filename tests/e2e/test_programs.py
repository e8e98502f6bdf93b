# SPDX-License-Identifier: Apache-2.0
"""Programs that people run fetch the whole mailbox as they do from Dovecot's own doors."""

import unittest

from support import mailbox, programs
from support.mail_clients import Account
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

MARK = b"From: Sender <sender@example.test>"  # in each message of the mailbox, once


class Programs(DovecotWorld):
    """The same program, once through the gateway and once past it, under the same kind of TLS."""

    messages = staticmethod(mailbox.messages)
    doors_of_its_own = True

    def account(self, address, way):
        return Account(address, way, self.authority.ca_file, USER, PASSWORD)

    def fetches_the_whole_mailbox(self, program, way):
        direct = self.dovecot.tls_address if way == "implicit" else self.dovecot.address
        wanted = program.fetch(self.account(direct, way), "localhost")
        self.is_whole(wanted)

        door = "pop3s" if way == "implicit" else "pop3"
        seen = len(self.gateway.log_events())
        got = program.fetch(self.account(self.gateway.address(door), way), "localhost")
        self.assertEqual([len(each) for each in got], [len(each) for each in wanted])
        self.assertTrue(got == wanted, "as long, but not the same bytes")
        self.was_under_tls(seen, way)

    def is_whole(self, mail):
        """Nothing is missing, whatever the program's own form is: no line ends are shorter than
        LF."""
        whole = b"".join(mail)
        served = sum(len(each.served.replace(b"\r\n", b"\n")) for each in self.messages())
        self.assertEqual(whole.count(MARK), len(self.messages()))
        self.assertGreaterEqual(len(whole), served)

    def was_under_tls(self, seen, way):
        """One session, by the door and in the way that was meant, and ended by QUIT."""
        session, = until(lambda: self.sessions(seen), "the session's line is in the log")
        self.assertNotEqual(session["tls"], "-")
        self.assertEqual((session["stls"], session["reason"]),
                         ("no" if way == "implicit" else "yes", "quit"))

    def sessions(self, seen):
        return [line for line in self.gateway.log_events()[seen:] if line["event"] == "session"]

    # TLS from the first byte

    def test_getmail6(self):
        self.fetches_the_whole_mailbox(programs.GETMAIL6, "implicit")

    def test_mutt(self):
        self.fetches_the_whole_mailbox(programs.MUTT, "implicit")

    def test_s_nail(self):
        self.fetches_the_whole_mailbox(programs.S_NAIL, "implicit")

    def test_movemail(self):
        self.fetches_the_whole_mailbox(programs.MOVEMAIL, "implicit")

    def test_net_pop3(self):
        self.fetches_the_whole_mailbox(programs.NET_POP3, "implicit")

    def test_mail_pop3client(self):
        self.fetches_the_whole_mailbox(programs.MAIL_POP3CLIENT, "implicit")

    def test_ruby_net_pop(self):
        self.fetches_the_whole_mailbox(programs.NET_POP, "implicit")

    def test_php_imap(self):
        self.fetches_the_whole_mailbox(programs.PHP_IMAP, "implicit")

    def test_tcllib_pop3(self):
        self.fetches_the_whole_mailbox(programs.TCLLIB, "implicit")

    def test_node_pop3_0_9(self):
        self.fetches_the_whole_mailbox(programs.NODE_POP3_0_9, "implicit")

    def test_node_pop3_0_11(self):
        self.fetches_the_whole_mailbox(programs.NODE_POP3_0_11, "implicit")

    def test_jakarta_mail(self):
        self.fetches_the_whole_mailbox(programs.JAKARTA_MAIL, "implicit")

    # STLS, by those that have it and speak a version of this century

    def test_mutt_by_stls(self):
        self.fetches_the_whole_mailbox(programs.MUTT, "stls")

    def test_s_nail_by_stls(self):
        self.fetches_the_whole_mailbox(programs.S_NAIL, "stls")

    def test_movemail_by_stls(self):
        self.fetches_the_whole_mailbox(programs.MOVEMAIL, "stls")

    def test_net_pop3_by_stls(self):
        self.fetches_the_whole_mailbox(programs.NET_POP3, "stls")

    def test_jakarta_mail_by_stls(self):
        self.fetches_the_whole_mailbox(programs.JAKARTA_MAIL, "stls")


if __name__ == "__main__":
    unittest.main()
