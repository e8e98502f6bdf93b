# SPDX-License-Identifier: Apache-2.0
"""The story that README.md tells: forty copiers and three hundred people, from passwords in clear to
TLS for all, week by week, with the commands that are named there."""

import datetime
import json
import subprocess

from support.configuration import toml
from support.gateway import program
from support.population import Kind, Program, Visitors
from support.waiting import until
from support.world import CrowdWorld

COPIERS = "127.40.40.0/24"
V = Visitors
KINDS = {kind.name: kind for kind in (
    Kind("copier", 40, 40, V.insists_in_clear, 24),       # knows no TLS, and never will
    Kind("desk", 200, 1, V.fetches, 24),                  # port 995, and always has
    Kind("phone", 30, 2, V.fetches_by_stls, 24),
    Kind("person", 40, 3, V.insists_in_clear, 24),        # does what it is told to
    Kind("slow", 10, 4, V.insists_in_clear, 24),          # does not
    Kind("script", 8, 5, V.looks_for_a_way_in_clear, 24),
    Kind("helpdesk", 5, 6, V.distrusts, 24),              # does not know the authority
    Kind("webform", 7, 7, V.is_too_old_for_stls, 24),     # upgrades by itself, with TLS 1.0
)}
IN_CLEAR = {"copier": 40, "person": 40, "slow": 10, "script": 8}
START = datetime.date.today()
ENFORCED = START + datetime.timedelta(days=42)
REPLACED = START + datetime.timedelta(days=200)


class Rollout(CrowdWorld):
    crowd = 64
    configuration = {"log": {"level": "info"}, "auth_failures": {"delay": "0s"},
                     "policy": {"mode": "report-only", "enforce_from": str(ENFORCED)}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visitors = Visitors(cls.gateway, cls.authority)
        cls.programs = {name: [Program(kind, number, f"127.40.{kind.network}.{number + 1}")
                               for number in range(kind.count)] for name, kind in KINDS.items()}
        cls.told = 0  # lines of the log that belong to weeks before

    def setUp(self):
        self.polls = {name: kind.poll for name, kind in KINDS.items()}
        self.week_log = ""

    # What happens

    def week(self):
        """Everybody polls; afterwards week_log is what the log says of it."""
        before = len(self.gateway.log_events("session"))
        for name, programs in self.programs.items():
            for one in programs:
                self.polls[name](self.visitors, one)
        count = sum(len(programs) for programs in self.programs.values())
        until(lambda: len(self.gateway.log_events("session")) == before + count, "all have left")
        lines = self.gateway.stderr().splitlines()
        self.week_log = "\n".join(lines[self.told:]) + "\n"
        type(self).told = len(lines)

    def take(self, exceptions=(), **policy):
        """`postern check`, then a reload."""
        text = toml(self.backend.address, [self.certificate], exceptions=exceptions,
                    log={"level": "info"}, auth_failures={"delay": "0s"}, policy=policy,
                    timeouts={"login": "30m", "idle": "30m", "handshake": "60s"})
        self.gateway.configure(text)
        self.postern("check", "-c", self.gateway.config_file)
        self.gateway.reload()

    # What the administrator types

    def postern(self, *words, stdin=""):
        done = subprocess.run([program(), *words], input=stdin.encode(), capture_output=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode()

    def report(self, word, table=None):
        """Kinds in a report on this week, with how many programs of each."""
        page = self.postern("report", word, "--since", "7d", "--json", stdin=self.week_log)
        kinds = {one.address: one.kind.name for each in self.programs.values() for one in each}
        users = {one.user: one.address for each in self.programs.values() for one in each}
        named = {}
        for row in json.loads(page)["tables"][table or word]:
            address = row["address"] if isinstance(row["address"], str) else users[row["user"]]
            named.setdefault(kinds[address], set()).add(address)
        return {kind: len(addresses) for kind, addresses in named.items()}

    def decision(self, name, day):
        """What `postern explain` foretells of the first of a kind, in clear on that day."""
        one = self.programs[name][0]
        page = self.postern("explain", "-c", self.gateway.config_file, "--ip", one.address,
                            "--listener", "pop3", "--user", one.user, "--at", str(day), "--json")
        return json.loads(page)["decision"]

    def test_nobody_breaks_unseen(self):
        """Step by step, as README.md has it."""
        copiers = {"networks": [COPIERS], "login": "plaintext-allowed", "expires": str(REPLACED),
                   "comment": "forty copiers, replaced in summer"}
        self.is_in_front()
        self.mends_what_it_can(copiers)
        self.enforces(copiers)
        self.has_passwords_changed(copiers)

    def is_in_front(self):
        # Week 1: nothing is refused. Who would break, and who breaks already.
        self.week()
        self.assertEqual(self.report("plaintext"), IN_CLEAR)
        self.assertEqual(self.report("trust"), {"helpdesk": 5})
        self.assertEqual(self.report("stls"), {"webform": 7})
        self.assertEqual(self.report("denied", "strict"), {"webform": 7})
        self.assertEqual(self.report("denied"), {})
        self.assertEqual(self.report("silent"), {})

        # Week 2: their passwords cross the network in clear still.
        self.assertEqual(self.report("exposed"), IN_CLEAR)
        self.assertEqual(self.decision("copier", ENFORCED), "deny")

    def mends_what_it_can(self, copiers):
        # Week 3: copiers get an exception with an end; the helpdesk learns the authority; the web
        # form is moved to port 995, and people are told.
        self.take((copiers,), mode="report-only", enforce_from=str(ENFORCED))
        self.assertEqual(self.decision("copier", ENFORCED), "allow")
        self.assertEqual(self.decision("copier", REPLACED), "deny")
        self.assertEqual(self.decision("slow", ENFORCED), "deny")
        self.polls.update(helpdesk=V.fetches, webform=V.fetches, person=V.fetches)
        self.week()
        self.assertEqual(self.report("trust"), {})
        self.assertEqual(self.report("stls"), {})
        self.assertEqual(self.report("plaintext"), {"copier": 40, "slow": 10, "script": 8})
        self.assertEqual(self.report("exposed"), IN_CLEAR)  # over TLS, with a password that is out

    def enforces(self, copiers):
        # Week 5: the network of those who are ready goes first. Nobody there is refused.
        ready = {"networks": ["127.40.1.0/24", "127.40.2.0/24"], "mode": "enforce"}
        self.take((ready, copiers), mode="report-only", enforce_from=str(ENFORCED))
        self.week()
        self.assertEqual(self.report("denied"), {})

        # Week 6: a brownout, of all at once. Those who went first are no part of it.
        self.take((ready, copiers), mode="report-only", enforce_from=str(ENFORCED),
                  enforce_percent=100)
        self.week()
        self.assertEqual(self.report("denied"), {"slow": 10})
        self.assertEqual(self.report("silent"), {"script": 8})

        # Week 7: the day. Who is refused, and who leaves without a name, unless CAPA is talkative.
        self.take((copiers,), before_tls="talkative")
        self.week()
        self.assertEqual(self.report("denied"), {"slow": 10, "script": 8})
        self.assertEqual(self.report("silent"), {})
        self.take((copiers,))
        self.week()
        self.assertEqual(self.report("denied"), {"slow": 10})
        self.assertEqual(self.report("silent"), {"script": 8})
        self.assertEqual(self.report("plaintext"), {"copier": 40, "slow": 10})
        self.assertEqual(self.report("exposed"), {"copier": 40, "person": 40})

    def has_passwords_changed(self, copiers):
        # Later: passwords that are out are refused until they are changed; those of the copiers were
        # changed before, as they had crossed before there was an exception. A telephone is forgotten.
        self.take((copiers,), exposed="deny")
        self.polls.update(copier=V.insists_in_clear_with_new_password, person=V.is_refused,
                          slow=V.fetches_with_new_password, script=V.fetches_with_new_password)
        self.week()
        self.assertEqual(self.report("denied"), {"person": 40})
        self.polls.update(person=V.fails_with_old_password)
        self.week()
        self.week()
        self.assertEqual(self.report("stale"), {"person": 40})
        self.polls.update(person=V.fetches_with_new_password)

        # And at last only the copiers are left in clear.
        self.week()
        self.assertEqual(self.report("denied"), {})
        self.assertEqual(self.report("silent"), {})
        self.assertEqual(self.report("plaintext"), {"copier": 40})
