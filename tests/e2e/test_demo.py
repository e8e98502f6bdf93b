# SPDX-License-Identifier: Apache-2.0
"""`postern demo`: what it prints is true, and it ends when it should."""

import contextlib
import json
import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from support.gateway import program
from support.waiting import until


class Demo(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def start(self, *before, ports="0", stdin=subprocess.DEVNULL, **more):
        """Running, with its ready file read."""
        ready_file = os.path.join(self.folder, "ready.json")
        demo = subprocess.Popen(
            [*before, program(), "demo", "--port-base", ports, "--ready-file", ready_file],
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
        self.addCleanup(self.end, demo)
        until(lambda: os.path.exists(ready_file) or demo.poll() is not None, "the demo is up")
        self.assertIsNone(demo.poll())
        with open(ready_file, encoding="utf-8") as file:
            return demo, json.load(file)

    def end(self, demo):
        if demo.poll() is None:
            demo.terminate()
        return demo.communicate(timeout=30)

    def test_each_line_that_it_prints_does_what_it_says(self):
        demo, _ = self.start()
        said, count = "", 0
        while "Ctrl-C" not in said:
            said += demo.stdout.readline()
        results = []
        for line in re.findall(r"(?m)^  (\S.*)$", said):
            count += 1
            results.append(subprocess.run(["sh", "-c", line], capture_output=True, text=True,
                                          timeout=60, check=False).stdout)
        self.assertEqual(count, 3)
        self.assertIn("Subject: ", results[0])
        self.assertEqual(results[0], results[1])
        self.assertIn("-ERR [SYS/PERM] TLS is required", results[2])

    def test_it_ends_with_its_terminal_even_while_a_client_is_there(self):
        demo, ready = self.start()
        with socket.create_connection(("127.0.0.1", ready["pop3_port"]), timeout=30) as client:
            self.assertTrue(client.recv(100).startswith(b"+OK"))
            demo.send_signal(signal.SIGHUP)
            self.assertEqual(demo.wait(30), 0)
        self.assertFalse(os.path.exists(os.path.dirname(ready["ca_file"])))

    def test_it_ends_with_the_window_that_it_was_started_in(self):
        """Even where the system does not tell it, since it is in no session of that terminal."""
        ours, theirs = pty.openpty()
        demo, ready = self.start(stdin=theirs, start_new_session=True)
        os.close(theirs)
        self.assertIsNone(demo.poll())
        os.close(ours)
        self.assertEqual(demo.wait(30), 0)
        self.assertFalse(os.path.exists(os.path.dirname(ready["ca_file"])))

    def test_nobody_else_may_read_the_key(self):
        demo, _ = self.start()
        said = self.end(demo)[1]
        self.assertIn("event=start", said)
        self.assertNotIn("may read this key", said)

    def test_nohup_keeps_it(self):
        demo, ready = self.start("nohup")
        demo.send_signal(signal.SIGHUP)
        with socket.create_connection(("127.0.0.1", ready["pop3_port"]), timeout=30) as client:
            self.assertTrue(client.recv(100).startswith(b"+OK"))
        self.assertIsNone(demo.poll())

    def test_a_port_that_is_taken_is_told_with_the_way_out(self):
        with self.taken() as base:
            done = subprocess.run([program(), "demo", "--port-base", str(base)], timeout=60,
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        # The other port may be somebody else's, and then a line is about that one.
        self.assertIn(len(lines), (2, 3), done.stderr)
        self.assertIn(f" 127.0.0.1:{base + 995}: Address already in use", lines[0])
        self.assertIn("`postern demo --port-base 0`", lines[-1])
        for line in lines:
            self.assertTrue(line.startswith("postern: "), line)

    @contextlib.contextmanager
    def taken(self):
        """A base whose implicit port somebody else has."""
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            yield holder.getsockname()[1] - 995


if __name__ == "__main__":
    unittest.main()
