# SPDX-License-Identifier: Apache-2.0
"""Sockets that a service manager has opened: address = "systemd:NAME"."""

import json
import os
import random
import signal
import subprocess

from support.configuration import toml
from support.gateway import program
from support.raw_peer import RawPeer
from support.waiting import until
from support.world import PASSWORD, USER, DovecotWorld

DOORS = (("pop3s", "implicit", ("systemd:secure",)), ("pop3", "stls", ("systemd:clear",)))


class Activation(DovecotWorld):
    """systemd's own tool opens the sockets, and starts the program with the first client."""

    def activate(self, names, configuration):
        """Returns the tool's process, which becomes the program, and an address a name. Nobody else
        uses such an address, so its ports are free."""
        host = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(1, 254)}"
        addresses = [(host, 10_000 + number) for number in range(len(names))]
        with open(self.path("postern.toml"), "w", encoding="utf-8") as file:
            file.write(configuration)
        command = ["systemd-socket-activate", "--fdname=" + ":".join(names)]
        for address in addresses:
            command += ["-l", f"{address[0]}:{address[1]}"]
        # What it does not set itself it does not pass on.
        command += ["-E", "ASAN_OPTIONS", "-E", "UBSAN_OPTIONS", "-E", "TSAN_OPTIONS"]
        command += [program(), "run", "-c", self.path("postern.toml"), "--ready-file",
                    self.path("ready.json")]
        with open(self.path("stderr"), "wb") as err:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=err)
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)
        until(lambda: "Listening on " + "%s:%d" % addresses[-1] in self.said(),
              "the tool listens")
        return process, addresses

    def said(self):
        with open(self.path("stderr"), encoding="utf-8") as file:
            return file.read()

    def test_listeners_take_the_sockets_by_their_names(self):
        process, (clear, secure, _) = self.activate(
            ["clear", "secure", "other"], toml(self.tap.address, [self.certificate], DOORS,
                                               workers=3))
        # The first connection starts it, and waits until it is served.
        with RawPeer(secure) as first, RawPeer(clear) as second:
            first.start_tls(self.context)
            self.greeted(first)
            first.login(USER, PASSWORD)
            self.greeted(second)
            self.assertTrue(second.command("STLS").startswith(b"+OK"))
            second.start_tls(self.context).login(USER, PASSWORD)
            for peer in (first, second):
                self.assertTrue(peer.command("QUIT").startswith(b"+OK"))
        with open(self.path("ready.json"), encoding="utf-8") as file:
            ready = json.load(file)
        self.assertEqual([each["port"] for each in ready["listeners"]], [secure[1], clear[1]])
        self.assertEqual(ready["pid"], process.pid)
        self.assertIn('the socket \\"other\\" was passed to this process, and no listener has',
                      self.said())
        process.send_signal(signal.SIGHUP)
        until(lambda: "event=reload" in self.said(), "it was reloaded")
        with RawPeer(clear) as peer:
            self.greeted(peer)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)
        self.assertNotIn("AddressSanitizer", self.said())

    def test_a_name_that_nobody_has_passed_is_told(self):
        process, addresses = self.activate(
            ["clear"], toml(self.tap.address, [self.certificate], DOORS))
        with RawPeer(addresses[0]):
            self.assertEqual(process.wait(30), 1)
        self.assertIn('listener "pop3s": no socket "secure" was passed to this process, but '
                      '"clear"', self.said())

    def test_without_a_manager_there_is_no_such_socket(self):
        with open(self.path("postern.toml"), "w", encoding="utf-8") as file:
            file.write(toml(self.tap.address, [self.certificate], DOORS))
        done = subprocess.run([program(), "run", "-c", self.path("postern.toml")],
                              capture_output=True, text=True, check=False, timeout=60,
                              env={**os.environ, "LISTEN_FDS": "2", "LISTEN_PID": "1"})
        self.assertEqual(done.returncode, 1)
        self.assertIn('no socket "clear" was passed to this process, nor any other', done.stderr)
