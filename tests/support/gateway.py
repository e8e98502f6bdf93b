# SPDX-License-Identifier: Apache-2.0
"""The real program: started with a configuration of the test's own, watched, and stopped.

The program is $POSTERN, or the sanitizer build of the tree. Whatever a test does, stop()
demands a clean exit and a standard error without a sanitizer's report.
"""

import json
import os
import signal
import subprocess
import tomllib

from support import logfmt
from support.successor import Adopted, adopt_orphans
from support.waiting import until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REPORTS = ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:",
           "UndefinedBehaviorSanitizer", "POSTERN_CHECK")


def program():
    """The path of the program under test."""
    path = os.environ.get("POSTERN") or os.path.join(ROOT, "build/asan/postern")
    if not os.access(path, os.X_OK):
        raise AssertionError(f"no program at {path}; build it or set POSTERN")
    return path


CLOSED = "closed"  # for start()
STEPS = ("phase", "upstream")  # events of level debug


class Gateway:
    """One running postern in a directory of its own."""

    def __init__(self, directory, configuration, nofile=None, environment=None, prefix=()):
        """prefix: a command that ends by being the program, with its arguments behind it."""
        os.makedirs(directory, exist_ok=True)
        self.directory = directory
        self.config_file = os.path.join(directory, "postern.toml")
        self.ready = None
        self._nofile = nofile
        self._prefix = prefix
        self._environment = {**os.environ, **(environment or {})}
        self._logs = {}  # file name -> (bytes read, lines parsed)
        self._process = None
        self._elders = []  # processes that have given their place to the next one
        self.configure(configuration)

    @property
    def pid(self):
        return self._process.pid

    def configure(self, text):
        """Writes the file; a running program learns of it by reload()."""
        with open(self.config_file + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.config_file + ".new", self.config_file)

    def configuration(self):
        """The text of the file."""
        with open(self.config_file, encoding="utf-8") as file:
            return file.read()

    def start(self, stderr=None):
        """Returns when the program has written where it listens, and all that it logs at its start.
        stderr: a descriptor that its standard error is instead of the file, or CLOSED."""
        ready_file = self._path("ready.json")
        if os.path.exists(ready_file):
            os.remove(ready_file)
        binary = self._environment.get("POSTERN") or program()
        command = [*self._prefix, binary, "run", "-c", self.config_file,
                   "--ready-file", ready_file]
        if self._nofile:
            command = ["prlimit", f"--nofile={self._nofile}:{self._nofile}", *command]
        logs_here = stderr is None and self._logs_the_start()
        if stderr == CLOSED:
            command, stderr = ["sh", "-c", 'exec "$@" 2>&-', "sh", *command], None
        with open(self._path("stdout"), "wb") as out, open(self._path("stderr"), "wb") as err:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=err if stderr is None else stderr,
                                             env=self._environment)
        until(lambda: os.path.exists(ready_file) or self._process.poll() is not None,
              "postern is up or has ended")
        if self._process.poll() is not None:
            raise AssertionError(f"postern ended with {self._process.returncode}:\n"
                                 + self.stderr())
        self.ready = self._read_ready()
        if logs_here:  # by a thread of its own, so perhaps later
            until(lambda: any(line["level"] == "info" for line in self.log_events("start")),
                  "it has logged its start")
        return self

    def _logs_the_start(self):
        """Whether the log is standard error, and shows what is no warning."""
        log = tomllib.loads(self.configuration()).get("log", {})
        return (log.get("target", "stderr") == "stderr"
                and log.get("level", "info") in ("debug", "info"))

    def address(self, listener, host="127.0.0.1"):
        """Where a named listener is."""
        for each in self.ready["listeners"]:
            if each["name"] == listener and each["address"] == host:
                return (host, each["port"])
        raise AssertionError(f"no {listener} on {host} in {self.ready}")

    def signal(self, number):
        self._process.send_signal(number)

    def reload(self, configuration=None):
        """Sends HUP and returns the log line that says how it went."""
        before = len(self._verdicts())
        if configuration is not None:
            self.configure(configuration)
        self.signal(signal.SIGHUP)
        until(lambda: len(self._verdicts()) > before, "the reload is logged")
        return self._verdicts()[before]

    def hand_over(self):
        """Has a new process take the place of the running one, which is returned: it ends with the
        last of its sessions. Fails when the new one does."""
        adopt_orphans()
        refusals = len(self._refused_heirs())
        self.signal(signal.SIGUSR2)
        until(lambda: self._read_ready()["pid"] != self.pid
              or len(self._refused_heirs()) > refusals, "another process serves, or has failed")
        if self._read_ready()["pid"] == self.pid:
            raise AssertionError(self._refused_heirs()[-1]["msg"])
        return self.follow(self._read_ready()["pid"])

    def follow(self, pid):
        """This process has the place of the one that is known here, which is returned."""
        adopt_orphans()
        until(lambda: self._read_ready()["pid"] == pid, "it says where it listens")
        elder = self._process
        self.ready = self._read_ready()
        self._elders.append(elder)
        self._process = Adopted(self.ready["pid"])
        return elder

    def has_no_elders(self):
        """Whether each process before the running one has ended."""
        return all([elder.poll() is not None for elder in self._elders])

    def _refused_heirs(self):
        return self.log_events("handover", level="error")

    def _read_ready(self):
        with open(self._path("ready.json"), encoding="utf-8") as file:
            return json.load(file)

    def _verdicts(self):
        """The last line of each reload; lines before it name one fault or warning each."""
        return [line for line in self.log_events("reload")
                if line["msg"].startswith(("refused", "cannot"))
                or (line["level"] == "info" and line["msg"].startswith(self.config_file + ": "))]

    def running(self):
        return self._process is not None and self._process.poll() is None

    def wait(self, within=60):
        """The exit status, once the program has ended by itself."""
        return self._process.wait(within)

    def stop(self):
        """Drains and ends it; fails for a bad exit status or a sanitizer's report."""
        if self._process is None:
            return
        for elder in self._elders:
            if elder.poll() is None:
                elder.send_signal(signal.SIGTERM)
            # One that is ending anyway may have no handler for it any more.
            if elder.wait(30) not in (0, -signal.SIGTERM):
                self._refuse_reports()
                raise AssertionError(f"an elder ended with {elder.returncode}:\n"
                                     + self.stderr()[-4000:])
        if self.running():
            self.signal(signal.SIGTERM)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(30)
                raise AssertionError("postern did not stop:\n" + self.stderr()[-4000:]) from None
        self._refuse_reports()
        if self._process.returncode != 0:
            raise AssertionError(f"postern ended with {self._process.returncode}:\n"
                                 + self.stderr()[-4000:])

    def _refuse_reports(self):
        """Fails with the first report of a sanitizer, if there is one."""
        text = self.stderr()
        for report in REPORTS:
            if report in text:
                begin = text.index(report)
                raise AssertionError(f"{report}:\n{text[max(0, begin - 200):begin + 20000]}")

    def stderr(self):
        return self._read("stderr")

    def stdout(self):
        return self._read("stdout")

    def log_events(self, event=None, source="stderr", **wanted):
        """The log's lines as dictionaries, those of one event or all but a session's steps, with
        these fields."""
        if event is not None:
            wanted["event"] = event
        return [line for line in self._log(source) if logfmt.matches(line, wanted)
                and (event in STEPS or line["event"] not in STEPS)]

    def wait_for_log(self, event, **wanted):
        """The first such line, once it is there."""
        until(lambda: self.log_events(event, **wanted), f"log has event={event} {wanted}")
        return self.log_events(event, **wanted)[0]

    def _log(self, name):
        """All complete lines so far; what was parsed before is not read again."""
        position, lines = self._logs.get(name, (0, []))
        with open(self._path(name), "rb") as file:
            file.seek(position)
            fresh = file.read()
        fresh = fresh[: fresh.rfind(b"\n") + 1]
        texts = fresh.decode("utf-8", "replace").splitlines()
        lines = lines + [logfmt.parse(each) for each in texts if each.startswith(logfmt.STARTS)]
        self._logs[name] = (position + len(fresh), lines)
        return lines

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _read(self, name):
        with open(self._path(name), encoding="utf-8", errors="replace") as file:
            return file.read()
