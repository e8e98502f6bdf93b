# SPDX-License-Identifier: Apache-2.0
"""Real shells complete real command lines.

    python3 completion_test.py POSTERN

In bash and zsh somebody types at a terminal, and a function in the place of the program tells what
was typed in the end. fish is asked for what it would offer.
"""

import errno
import os
import pty
import select
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

POSTERN = sys.argv[1]
PROMPT = "ready> "
PATIENCE = 60  # seconds, and then it has failed

BASH = """
PS1='{prompt}'
bind 'set enable-bracketed-paste off' 'set bell-style none'
source {script}
postern() {{ printf '<%s>\\n' "$*"; }}
"""
ZSH = """
PS1='{prompt}'
unsetopt prompt_sp prompt_cr beep
zle_bracketed_paste=()
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -D
postern() {{ printf '<%s>\\n' "$*" }}
"""
# What is typed, <TAB> and <RETURN> behind it, and what stands there then.
TYPED = (
    ("postern che", "check"),
    ("postern --ver", "--version"),
    ("postern check --str", "check --strict"),
    ("postern check --config po", "check --config postern.toml"),
    ("postern check -c po", "check -c postern.toml"),
    ("postern check --config=po", "check --config=postern.toml"),
    ("postern sessions ki", "sessions kick"),
    ("postern sessions --state tr", "sessions --state transaction"),
    ("postern explain --tls no", "explain --tls none"),
    ("postern explain --mech XO", "explain --mech XOAUTH2"),
    ("postern report plain", "report plaintext"),
    ("postern report tls po", "report tls postern.toml"),
    ("postern help relo", "help reload"),
)


def script(shell):
    return subprocess.run([POSTERN, "completion", shell], check=True, capture_output=True,
                          text=True).stdout


class Terminal:
    """A shell that somebody types into."""

    def __init__(self, command, folder):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command,
                       {"PATH": os.environ["PATH"], "TERM": "xterm", "HOME": folder, "LC_ALL": "C"})
        self.seen = ""

    def type(self, text):
        os.write(self.terminal, text.encode())

    def await_text(self, text):
        """Whether it turned up, behind what was waited for before; and goes on behind it."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.seen and time.monotonic() < deadline:
            if not select.select([self.terminal], [], [], 1)[0]:
                continue
            try:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                break
        before, found, self.seen = self.seen.partition(text)
        if not found:
            raise AssertionError(f"{text!r} is not in {before!r}")

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


class Completion(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        Path(self.folder, "postern.toml").touch()

    def start(self, command, rc):
        Path(self.folder, "rc").write_text(rc)
        shell = Terminal(command, self.folder)
        self.addCleanup(shell.close)
        shell.type(". ./rc\n")
        shell.await_text("\r\n")
        shell.await_text(PROMPT)
        return shell

    def complete_all(self, shell):
        for typed, meant in TYPED:
            with self.subTest(typed):
                shell.type(f"{typed}\t\n")
                shell.await_text(f"<{meant}>")
                shell.await_text(PROMPT)

    def test_bash(self):
        Path(self.folder, ".script").write_text(script("bash"))
        shell = self.start(["bash", "--norc", "--noprofile", "-i"],
                           BASH.format(prompt=PROMPT, script="./.script"))
        self.complete_all(shell)
        shell.type("postern sessions k")  # alone, so that the list has two columns at most
        shell.type("\x15postern check --\t\t")
        shell.await_text("--strict")

    def test_zsh(self):
        functions = Path(self.folder, ".functions")
        functions.mkdir()
        (functions / "_postern").write_text(script("zsh"))
        shell = self.start(["zsh", "-f", "-i"], ZSH.format(prompt=PROMPT, folder=functions))
        self.complete_all(shell)
        shell.type("postern check --\t")
        shell.await_text("warnings are failures")

    def test_fish(self):
        lines = "\n".join(f"complete -C '{typed}'; echo ---" for typed, _ in TYPED)
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"cd {self.folder}\n{script('fish')}\n{lines}"],
            capture_output=True, text=True, timeout=PATIENCE, check=True,
            env={"PATH": os.environ["PATH"], "HOME": self.folder})
        self.assertEqual(done.stderr, "")
        offers = done.stdout.split("---\n")
        for (typed, meant), offered in zip(TYPED, offers):
            with self.subTest(typed):
                words = {line.partition("\t")[0] for line in offered.splitlines()}
                self.assertEqual(words, {meant.rpartition(" ")[2]})
        described = dict(line.partition("\t")[::2] for line in offers[0].splitlines())
        self.assertEqual(described["check"], "find all that is wrong with a configuration")

    def test_each_verb_and_each_option_is_in_each_script(self):
        listed = subprocess.run([POSTERN, "help"], check=True, capture_output=True, text=True)
        verbs = [line.split()[0] for line in listed.stdout.splitlines()
                 if line.startswith("  ") and line[2:3].isalpha()]
        self.assertIn("doctor", verbs)
        for shell in ("bash", "zsh", "fish"):
            text = script(shell)
            for verb in verbs:
                with self.subTest(shell=shell, verb=verb):
                    self.assertRegex(text, rf"\b{verb}\b")
            self.assertNotIn("completion bash", text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
