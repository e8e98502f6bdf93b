# SPDX-License-Identifier: Apache-2.0
"""The documents say what the program does: each key, each command, each option, no more.

    python3 documents_test.py POSTERN ROOT
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

POSTERN, ROOT = sys.argv[1], Path(sys.argv[2])


def ask(*arguments):
    return subprocess.run([POSTERN, *arguments], check=True, capture_output=True, text=True).stdout


def manual(name):
    return (ROOT / "deploy/man" / name).read_text()


def documented_keys():
    """Each `.It Va key` below its `.Ss [section]`."""
    section, keys = "", set()
    for line in manual("postern.toml.5").splitlines():
        heading = re.match(r"\.Ss \[+([\w.]+)\]", line)
        key = re.match(r"\.It Va (\w+)", line)
        if heading:
            section = heading[1]
        if key:
            keys.add(f"{section}.{key[1]}")
    return keys


def known_keys():
    rows = json.loads(ask("config", "--defaults", "--json"))
    return {re.sub(r"\[\d+\]", "", row["key"]) for row in rows}


def options_of(help_text):
    return set(re.findall(r"(--[a-z][\w-]+)", help_text)) - {"--help"}


def verbs():
    return set(re.findall(r"^ {2}([a-z]\w+)", ask("--help"), re.M))


def synopsis():
    """The options of each verb, as the manual's synopsis has them."""
    text = manual("postern.8").partition(".Sh SYNOPSIS")[2].partition(".Sh DESCRIPTION")[0]
    for part in text.split("\n.Nm\n")[1:]:
        verb = re.search(r"^\.Cm (\w+)", part, re.M)
        if not verb:
            continue  # of the program itself
        options = {f"-{name}" for name in re.findall(r"Fl (-[\w-]+)", part)}
        for letter, word in (("c", "--config"), ("q", "--quiet")):
            if re.search(rf"Fl {letter}\b", part):
                options.add(word)
        yield verb[1], options


class Documents(unittest.TestCase):
    def test_the_manual_has_exactly_the_keys_there_are(self):
        tables = {key.rpartition(".")[0] for key in known_keys()}
        self.assertEqual(documented_keys(), known_keys() - tables)

    def test_the_manual_has_exactly_the_verbs_there_are(self):
        """But for one that is for whoever packs the program, and is not shown."""
        self.assertEqual({verb for verb, _ in synopsis()}, verbs() | {"completion"})

    def test_each_verb_has_an_example_and_an_entry_in_the_manual(self):
        entries = set(re.findall(r"^\.It Cm (\w+)$", manual("postern.8"), re.M))
        for verb in sorted(verbs() | {"completion"}):
            with self.subTest(verb):
                examples = ask("help", verb).partition("\nExamples:\n")[2].splitlines()
                self.assertTrue(examples)
                for line in examples:
                    self.assertRegex(line, rf"\bpostern {verb}\b")
                self.assertIn(verb, entries)

    def test_the_manual_has_exactly_the_options_there_are(self):
        for verb, options in synopsis():
            with self.subTest(verb):
                self.assertEqual(options, options_of(ask(verb, "--help")))

    def test_the_newest_changes_are_those_of_this_version(self):
        version = json.loads(ask("version", "--json"))["version"]
        changes = (ROOT / "deploy/CHANGELOG.md").read_text()
        self.assertEqual(re.findall(r"^## ([\d.]+)", changes, re.M)[:1], [version])

    def test_certificates_and_keys_have_one_folder_everywhere(self):
        paths = set()
        for place in ("README.md", "conf", "deploy"):
            for path in [ROOT / place] if (ROOT / place).is_file() else (ROOT / place).rglob("*"):
                if path.is_file():
                    paths |= set(re.findall(r'(?:cert|key)_file = "(/[^"$]*)', path.read_text()))
        for row in json.loads(ask("config", "--defaults", "--json")):
            if row["example"] and re.search(r"(cert|key)_file$", row["key"]):
                paths.add(row["example"].strip('"'))
        self.assertTrue(paths)
        self.assertEqual({path.rpartition("/")[0] for path in paths}, {"/etc/postern/tls"})

    def test_the_configurations_in_the_documents_are_right(self):
        """But for the certificates, which are the reader's own."""
        blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
        blocks += re.findall(r"^\.Bd -literal\n(.*?)^\.Ed", manual("postern.toml.5"), re.S | re.M)
        self.assertEqual(len(blocks), 2)
        for block in blocks:
            with self.subTest(block), tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
                file.write(block)
                file.flush()
                ask("config", "-c", file.name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
