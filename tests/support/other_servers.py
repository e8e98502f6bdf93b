# SPDX-License-Identifier: Apache-2.0
"""Courier, Cyrus and GNU Mailutils as legacy servers: POP3 in clear, and as Debian has them.

Each has one mailbox, ports of its own on the loopback, and a record of what it does to mail:
`wire(number, message)` is what RETR gives for it, dots and end included. They disagree in much
that a gateway has to live with; what each is known for stands with it.
"""

import contextlib
import imaplib
import os
import pwd
import re
import socket
import subprocess

from support import mailbox
from support.dovecot import free_port
from support.installed import Installed
from support.raw_peer import RawPeer
from support.waiting import until

NOBODY = pwd.getpwnam("nobody")


class OtherServer(Installed):
    """`user` is what the owner of the mailbox logs in as."""

    user = "alice"

    def __init__(self, directory, password, messages):
        super().__init__(directory)
        os.chmod(directory, 0o755)
        self.password = password
        self.messages = messages
        self.address = None

    def begin(self):
        """Returns when it greets and has its mail."""
        for _ in range(5):
            self.address = ("127.0.0.1", free_port())
            self.prepare()
            self.start(self.command())
            until(lambda: self._greets() or not self.running(), "the server greets or ends")
            if self.running():
                self.fill()
                return self
        raise AssertionError("the server does not start: " + self.log())

    def prepare(self):
        """Writes its files."""
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def fill(self):
        """Brings mail that must not lie there before it runs."""

    def served(self, message):
        """A message as it shows it, before dots are stuffed."""
        return message.served

    def wire(self, _number, message):
        return mailbox.stuffed(self.served(message))

    def encrypted_password(self):
        done = subprocess.run(["openssl", "passwd", "-6", "-stdin"], check=True,
                              input=self.password.encode(), capture_output=True)
        return done.stdout.decode().strip()

    def peer(self):
        """A client without a gateway, the greeting read."""
        peer = RawPeer(self.address)
        self.greeting = peer.read_line()
        return peer

    def _greets(self):
        try:
            with socket.create_connection(self.address, timeout=5) as peer:
                peer.sendall(b"QUIT\r\n")
                return peer.recv(100).startswith(b"+OK")
        except OSError:
            return False


class Courier(OtherServer):
    """Refuses in words without a code; puts CR before each LF of a file, which makes CR CR LF of a
    CRLF that was there."""

    def prepare(self):
        mailbox.fill(self.path("mail/Maildir"), self.messages)
        self.give_to(NOBODY, "mail")
        self.write("etc/courier/authdaemonrc", "authmodulelist=authuserdb\n"
                   "authmodulelistorig=authuserdb\ndaemons=2\n"
                   "authdaemonvar=/run/courier/authdaemon\n")
        os.makedirs(self.path("run/courier/authdaemon"), exist_ok=True)
        self._database("userdb", f"uid={NOBODY.pw_uid}|gid={NOBODY.pw_gid}"
                                 f"|home={self.path('mail')}")
        self._database("userdbshadow", "systempw=" + self.encrypted_password())

    def _database(self, name, fields):
        self.run(["/usr/lib/courier/courier-authlib/makedatprog", "-",
                  self.path(name), self.path(f"etc/courier/{name}.dat")],
                 f"{self.user}\t{fields}\n.\n")

    def command(self):
        judge = "set -a; . /etc/courier/authdaemonrc; exec " \
                "/usr/lib/courier/courier-authlib/authdaemond"
        serve = "exec /usr/sbin/couriertcpd -address=127.0.0.1 -nodnslookup -noidentlookup " \
                f"-maxprocs=40 -maxperip=40 {self.address[1]} " \
                "/usr/lib/courier/courier/courierpop3login " \
                "/usr/lib/courier/courier/courierpop3d Maildir"
        return ["sh", "-c", f"({judge}) & {serve}"]

    def fill(self):
        until(lambda: os.path.exists(self._socket()), "somebody judges passwords")

    @contextlib.contextmanager
    def without_a_judge(self):
        """Meanwhile it cannot ask whether a password is right."""
        os.rename(self._socket(), self._socket() + ".away")
        yield
        os.rename(self._socket() + ".away", self._socket())

    def _socket(self):
        return self.path("run/courier/authdaemon/socket")

    def served(self, message):
        text = message.stored if message.stored.endswith(b"\n") else message.stored + b"\n"
        return text.replace(b"\n", b"\r\n")


class Cyrus(OtherServer):
    """Has response codes and APOP, names itself in its greeting; keeps mail with CRLF and serves it
    as it is."""

    def prepare(self):
        for part in ("conf/socket", "spool", "sasl"):
            os.makedirs(self.path(part), exist_ok=True)
        self.imap_port = free_port()
        here, programs = self.directory, "/usr/lib/cyrus/bin"
        self.write("imapd.conf", f"configdirectory: {here}/conf\n"
                   f"partition-default: {here}/spool\ndefaultpartition: default\n"
                   "cyrus_user: nobody\ncyrus_group: nogroup\nservername: localhost\n"
                   "allowplaintext: yes\nallowapop: yes\nfailedloginpause: 0\n"
                   "autocreate_quota: 0\nskiplist_unsafe: yes\n"
                   "sasl_pwcheck_method: auxprop\nsasl_auxprop_plugin: sasldb\n"
                   f"sasl_sasldb_path: {here}/sasl/db\nsasl_mech_list: PLAIN\n")
        service = f'cmd="{programs}/%sd -C {here}/imapd.conf" listen="127.0.0.1:%d"'
        self.write("cyrus.conf", "SERVICES {\n"
                   f"  imap {service % ('imap', self.imap_port)}\n"
                   f"  pop3 {service % ('pop3', self.address[1])}\n}}\n")
        self.run(["/usr/sbin/saslpasswd2", "-p", "-c", "-f", self.path("sasl/db"),
                  "-u", "localhost", self.user], self.password)
        self.give_to(NOBODY, "conf", "spool", "sasl")

    def command(self):
        return ["/usr/lib/cyrus/bin/master", "-C", self.path("imapd.conf"),
                "-M", self.path("cyrus.conf"), "-p", self.path("run/pid"), "-D"]

    def fill(self):
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=60) as owner:
            owner.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            owner.login(self.user, self.password)
            for message in self.messages:
                status, words = owner.append("INBOX", None, None, message.served)
                assert status == "OK", (message.name, words)


class Mailutils(OtherServer):
    """Greets with a time stamp though it has no APOP, lists `EXPIRENEVER`, opens a mailbox once, and
    adds a message's ID to its header. A CRLF in a file is no end of a header to it."""

    user = "alice@example.test"

    def prepare(self):
        self.messages = [mailbox.Message(each.name, each.stored.replace(b"\r\n", b"\n"))
                         for each in self.messages]
        mailbox.fill(self.path("mail/INBOX"), self.messages)
        self.give_to(NOBODY, "mail")
        name, domain = self.user.split("@")
        self.write(f"domains/{domain}", f"{name}:{self.encrypted_password()}:{NOBODY.pw_uid}:"
                   f"{NOBODY.pw_gid}:Alice:{self.path('mail')}:/bin/false\n")
        self.write("pop3d.conf", 'auth { authentication clear; authorization clear;\n'
                   '  authentication "generic:virtdomain"; authorization virtdomain; };\n'
                   f"virtdomain {{ passwd-dir {self.path('domains')}; }};\n"
                   "mailbox { mailbox-type maildir; };\nlogging { syslog no; };\n"
                   "tcp-wrappers { enable no; };\n"
                   f"mandatory-locking {{ lock-directory {self.path('run')}; }};\n"
                   f"mode daemon; foreground yes; pidfile {self.path('run/pid')};\n"
                   f"server 127.0.0.1:{self.address[1]} {{ }};\n")
        self.ids = {}

    def command(self):
        return ["/usr/sbin/pop3d", "--no-config", "--config-file", self.path("pop3d.conf")]

    def fill(self):
        with self.peer() as peer:
            peer.login(self.user, self.password)
            assert peer.command("UIDL").startswith(b"+OK")
            self.ids = dict(re.findall(rb"(?m)^(\d+) (.+)\r\n", peer.read_body()))
            peer.command("QUIT")

    def wire(self, number, message):
        head, blank, body = mailbox.stuffed(self.served(message)).partition(b"\r\n\r\n")
        return head + b"\r\nX-UIDL: " + self.ids[b"%d" % number] + blank + body
