# SPDX-License-Identifier: Apache-2.0
"""Measures all servers in turns and writes what came out. Called by tests/bench/run."""

import argparse
import contextlib
import datetime
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile

from harness import agreement, budget, measurement, plot, rows, syscalls, table
from harness.awake import Awake
from harness.results import Results
from harness.workload import WORKLOADS
from peers import PEERS
from peers.hitch import Hitch
from peers.peer import World
from peers.postern import KeysInside, WithoutSandbox, other_build
from support.certificates import KEYS, Authority

NAMES = [peer.name for peer in PEERS]


def _arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__)
    parser.add_argument("--rounds", type=int, help="of all workloads (default 5)")
    parser.add_argument("--only", action="append", metavar="PEER",
                        help=f"may be repeated; one of {', '.join(NAMES)}")
    parser.add_argument("--against", metavar="PROGRAM",
                        help="another build of postern as one more peer")
    parser.add_argument("--keys-inside", action="store_true",
                        help="postern with security.isolate_keys = false as one more peer")
    parser.add_argument("--without-sandbox", action="store_true",
                        help="postern with security.sandbox = \"off\" as one more peer")
    parser.add_argument("--workload", action="append", metavar="NAME",
                        help="may be repeated; one of "
                             + ", ".join(each.name for each in (*WORKLOADS, *syscalls.COUNTED)))
    parser.add_argument("--quick", action="store_true", help="2 rounds of less work")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--output", metavar="DIR", help="default build/bench/results")
    parser.add_argument("--budget", action="store_true",
                        help="only count postern's instructions against budget.toml")
    parser.add_argument("--table", metavar="JSON", help="only print the table of an earlier run")
    parser.add_argument("--compare", metavar="JSON", nargs=2,
                        help="only say where two earlier runs differ by more than their spread")
    return parser.parse_args()


def _machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file
                      if line.startswith("model name")), platform.machine())
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return {"date": datetime.date.today().isoformat(),
            "processor": f"{model}, {os.cpu_count()} cores",
            "system": f"{system}, Linux {platform.release()}",
            "command": "tests/bench/run " + " ".join(sys.argv[3:])}


def _beginning_with(number, names):
    """The same in a circle, so that nobody is always the first."""
    start = number % len(names) if names else 0
    return names[start:] + names[:start]


class Bench:
    """One run: the backend, the certificate, and all measurements between them."""

    def __init__(self, arguments, directory):
        self._arguments = arguments
        self._directory = directory
        self._serial = 0
        self._backend = subprocess.Popen(
            [os.path.join(arguments.build, "backend")], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True, preexec_fn=measurement.on_other_cores)
        ports = json.loads(self._backend.stdout.readline())
        self._authority = Authority(os.path.join(directory, "ca"))
        self._worlds = {kind: self._world(self._authority.issue(kind, kind), ports)
                        for kind in KEYS}
        self._tls_door = None
        self.results = Results(_machine())

    def _world(self, pair, ports):
        bundle = os.path.join(self._directory, os.path.basename(pair.cert_file) + ".pem")
        with open(bundle, "w", encoding="ascii") as both:
            for part in pair:
                with open(part, encoding="ascii") as file:
                    both.write(file.read())
        return World(self._arguments.build, tuple(pair), bundle, self._authority.ca_file,
                     ports["pop3"], ports["http"])

    def _world_for(self, workload):
        world = self._worlds[workload.certificate]
        return world._replace(pop3s_port=self._pop3s_port()) if workload.behind_tls else world

    def _pop3s_port(self):
        """The backend has no TLS of its own: Hitch stands before it, beside the client."""
        if self._tls_door is None:
            self._tls_door = Hitch(os.path.join(self._directory, "pop3s"), self._worlds["ecdsa"],
                                   "implicit")
            self._tls_door.start(measurement.on_other_cores)
            measurement.keep_on(measurement.OTHER_CORES, self._tls_door.pid)
        return self._tls_door.port

    def end(self):
        if self._tls_door is not None:
            self._tls_door.stop()
        self._backend.terminate()
        self._backend.wait(20)

    def keeps_budget(self):
        return budget.check(self._directory, self._worlds["ecdsa"])

    def run(self):
        peers = [peer for peer in PEERS
                 if not self._arguments.only or peer.name in self._arguments.only]
        if self._arguments.against:
            peers.append(other_build(self._arguments.against))
        if self._arguments.keys_inside:
            peers.append(KeysInside)
        if self._arguments.without_sandbox:
            peers.append(WithoutSandbox)
        chosen = self._arguments.workload
        rounds = self._arguments.rounds or (2 if self._arguments.quick else 5)
        for number in range(rounds):
            for workload in WORKLOADS:
                if not chosen or workload.name in chosen:
                    print(f"bench: round {number + 1} of {rounds}, {workload.name}",
                          file=sys.stderr)
                    self._measure(workload, peers, number)
            for workload in syscalls.COUNTED:
                if not chosen or workload.name in chosen:
                    self._count_calls(workload, peers, number)

    def _measure(self, workload, peers, number):
        able = [peer for peer in peers if workload.suits(peer)]
        for together in [able] if workload.turns > 1 else [[peer] for peer in able]:
            self._play(workload, together, number)

    def _play(self, workload, peers, number):
        """One round of servers that are there together: start them, let them take their turns."""
        with contextlib.ExitStack() as stack:
            stations = {}
            for peer in peers:
                with self._noted(peer, workload):
                    stations[peer] = self._station(stack, peer, workload)
            for turn in range(workload.turns):
                if workload.name in rows.WITH_TLS:
                    self.results.add_limit(workload.name, (number, turn),
                                           self._tls_alone(workload))
                for peer in _beginning_with(turn, [each for each in peers if each in stations]):
                    station = stations.pop(peer)  # until it is able to take another turn
                    with self._noted(peer, workload):
                        self.results.add(peer.name, workload.name, (number, turn), station.turn())
                        stations[peer] = station

    def _count_calls(self, workload, peers, number):
        for peer in peers:
            with self._noted(peer, workload), self._running(peer, workload) as running:
                calls = syscalls.count(running, workload, self._arguments.build,
                                       self._count(peer, workload))
                self.results.add(peer.name, workload.name, (number, 0), {"calls": calls})

    @contextlib.contextmanager
    def _noted(self, peer, workload):
        """What fails inside is a note among the results instead of a figure."""
        try:
            yield
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            self.results.fail(peer.name, workload.name, str(error).strip()[:300])

    def _station(self, stack, peer, workload):
        running = stack.enter_context(self._running(peer, workload))
        return stack.enter_context(measurement.Station(running, workload, self._arguments.build,
                                                       self._count(peer, workload)))

    def _running(self, peer, workload):
        self._serial += 1
        return measurement.Running(peer, workload, self._world_for(workload), self._directory,
                                   self._serial)

    def _count(self, peer, workload):
        return measurement.count_for(peer, workload, self._arguments.quick)

    def _tls_alone(self, workload):
        program = os.path.join(self._arguments.build, "tls-limit")
        done = subprocess.run([program, *self._worlds[workload.certificate].certificate],
                              check=True, capture_output=True, text=True,
                              preexec_fn=lambda: os.sched_setaffinity(0, measurement.SERVER_CORES))
        return json.loads(done.stdout)


def _write(results, output):
    os.makedirs(output, exist_ok=True)
    results.save(os.path.join(output, "results.json"))
    text = table.markdown(results)
    for name, content in (("table.md", text), ("plot.svg", plot.svg(results))):
        with open(os.path.join(output, name), "w", encoding="utf-8") as file:
            file.write(content)
    print(text)


def main():
    arguments = _arguments()
    if arguments.table:
        print(table.markdown(Results.load(arguments.table)))
        return 0
    if arguments.compare:
        agreement.compare(*map(Results.load, arguments.compare))
        return 0
    with tempfile.TemporaryDirectory(prefix="postern-bench-") as directory:
        os.chmod(directory, 0o755)  # some servers give up root before they look at their files
        bench = Bench(arguments, directory)
        try:
            if arguments.budget:
                return 0 if bench.keeps_budget() else 1
            for wish in (signal.SIGINT, signal.SIGTERM):  # in the background, too
                signal.signal(wish, signal.default_int_handler)
            with Awake(measurement.CORES):
                bench.run()
        except KeyboardInterrupt:
            print("bench: interrupted; this is what there is", file=sys.stderr)
        finally:
            bench.end()
    output = arguments.output or os.path.join(arguments.build, "results")
    _write(bench.results, output)
    print(f"bench: also in {output}: table.md, results.json, plot.svg", file=sys.stderr)
    return 1 if bench.results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
