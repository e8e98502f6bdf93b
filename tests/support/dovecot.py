# SPDX-License-Identifier: Apache-2.0
"""A real Dovecot as the legacy server: POP3 in plaintext and nothing else.

Each instance has its own directory, port, users and logs, runs in the foreground and is
stopped by its process id, so that any number can run at once. Its login log is verbose:
a connection that was made, even a silent one, leaves a line there.
"""

import getpass
import os
import pwd
import re
import socket
import subprocess

from support import mailbox
from support.waiting import until

CONFIGURATION = """
protocols = pop3
listen = 127.0.0.1
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
auth_verbose = yes
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
ssl = {ssl}
disable_plaintext_auth = no
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_process_limit = 400
default_client_limit = 4000
first_valid_uid = 1
mail_max_userip_connections = 0
mail_location = maildir:{directory}/mail/%u
login_log_format_elements = user=<%u> method=%m rip=%r
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {directory}/passwd
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={directory}/home/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service pop3-login {{
  chroot =
  service_count = 0
  inet_listener pop3 {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener pop3s {{
    address = 127.0.0.1
    port = {tls_port}
  }}
}}
service pop3 {{
  service_count = 100
}}
"""


# As the manual says it for a Dovecot behind postern: a certificate's common name is a master user.
VOUCHING = """
ssl_ca = <{authorities}
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_username_from_cert = yes
passdb {{
  driver = passwd-file
  args = {directory}/vouchers
  master = yes
  result_success = continue
}}
"""

# For OpenSSL itself: Dovecot's own settings know a least version only.
OLD_OPENSSL = """
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
MinProtocol = TLSv1
MaxProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
"""


def _users():
    """Who does what: three unprivileged users if root starts it, else only the caller."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return me.pw_name, me.pw_name, getpass.getuser(), me
    return "dovenull", "dovecot", "dovecot", pwd.getpwnam("nobody")


def free_port():
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    """users: name -> (password, messages). With `tls`, a key pair, it has doors of its own too: TLS
    from the first byte at `tls_address`, and STLS at `address`; if it is `old`, in TLS 1.0 alone.
    With `vouchers`, a file of authorities, whoever shows a certificate of theirs for the common name
    "postern" may log any user in, by EXTERNAL."""

    def __init__(self, directory, users, tls=None, mechanisms="plain", old=False, vouchers=None):
        self.directory = directory
        self.users = users
        self.tls = tls
        self.mechanisms = mechanisms
        self.old = old
        self.vouchers = vouchers
        self.port = None
        self.tls_port = 0
        self._process = None
        self._owner = _users()
        os.makedirs(directory, exist_ok=True)
        os.chmod(directory, 0o755)
        self._write_users()

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    @property
    def tls_address(self):
        return ("127.0.0.1", self.tls_port)

    def start(self):
        """Picks a port and returns when the server greets there."""
        for _ in range(5):
            self.port = free_port()
            self.tls_port = free_port() if self.tls else 0
            self._write_configuration()
            with open(self._path("stderr"), "wb") as stderr:
                self._process = subprocess.Popen(
                    ["/usr/sbin/dovecot", "-F", "-c", self._path("dovecot.conf")],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr,
                    env={**os.environ, "OPENSSL_CONF": self._path("openssl.cnf")})
            # Somebody else may have taken the port meanwhile, and greet: then it is not in our log.
            until(lambda: self._process.poll() is not None or (self._greets() and self.contacts()),
                  "Dovecot greets, and logs it, or ends")
            if self._process.poll() is None:
                return self
        raise AssertionError("Dovecot does not start: " + self._read("stderr") + self.log())

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def change_password(self, user, password):
        """Returns when it is the one that counts. The server looks at the file's length and its
        time in seconds, so the length must be another one."""
        before, messages = self.users[user]
        assert len(before) != len(password)
        self.users[user] = (password, messages)
        self._write_passwords()
        until(lambda: self._takes(user, password), "Dovecot has read the new password")

    def log(self):
        return self._read("dovecot.log")

    def logins(self, user):
        """How often this user has logged in."""
        return len(re.findall(rf"pop3-login: Info: Login: user=<{re.escape(user)}>", self.log()))

    def contacts(self):
        """Lines about connections that reached the login service, however they ended."""
        return re.findall(r"pop3-login: .*", self.log())

    def _greets(self):
        try:
            with socket.create_connection(self.address, timeout=5) as peer:
                greeting = peer.recv(100).startswith(b"+OK")
                peer.sendall(b"QUIT\r\n")
                return greeting and peer.recv(100)
        except OSError:
            return False

    def _takes(self, user, password):
        with socket.create_connection(self.address, timeout=30) as peer, \
                peer.makefile("rwb", buffering=0) as lines:
            replies = [lines.readline()]
            for command in (f"USER {user}", f"PASS {password}", "QUIT"):
                lines.write(command.encode() + b"\r\n")
                replies.append(lines.readline())
        return replies[2].startswith(b"+OK")

    def _write_users(self):
        mail_user = self._owner[3]
        for part in ("mail", "home", "run", "state"):
            os.makedirs(self._path(part), exist_ok=True)
        self._write_passwords()
        for name, (_, wanted) in self.users.items():
            mailbox.fill(self._path(f"mail/{name}"), wanted)
            os.makedirs(self._path(f"home/{name}"), exist_ok=True)
        for part in ("mail", "home"):
            for folder, _, files in os.walk(self._path(part)):
                for entry in [folder, *(os.path.join(folder, f) for f in files)]:
                    os.chown(entry, mail_user.pw_uid, mail_user.pw_gid)

    def _write_passwords(self):
        with open(self._path("passwd.new"), "wb") as file:
            for name, (password, _) in self.users.items():
                file.write(b"%s:{PLAIN}%s\n" % (name.encode(), password.encode()))
        os.replace(self._path("passwd.new"), self._path("passwd"))

    def _write_configuration(self):
        login, internal, group, mail_user = self._owner
        text = CONFIGURATION.format(
            directory=self.directory, port=self.port, tls_port=self.tls_port,
            mechanisms=self.mechanisms,
            login_user=login, internal_user=internal,
            internal_group=group, mail_uid=mail_user.pw_uid, mail_gid=mail_user.pw_gid,
            ssl="yes" if self.tls else "no")
        if self.tls:
            text += f"ssl_cert = <{self.tls.cert_file}\nssl_key = <{self.tls.key_file}\n"
        if self.old:
            text += ("ssl_min_protocol = TLSv1\nssl_cipher_list = ALL:@SECLEVEL=0\n"
                     "import_environment = $import_environment OPENSSL_CONF\n")
        if self.vouchers:
            text += VOUCHING.format(directory=self.directory, authorities=self.vouchers)
            with open(self._path("vouchers"), "w", encoding="ascii") as file:
                file.write("postern:::::::nopassword=y\n")
        with open(self._path("openssl.cnf"), "w", encoding="ascii") as file:
            file.write(OLD_OPENSSL if self.old else "")
        with open(self._path("dovecot.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _read(self, name):
        try:
            with open(self._path(name), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""
