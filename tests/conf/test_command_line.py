# SPDX-License-Identifier: Apache-2.0
"""What the command line takes, and what a wrong one is told: in one line, with what was meant.

POSTERN names the program.
"""

import errno
import os
import pty
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

POSTERN = os.environ["POSTERN"]
OK, FAILURE, USAGE, CONFIGURATION = 0, 1, 2, 78
NO_SOCKET = ("-c", os.devnull, "--socket", "/nonexistent/control.sock")


def postern(*arguments, **more):
    return subprocess.run([POSTERN, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, check=False, **more)


def on_a_terminal(*arguments, **variables):
    """All that it writes to a terminal, and how it ends."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([POSTERN, *map(str, arguments)], stdin=theirs, stdout=theirs,
                          stderr=theirs, env={"TERM": "xterm", **variables}) as child:
        os.close(theirs)
        text = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError as error:  # nobody has the other end any more
                if error.errno != errno.EIO:
                    raise
                break
            text += chunk
    os.close(ours)
    return text.decode().replace("\r\n", "\n"), child.returncode


class Help(unittest.TestCase):
    def test_without_a_word_it_tells_what_there_is_and_fails(self):
        done = postern()
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
        self.assertEqual(done.stderr, postern("--help").stdout)
        self.assertEqual(re.findall(r"(?m)^(\w[\w ]+):$", done.stderr),
                         ["Serve", "Set up", "Look", "Steer", "Help", "Options"])

    def test_the_same_by_another_word(self):
        self.assertEqual(postern("help").stdout, postern("-h").stdout)
        self.assertEqual(postern("help", "check").stdout, postern("check", "--help").stdout)
        self.assertEqual(postern("--version").stdout, postern("version").stdout)
        self.assertEqual(postern("-V").stdout, postern("version").stdout)

    def test_no_line_is_wider_than_a_terminal(self):
        pages = [postern("help").stdout]
        verbs = re.findall(r"(?m)^ {2}([a-z]\w+)", pages[0])
        self.assertIn("doctor", verbs)
        pages += [postern("help", verb).stdout for verb in verbs]
        for page in pages:
            for line in page.splitlines():
                with self.subTest(line):
                    self.assertLessEqual(len(line), 80)
                    self.assertEqual(line, line.rstrip())


class Mistakes(unittest.TestCase):
    def refused(self, *arguments):
        """What is told, which is one line, and nothing else."""
        done = postern(*arguments)
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""), arguments)
        self.assertRegex(done.stderr, r"\Apostern: [^\n]+\n\Z")
        return done.stderr.removeprefix("postern: ").rstrip("\n")

    def test_each_is_told_what_was_meant(self):
        for arguments, told in (
            (["chek"], "there is no verb `chek`; did you mean `check`?"),
            (["help", "chek"], "there is no verb `chek`; did you mean `check`?"),
            (["nonsense"], "there is no verb `nonsense`; `postern help` lists those there are"),
            (["-c", "x", "check"],
             "a verb comes first, as in `postern check -c FILE`; `postern help` lists them"),
            (["check", "--strct"],
             "`postern check` has no option `--strct`; did you mean `--strict`?"),
            (["check", "--lenient=1"],
             "`postern check` has no option `--lenient`; see `postern check --help`"),
            (["explain", "--ipp", "192.0.2.1", "--listener", "a"],
             "`postern explain` has no option `--ipp`; did you mean `--ip`?"),
            (["explain"],
             "`postern explain` needs --ip and --listener; see `postern explain --help`"),
            (["explain", "--ip", "x", "--listener", "a"],
             "--ip: 'x' is not an IP address; see `postern explain --help`"),
            (["check", "postern.toml"],
             "`postern check` does not take `postern.toml`; did you mean `-c postern.toml`?"),
            (["check", "extra"],
             "`postern check` does not take `extra`; see `postern check --help`"),
            (["check", "-c"], "--config needs a value, as in `--config FILE`"),
            (["check", "-c", "a", "-c", "b"], "--config is given more than once"),
            (["doctor", "--compare", "a"], "--compare needs a value, as in `--compare OLD NEW`"),
            (["config", "--defaults", "--effective"],
             "--effective and --defaults cannot be given together"),
            (["report", "--csv", "--json"], "--csv and --json cannot be given together"),
            (["check", "-q", "--json"], "--json and --quiet cannot be given together"),
            (["sessions", "kck"], "action: `kck` is not one of list, kick; did you mean `kick`?"),
            (["sessions", "--limit", "many"],
             "--limit: `many` is not a number in the range 1 to 10000"),
            (["completion", "tcsh"],
             "shell: `tcsh` is not one of bash, zsh, fish; see `postern completion --help`"),
            (["ch\x1b[31m"], "there is no verb `ch\\x1b[31m`; `postern help` lists those there are"),
        ):
            with self.subTest(arguments):
                self.assertEqual(self.refused(*arguments), told)


class Files(unittest.TestCase):
    def test_what_is_no_file_is_told_with_its_name(self):
        with tempfile.TemporaryDirectory() as folder:
            for path in (folder, f"{folder}/none.toml"):
                for verb in ("check", "config", "run"):
                    with self.subTest(path=path, verb=verb):
                        done = postern(verb, "-c", path)
                        self.assertEqual((done.returncode, done.stdout), (CONFIGURATION, ""))
                        self.assertRegex(done.stderr, rf"\A{re.escape(path)}: error: [^\n]+\n\Z")

    def test_the_usual_file_may_not_be_there_yet(self):
        usual = "/etc/postern/postern.toml"
        if Path(usual).exists():
            self.skipTest("there is one here")
        told = postern("check").stderr.splitlines()
        self.assertEqual(told, [f"{usual}: error: cannot be read: No such file or directory",
                                "postern: `postern init` writes one; `-c FILE` names another"])

    def test_nobody_there_to_be_asked(self):
        for verb in ("status", "reload", "drain", "stop", "upgrade", "bans", "sessions"):
            with self.subTest(verb):
                done = postern(verb, *NO_SOCKET)
                self.assertEqual((done.returncode, done.stdout), (FAILURE, ""))
                self.assertRegex(done.stderr, r"\Apostern: /nonexistent/control.sock: [^\n]+\n\Z")

    def test_a_file_that_is_not_there_does_not_mean_the_usual_process(self):
        with tempfile.TemporaryDirectory() as folder:
            for verb in ("stop", "drain", "status"):
                done = postern(verb, "-c", f"{folder}/typo.toml")
                self.assertEqual((done.returncode, done.stdout), (FAILURE, ""))
                self.assertEqual(done.stderr,
                                 f"postern: {folder}/typo.toml: No such file or directory; "
                                 "`--socket PATH` asks a process without its configuration\n")


class Output(unittest.TestCase):
    def test_who_reads_the_first_line_alone_is_no_failure(self):
        for verb in ("config --defaults", "help", "completion bash"):
            with self.subTest(verb):
                done = subprocess.run(
                    ["bash", "-c", f'"$POSTERN" {verb} | head -n 1; echo "${{PIPESTATUS[0]}}"'],
                    capture_output=True, text=True, timeout=60, check=True)
                self.assertEqual(done.stdout.splitlines()[1:], ["0"])
                self.assertEqual(done.stderr, "")

    def test_what_cannot_be_written_is_a_failure(self):
        for verb in (["config", "--defaults"], ["version"], ["help"]):
            with self.subTest(verb), open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([POSTERN, *verb], stdout=full, stderr=subprocess.PIPE,
                                      text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, FAILURE)
                self.assertEqual(done.stderr, "postern: standard output: No space left on device\n")

    def test_quiet_says_nothing_when_all_is_well(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write('[[listener]]\nname = "a"\naddress = ["127.0.0.1:0"]\ntls = "none"\n'
                       '[[backend]]\nname = "b"\naddress = ["127.0.0.1:110"]\n')
            file.flush()
            loud = postern("check", "-c", file.name)
            self.assertEqual(loud.returncode, OK)
            self.assertIn(": ok, ", loud.stdout)
            self.assertIn(": warning: ", loud.stderr)
            quiet = postern("check", "-q", "-c", file.name)
            self.assertEqual((quiet.returncode, quiet.stdout, quiet.stderr), (OK, "", ""))
            strict = postern("check", "--quiet", "--strict", "-c", file.name)
            self.assertEqual((strict.stdout, strict.stderr), ("", loud.stderr))
            file.write("x = 1\n")
            file.flush()
            bad = postern("check", "-q", "-c", file.name)
            self.assertEqual(bad.returncode, CONFIGURATION)
            self.assertIn(": error: ", bad.stderr)


class Colours(unittest.TestCase):
    FILE = '[policy]\nlogn = "x"\n'

    def setUp(self):
        file = self.enterContext(tempfile.NamedTemporaryFile("w", suffix=".toml"))
        file.write(self.FILE)
        file.flush()
        self.file = file.name

    def test_errors_are_red_on_a_terminal(self):
        text, code = on_a_terminal("check", "-c", self.file)
        self.assertEqual(code, CONFIGURATION)
        self.assertIn(f"{self.file}:2:1: \x1b[1;31merror:\x1b[0m unknown key", text)
        self.assertIn("\n\x1b[1;32m    ^\x1b[0m\n", text)
        self.assertIn("\x1b[1mServe\x1b[0m:\n", on_a_terminal("help")[0])

    def test_nowhere_else_and_not_for_whoever_wants_none(self):
        plain = postern("check", "-c", self.file).stderr
        self.assertNotIn("\x1b", plain)
        for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""},
                          {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}):
            with self.subTest(variables):
                self.assertEqual(on_a_terminal("check", "-c", self.file, **variables)[0], plain)
        for variables, coloured in (({"CLICOLOR_FORCE": "1"}, True), ({"CLICOLOR_FORCE": "0"}, False),
                                    ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False)):
            with self.subTest(variables):
                forced = postern("check", "-c", self.file, env=variables)
                self.assertEqual("\x1b" in forced.stderr, coloured)

    def test_json_is_never_coloured(self):
        text, _ = on_a_terminal("check", "--json", "-c", self.file, CLICOLOR_FORCE="1")
        self.assertNotIn("\x1b", text)


if __name__ == "__main__":
    assert Path(POSTERN).exists()
    unittest.main()
