# SPDX-License-Identifier: Apache-2.0
"""The guides and the pages beside them name what there is: keys, commands, findings, files.

    python3 guides_test.py POSTERN ROOT
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

POSTERN, ROOT = sys.argv[1], Path(sys.argv[2])
GUIDES = ROOT / "deploy/guides"
PAGES = sorted(path for path in GUIDES.glob("*.md") if path.name != "README.md")
HEADINGS = ["Ports", "Limits", "The client's address", "Check", "Close the old door", "Go back",
            "Tried"]
FILE = "/etc/postern/postern.toml"
# What a page takes for done; the least that a [[backend]] needs around it.
REST = ('[[listener]]\nname = "pop3s"\naddress = ["127.0.0.1:0"]\ntls = "implicit"\n'
        '[[tls.certificate]]\ncert_file = "/x"\nkey_file = "/x"\n')
# Words of other programs that look like keys.
FOREIGN = {"login_trusted_networks", "mail_max_userip_connections", "inet_listener",
           "haproxy_trusted_networks", "default_client_limit", "process_limit",
           "maxlogins_per_host"}


def ask(*arguments):
    return subprocess.run([POSTERN, *arguments], check=True, capture_output=True, text=True).stdout


def known_keys():
    rows = json.loads(ask("config", "--defaults", "--json"))
    return {re.sub(r"\[\d+\]", "", row["key"]) for row in rows}


def verbs():
    return set(re.findall(r"^ {2}([a-z]\w+)", ask("--help"), re.M))


def words(text):
    """What stands between backticks, outside of blocks."""
    prose = re.sub(r"(?ms)^```.*?^```$", "", text)
    return [word.replace("\n", " ") for word in re.findall(r"`([^`]+)`", prose)]


class Guides(unittest.TestCase):
    def test_all_have_the_same_headings(self):
        self.assertEqual(len(PAGES), 7)
        for path in PAGES:
            found = re.findall(r"(?m)^## (.*)$", path.read_text(encoding="utf-8"))
            self.assertEqual(found, HEADINGS, path.name)

    def test_each_is_in_the_table_and_each_link_leads_somewhere(self):
        table = (GUIDES / "README.md").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"\]\((\w+\.md)\)", table)), {path.name for path in PAGES})
        for path in (ROOT / "deploy").rglob("*.md"):
            for link in re.findall(r"\]\(([^):#]+)\)", path.read_text(encoding="utf-8")):
                self.assertTrue((path.parent / link).exists(), f"{path.name}: {link}")

    def test_the_configurations_are_right_with_each_line_that_is_left_to_choose(self):
        for path in PAGES:
            text = path.read_text(encoding="utf-8")
            (block,) = re.findall(rf"(?ms)^```toml {FILE}\n(.*?)^```$", text)
            chosen = re.sub(r"(?m)^# (\w+ = )", r"\1", block)
            chosen = chosen.replace('"..."', '"' + "A" * 43 + '="')
            for variant in {block, chosen}:
                if "[[listener]]" not in variant:
                    variant = REST + variant
                with self.subTest(path.name), tempfile.NamedTemporaryFile("w") as file:
                    file.write(variant)
                    file.flush()
                    ask("config", "-c", file.name)

    def test_keys_are_some(self):
        keys = known_keys()
        tables, last = {key.split(".")[0] for key in keys}, {key.split(".")[-1] for key in keys}
        for path in PAGES:
            for word in words(path.read_text(encoding="utf-8")):
                word = word.partition(" = ")[0]
                if word.partition(".")[0] in tables and "." in word:
                    self.assertIn(word, keys, path.name)
                elif re.fullmatch(r"[a-z]+(_[a-z]+)+", word):
                    self.assertIn(word, last | FOREIGN, path.name)

    def test_commands_and_findings_are_some(self):
        known = verbs()
        manual = (ROOT / "deploy/man/postern.8").read_text(encoding="utf-8")
        for path in [*PAGES, *(ROOT / "deploy").glob("*/README.md")]:
            text = path.read_text(encoding="utf-8")
            for verb in re.findall(r"(?:`|```sh\n)postern ([a-z]+)", text):
                self.assertIn(verb, known, path.name)
            for name in re.findall(r"`(backend-[a-z-]+)`", text):
                self.assertIn(f".It Li {name}", manual, path.name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
