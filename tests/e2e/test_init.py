# SPDX-License-Identifier: Apache-2.0
"""`postern init`: three questions at a terminal, or options instead of them; what it writes passes
`check`, and nothing is written where nobody answers."""

import os
import pty
import subprocess
import tomllib
from pathlib import Path

from support import mailbox
from support.gateway import program
from support.world import USER, World


class Init(World):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.start_dovecot(mailbox.small(), (USER,))
        cls.found = Path(cls.path("found"))
        cls.found.mkdir()
        pair = cls.authority.issue("found", hosts=("DNS:pop.example.test", "DNS:www.example.test"))
        for source, name in ((pair.cert_file, "fullchain"), (pair.key_file, "privkey")):
            target = cls.found / f"pop.example.test.{name}.pem"
            target.write_bytes(Path(source).read_bytes())
        cls.backend = "{}:{}".format(*cls.dovecot.address)

    def command(self, *options):
        self.output = Path(self.path(self._testMethodName + ".toml"))
        return [program(), "init", "--output", str(self.output), "--look-in", str(self.found),
                *options]

    def run_init(self, *options):
        return subprocess.run(self.command(*options), stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=60, check=False)

    def typed(self, lines, *options):
        """What it said, and its status; each line is typed when it has asked for one more."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(self.command(*options), pass_fds=(theirs,),
                                   preexec_fn=lambda: os.login_tty(theirs))
        os.close(theirs)
        said, asked = b"", 0
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the last one has closed the other side
                break
            if not piece:
                break
            said += piece
            if said.endswith(b"]: ") or said.endswith(b"server behind it is: "):
                os.write(ours, lines[asked])
                asked += 1
        os.close(ours)
        return said.decode(), process.wait(60)

    def written(self):
        return tomllib.loads(self.output.read_text(encoding="utf-8"))

    def test_three_answers_of_which_two_are_the_guesses(self):
        said, status = self.typed([b"\n", self.backend.encode() + b"\n", b"\n"])
        self.assertEqual(status, 0, said)
        self.assertIn("1/3 The name that users type for their mail server [pop.example.test]:", said)
        self.assertIn(f"{self.backend} says", said)
        toml = self.written()
        self.assertEqual(toml["server"]["names"], ["pop.example.test"])
        self.assertEqual(toml["backend"][0]["address"], [self.backend])
        self.assertEqual(toml["tls"]["certificate"][0], {
            "cert_file": str(self.found / "pop.example.test.fullchain.pem"),
            "key_file": str(self.found / "pop.example.test.privkey.pem")})
        self.assertIn(f"Next: postern run -c {self.output}", said)

    def test_a_wrong_answer_is_asked_again(self):
        said, status = self.typed([b"not a name!\n", b"\n", self.backend.encode() + b"\n", b"\n"])
        self.assertEqual(status, 0, said)
        self.assertIn("A name of a host, please", said)

    def test_the_end_of_input_leaves_nothing(self):
        said, status = self.typed([b"\x04"])
        self.assertEqual(status, 1, said)
        self.assertIn("nothing was written", said)
        self.assertEqual(list(self.output.parent.glob(self.output.name + "*")), [])

    def test_an_interrupt_leaves_nothing(self):
        _, status = self.typed([b"\n", b"\x03"])
        self.assertNotEqual(status, 0)
        self.assertEqual(list(self.output.parent.glob(self.output.name + "*")), [])

    def test_without_a_terminal(self):
        done = self.run_init()
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("no terminal to ask at", done.stderr)
        done = self.run_init("--yes", "--backend", self.backend)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.written()["server"]["names"], ["pop.example.test"])

    def test_what_is_there_is_kept(self):
        self.command()
        self.output.write_text("mine\n", encoding="utf-8")
        done = self.run_init("--yes", "--backend", self.backend)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--force writes it anew", done.stderr)
        self.assertEqual(self.output.read_text(encoding="utf-8"), "mine\n")
        done = self.run_init("--yes", "--force", "--backend", self.backend)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.written()["backend"][0]["name"], "mail")

    def test_a_server_that_is_silent_and_a_certificate_that_is_missing_are_told(self):
        done = self.run_init("--yes", "--name", "mail.example.org", "--backend", "127.0.0.1:9")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("does not answer as a POP3 server does", done.stdout)
        self.assertIn("mail.example.org.fullchain.pem", done.stderr)
        self.assertIn("Next, when that is mended: postern check", done.stdout)
