# SPDX-License-Identifier: Apache-2.0
"""The catalogue of the log's words, postern-log(7), has those that are written, and no other.

    python3 log_words_test.py ROOT

The words are taken from the sources: where a line begins, where a field is added, and from the
tables of reasons.
"""

import re
import sys
import unittest
from pathlib import Path

ROOT = Path(sys.argv[1])
WRITERS = ("admin", "server", "session")  # the rooms that write lines
WORD = r'"([a-z][a-z_0-9]*)"'
LEVEL = r"(?:conf::)?LogLevel::\w+|level"


def source(*patterns):
    """The text of these files, without comments and line ends."""
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    assert paths, patterns
    text = "\n".join(path.read_text() for path in paths)
    return re.sub(r"\s+", " ", re.sub(r"//[^\n]*", "", text))


def words(text, *patterns):
    found = set()
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            found |= {word for word in match.groups() if word}
    return found


def writers():
    return source(*(f"proxy/{room}/*.[ch]pp" for room in WRITERS))


def events():
    found = words(writers(), rf"\b(?:entry|begin|say)\( ?(?:{LEVEL}), {WORD}",
                  rf"\bevent = [^;{{}}]*?{WORD}(?: : {WORD})?",
                  rf"\b(?:write_step|write_limit|say_all|say_done)\({WORD}")
    found |= words(source("proxy/session/hint.cpp"), rf"return \{{ ?{WORD}, ")
    found |= words(source("proxy/session/report_words.cpp"),
                   rf"return \{{(?:conf::)?LogLevel::\w+, {WORD}")
    return found | words(source("proxy/session/login_words.*"), rf"k(?:Guessed|Refused) = {WORD}",
                         rf"Words = \{{ ?{WORD}, ")


def reasons():
    login = source("proxy/session/login_words.*")
    found = words(writers(), rf'add\("reason", {WORD}', rf"\breason = [^;{{}}]*?{WORD}",
                  rf'write_limit\("limit", user, {WORD}',
                  rf"\bk(?:NoDescriptors|NoMemory|NotAccepted) = {WORD}")
    found |= words(login, rf"k(?:Guessed|Refused), {WORD}", rf"kByBackend = {WORD}",
                   rf'Words = \{{ ?"\w+", {WORD}', rf"return \{{ ?{WORD}, \"")
    found |= words(source("proxy/pop3/close_reason.cpp"), rf"CloseReason::\w+, \{{{WORD}")
    found |= words(source("proxy/session/report_words.cpp"), rf'LogLevel::\w+, "\w+", {WORD}')
    found |= words(source("proxy/server/proxy_mismatch.cpp"), rf"\{{{WORD}, \"")
    found |= words(source("proxy/server/turn_away.cpp"), rf"Answer::\w+, {WORD}")
    found |= words(source("policy/verdict.cpp"), r'case Ground::\w+: return "([a-z_]+)"')
    return found | words(source("policy/ban_list.cpp"), rf"{WORD}(?=[,}}])")


def fields():
    return words(writers(), rf"\badd(?:_flag|_seconds)?\({WORD}") | {"user", "msg"}


def catalogue(section):
    text = (ROOT / "deploy/man/postern-log.7").read_text()
    part = text.partition(f".Sh {section}\n")[2].partition("\n.Sh ")[0]
    return re.findall(r"^\.It Li (\w+)$", part, re.M)


class Catalogue(unittest.TestCase):
    def same(self, section, written):
        told = catalogue(section)
        self.assertEqual(told, sorted(set(told)), "each once, in order")
        self.assertEqual(set(told) - written, set(), "the manual has what is never written")
        self.assertEqual(written - set(told), set(), "the manual lacks what is written")

    def test_events(self):
        self.same("EVENTS", events())

    def test_reasons(self):
        self.same("REASONS", reasons())

    def test_fields(self):
        self.same("FIELDS", fields())

    def test_each_word_is_explained(self):
        text = (ROOT / "deploy/man/postern-log.7").read_text()
        for item in text.split("\n.It Li ")[1:]:
            self.assertGreater(len(item.splitlines()), 1, item)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
