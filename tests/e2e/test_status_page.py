# SPDX-License-Identifier: Apache-2.0
"""The status page in a real browser: complete as it is sent, alive with scripts, about nobody."""

import html.parser
import json
import os
import signal
import unittest

from support.browser import Browser
from support.metrics import Metrics
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

# Of what is configured, names of files alone may have such letters.
FILE = "<img src=x onerror=document.title=1>"
CLIENT = "127.0.0.77"  # where all clients are
DOORS = (("pop3s", "implicit", ("127.0.0.1:0",)), ("pop3", "stls", ("127.0.0.1:0",)),
         ("clear", "none", ("127.0.0.1:0",), {"login": "plaintext-allowed"}))
VOID = {"meta", "link", "br", "img", "path", "hr", "input"}


class Outline(html.parser.HTMLParser):
    """Balanced elements, ids once each, headings in order, tables with captions and scopes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.faults, self.references = [], [], [], []
        self.headings, self.landmarks, self.captions, self.tables = [], [], 0, 0
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"never closed: {self.open}")
        self.faults += [f"no such id: {one}" for one in self.references if one not in self.ids]

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            if attrs["id"] in self.ids:
                self.faults.append(f"id twice: {attrs['id']}")
            self.ids.append(attrs["id"])
        self.references += attrs.get("aria-labelledby", "").split()
        if tag == "a" and attrs["href"].startswith("#"):
            self.references.append(attrs["href"][1:])
        if tag == "th" and attrs.get("scope") not in ("row", "col"):
            self.faults.append(f"a head without scope at {self.getpos()}")
        for one in attrs:
            if one == "style" or one.startswith("on"):
                self.faults.append(f"{one}= at {self.getpos()}")
        if tag in ("section", "main", "header", "footer"):
            self.landmarks.append(tag)
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3") else []
        self.captions += tag == "caption"
        self.tables += tag == "table"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


class StatusPage(DovecotWorld):
    """One gateway and one browser for all of it."""

    configuration = {"metrics": {"listen": "127.0.0.1:0"}, "doors": DOORS,
                     "auth_failures": {"delay": "0s"},
                     "limits": {"max_connections_per_user": 5}}

    @classmethod
    def start_gateway(cls, *arguments, **configuration):
        cls.certificate = cls.authority.issue(FILE)
        return super().start_gateway(*arguments, **configuration)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = Metrics(cls.gateway)
        cls.url = "http://%s:%d/" % cls.metrics.address
        cls.browser = Browser(cls.path("browser"))
        cls.addClassCleanup(cls.browser.close)

    def model(self):
        status, body = self.metrics.get("/status.json")
        self.assertEqual(status, 200)
        return json.loads(body)

    def peer(self, door="pop3s"):
        if door == "pop3s":
            return self.secure(self.gateway, door, source=CLIENT)
        return self.plain(self.gateway, door, source=CLIENT)

    def leave(self, peer):
        self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        peer.read_to_end()

    def some_sessions(self):
        for _ in range(3):
            self.leave(self.peer().login(USER, PASSWORD))
        self.leave(self.peer("clear").login(USER, PASSWORD))
        peer = self.peer("pop3")
        self.assertTrue(peer.command(f"USER {USER}").startswith(b"-ERR"))
        self.assertTrue(peer.command("PASS swordfish").startswith(b"-ERR"))
        self.leave(peer)
        peer = RawPeer(self.gateway.address("pop3s"), source=CLIENT)
        self.addCleanup(peer.close)

    def test_the_page(self):
        self.some_sessions()
        model = until(lambda: (lambda told: told if told["today"]["count"] == 4
                               and sum(each["with_tls"] + each["without_tls"]
                                       for each in told["programs"]) >= 5 else None)(self.model()),
                      "all logins are counted")
        self.numbers(model)
        self.as_sent()
        self.without_scripts()
        self.with_scripts()
        self.pictures()
        self.trouble()
        self.unanswered()

    def numbers(self, model):
        self.assertEqual(model["today"]["share"], "75")
        self.assertEqual([(day["with_tls"], day["without_tls"]) for day in model["days"]], [(3, 1)])
        self.assertEqual(model["exposed"], 1)
        self.assertIn({"rule": "policy.login", "denied": 1, "would_deny": 0}, model["refusals"])
        rows = {row["name"]: row for row in model["listeners"]}
        self.assertEqual(set(rows), {"pop3s", "pop3", "clear"})
        self.assertEqual(rows["pop3s"]["handshake"], 1)
        self.assertEqual([each["name"] for each in model["backends"]], ["legacy"])
        self.assertEqual(model["certificates"][0]["days_left"], 89)
        self.assertIn("limits.max_connections_per_user", [each["name"] for each in model["limits"]])
        self.assertTrue(model["reload"]["ok"])

    def as_sent(self):
        """The bytes: nobody's name, nothing unescaped, well formed; and the headers."""
        status, page = self.metrics.get("/")
        self.assertEqual(status, 200)
        outline = Outline(page)
        self.assertEqual(outline.faults, [])
        self.assertEqual(outline.captions, outline.tables)
        self.assertEqual(outline.headings[0], 1)
        self.assertEqual(outline.headings.count(1), 1)
        self.assertLessEqual({"main", "header", "footer"}, set(outline.landmarks))
        self.assertNotIn("{{", page)
        self.assertNotIn("<img", page)
        for path in ("/", "/status.json"):
            body = self.metrics.get(path)[1]
            for secret in (USER, PASSWORD, "swordfish", CLIENT):
                self.assertNotIn(secret, body)
        for path in ("/", "/status.css", "/status.js", "/status.json"):
            head = self.metrics.head(path)
            self.assertIn("default-src 'none'", head["Content-Security-Policy"])
            self.assertNotIn("unsafe", head["Content-Security-Policy"])
            self.assertEqual(head["Cache-Control"], "no-store")
            self.assertEqual(head["Referrer-Policy"], "no-referrer")
            self.assertEqual(head["X-Content-Type-Options"], "nosniff")

    def without_scripts(self):
        self.browser.scripts(False)
        self.browser.open(self.url)
        self.assertEqual(self.browser.text("#logins-today"), "4")
        self.assertEqual(self.browser.text("#exposed"), "1")
        self.assertIn(FILE, self.browser.text("[data-part=certificates]"))
        self.assertIn("up", self.browser.text("[data-part=backends]"))
        self.assertIn("75 %", self.browser.text("[data-part=days]"))
        self.assertIn("Load the page again", self.browser.text("#live"))
        self.browser.scripts(True)

    def with_scripts(self):
        """New numbers come by themselves, and go again."""
        self.browser.open(self.url)
        until(lambda: self.browser.text("#live") == "Live.", "it is live")
        before = int(self.browser.text("#sessions"))
        peer = self.peer().login(USER, PASSWORD)
        until(lambda: self.browser.text("#sessions") == str(before + 1), "it shows the session")
        until(lambda: self.browser.text("#logins-today") == "5", "it shows the login")
        self.leave(peer)
        until(lambda: self.browser.text("#sessions") == str(before), "it shows the end")
        self.assertTrue(self.browser.ask("document.title").startswith("postern on "))
        self.assertEqual(self.browser.complaints, [])

    def pictures(self):
        """Nothing is wider than the screen; kept where $POSTERN_PICTURES says."""
        where = os.environ.get("POSTERN_PICTURES") or self.directory
        for width in (360, 1300):
            for scheme in ("light", "dark"):
                self.browser.picture(f"{where}/status-{width}-{scheme}.png", width, scheme)
                self.assertLessEqual(self.browser.ask("document.documentElement.scrollWidth"), width)
        grounds = []
        for scheme in ("light", "dark"):
            self.browser.picture(self.path("ground.png"), 1300, scheme)
            grounds.append(self.browser.ask("getComputedStyle(document.body).backgroundColor"))
        self.assertNotEqual(*grounds)

    def trouble(self):
        """A refused reload, and a backend that is down."""
        with open(self.gateway.config_file, encoding="utf-8") as file:
            good = file.read()
        self.gateway.configure(good + "\nnonsense = 'alice'\n")
        self.gateway.signal(signal.SIGHUP)
        until(lambda: "refused" in (self.browser.text("[data-part=process]") or ""),
              "the page shows the refusal")
        self.assertIn("The last reload was refused", self.browser.text("[data-part=notices]"))
        until(lambda: self.browser.ask("document.title").startswith("(1) "), "so does its title")
        self.assertNotIn("alice", self.metrics.get("/")[1])
        where = os.environ.get("POSTERN_PICTURES") or self.directory
        self.browser.picture(f"{where}/status-trouble.png", 1300, "light")
        self.gateway.configure(good)
        self.gateway.signal(signal.SIGHUP)
        until(lambda: "refused" not in self.browser.text("[data-part=notices]"), "it is over")

    def unanswered(self):
        self.gateway.stop()
        until(lambda: "has not answered since" in self.browser.text("#live"), "the page says so")
        where = os.environ.get("POSTERN_PICTURES") or self.directory
        self.browser.picture(f"{where}/status-lost.png", 1300, "dark")


if __name__ == "__main__":
    unittest.main()
