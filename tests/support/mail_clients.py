# SPDX-License-Identifier: Apache-2.0
"""Real mail clients, each told to fetch everything: curl, fetchmail, mpop, poplib, openssl.

read() gives the messages as the client's user finds them, in the order of the mailbox, with
CRLF line ends again where the client documents that it makes them LF, and otherwise
untouched. `ways` are "implicit", "stls", "clear", and "auto": TLS if the program finds STLS. try_to_read() gives what the program
said and its status, for the tests in which it must not succeed.
"""

import os
import poplib
import re
import ssl
import subprocess

TIMEOUT = 240
MARK = b"From: Sender <sender@example.test>\r\n"  # how each message in the mailbox begins


class Account:
    """Whose mail, from where, and whom to believe."""

    def __init__(self, address, way, ca_file, user, password):
        self.host, self.port = address
        self.way = way
        self.ca_file = ca_file
        self.user = user
        self.password = password


def _crlf(data):
    return data.replace(b"\n", b"\r\n")


def _write_private(path, text):
    with open(path, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


class Curl:
    """curl: POP3 URLs; the body goes to a file unchanged. `options` go before its URLs."""

    def __init__(self, *options):
        self.options = options

    def try_to_read(self, account, directory, numbers=(1,)):
        scheme = "pop3s" if account.way == "implicit" else "pop3"
        base = f"{scheme}://{account.host}:{account.port}/"
        command = ["curl", "--silent", "--show-error", "--verbose", "--cacert", account.ca_file,
                   "--user", f"{account.user}:{account.password}", *self.options]
        command += {"stls": ["--ssl-reqd"], "auto": ["--ssl"]}.get(account.way, [])
        for number in numbers:
            command += ["--output", os.path.join(directory, str(number)), f"{base}{number}"]
        return _run(command)

    def read(self, account, directory, count):
        numbers = range(1, count + 1)
        _succeeded(self.try_to_read(account, directory, numbers))
        return [_read(os.path.join(directory, str(number))) for number in numbers]


class Fetchmail:
    """fetchmail: hands each message with LF ends to a program.

    It cuts a line over 8 KB into pieces and writes a NUL, a stray byte and LF behind each; a stray
    CR is stripped like any other. The mailbox has no NUL of its own, so the cuts can be told and
    are undone.
    """

    CUT = re.compile(rb"(?<=[^\n]{8190})\x00.?\n", re.DOTALL)
    OPTIONS = {"implicit": 'ssl sslcertck sslcommonname "localhost" sslcertfile "{ca}"',
               "stls": 'sslproto "tls1.2+" sslcertck sslcommonname "localhost" '
                       'sslcertfile "{ca}"',
               "auto": 'sslcertck sslcommonname "localhost" sslcertfile "{ca}"',
               "clear": 'sslproto ""'}

    def __init__(self, protocol="pop3", auth="any"):
        self.protocol = protocol
        self.auth = auth

    def try_to_read(self, account, directory):
        config = os.path.join(directory, "fetchmailrc")
        options = self.OPTIONS[account.way].format(ca=account.ca_file)
        _write_private(config, f'poll {account.host} protocol {self.protocol} '
                               f'port {account.port} auth {self.auth} '
                               f'user "{account.user}" password "{account.password}" {options} '
                               f'fetchall keep no rewrite mda "cat >> {directory}/mail"\n')
        return _run(["fetchmail", "--fetchmailrc", config, "--pidfile", f"{directory}/pid",
                     "--nodetach", "--nosyslog", "--invisible", "-v"],
                    FETCHMAILHOME=directory)

    def read(self, account, directory, count):
        _succeeded(self.try_to_read(account, directory))
        whole = _crlf(self.CUT.sub(b"", _read(os.path.join(directory, "mail"))))
        starts = [match.start() for match in re.finditer(re.escape(MARK), whole)]
        return [whole[a:b] for a, b in zip(starts, [*starts[1:], len(whole)])]


class Mpop:
    """mpop: delivers to a Maildir with LF ends; the Received line it would add is off."""

    TLS = {"implicit": "tls on\ntls_starttls off", "stls": "tls on\ntls_starttls on",
           "auto": "tls off", "clear": "tls off"}

    def __init__(self, auth="user"):
        self.auth = auth

    def try_to_read(self, account, directory):
        config = os.path.join(directory, "mpoprc")
        for part in ("new", "cur", "tmp"):
            os.makedirs(os.path.join(directory, "mail", part), exist_ok=True)
        _write_private(config, f"account test\nhost {account.host}\nport {account.port}\n"
                               f"{self.TLS[account.way]}\ntls_trust_file {account.ca_file}\n"
                               f"auth {self.auth}\nuser {account.user}\npassword {account.password}\n"
                               f"received_header off\nkeep on\nonly_new off\n"
                               f"uidls_file {directory}/uidls\n"
                               f"delivery maildir {directory}/mail\n")
        return _run(["mpop", "-C", config, "--debug", "test"], HOME=directory)

    def read(self, account, directory, count):
        _succeeded(self.try_to_read(account, directory))
        folder = os.path.join(directory, "mail", "new")
        names = sorted(os.listdir(folder), key=lambda name: int(re.search(r"Q(\d+)", name)[1]))
        return [_crlf(_read(os.path.join(folder, name))) for name in names]


class Poplib:
    """Python's own client. Its bound on lines, 2048, is lifted: the mailbox has longer ones."""

    def __init__(self, apop=False):
        self.apop = apop

    def open(self, account, context):
        poplib._MAXLINE = 1 << 20
        if account.way == "implicit":
            return poplib.POP3_SSL(account.host, account.port, context=context, timeout=TIMEOUT)
        client = poplib.POP3(account.host, account.port, timeout=TIMEOUT)
        if account.way == "stls":
            client.stls(context)
        return client

    def read(self, account, context, count):
        client = self.open(account, context)
        try:
            return self._fetch(client, account, count)
        finally:
            client.close()

    def try_to_read(self, account, directory):
        """What the other programs give: a status, and what an exception said."""
        context = ssl.create_default_context(cafile=account.ca_file)
        try:
            self.read(account, context, 1)
        except poplib.error_proto as error:
            return subprocess.CompletedProcess("poplib", 1, b"", error.args[0])
        except ssl.SSLError as error:
            return subprocess.CompletedProcess("poplib", 1, b"", str(error).encode())
        return subprocess.CompletedProcess("poplib", 0, b"", b"")

    def _fetch(self, client, account, count):
        if self.apop:
            client.apop(account.user, account.password)
        else:
            client.user(account.user)
            client.pass_(account.password)
        assert client.stat()[0] == count, client.stat()
        mail = [b"".join(line + b"\r\n" for line in client.retr(number)[1])
                for number in range(1, count + 1)]
        client.quit()
        return mail


class OpensslClient:
    """openssl s_client as a pipe; what it gives is the raw, dot-stuffed reply."""

    def read(self, account, directory, count):
        command = ["openssl", "s_client", "-quiet", "-verify_return_error", "-verify_hostname",
                   "localhost", "-CAfile", account.ca_file, "-connect",
                   f"{account.host}:{account.port}"]
        if account.way == "stls":
            command += ["-starttls", "pop3"]
        with open(os.path.join(directory, "stderr"), "wb") as stderr, subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr) as pipe:
            if account.way == "implicit":
                _expect_ok(pipe)  # in STLS s_client itself reads the greeting
            self._say(pipe, f"USER {account.user}")
            self._say(pipe, f"PASS {account.password}")
            mail = [self._retrieve(pipe, number) for number in range(1, count + 1)]
            self._say(pipe, "QUIT")
            assert pipe.stdout.read() == b""
        return mail

    def _say(self, pipe, text):
        pipe.stdin.write(text.encode() + b"\r\n")
        pipe.stdin.flush()
        _expect_ok(pipe)

    def _retrieve(self, pipe, number):
        self._say(pipe, f"RETR {number}")
        body = bytearray()
        while not body.endswith(b"\r\n.\r\n"):
            line = pipe.stdout.readline()
            assert line, "s_client ended in the middle of a message"
            body += line
        return bytes(body)


def _expect_ok(pipe):
    line = pipe.stdout.readline()
    assert line.startswith(b"+OK") and line.endswith(b"\r\n"), line


def _run(command, **environment):
    return subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False,
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})


def _succeeded(done):
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:], done.stdout[-2000:])


def _read(path):
    with open(path, "rb") as file:
        return file.read()
