# SPDX-License-Identifier: Apache-2.0
"""What the process gives up before it serves: as the kernel tells it, and as the program does."""

import os
import signal
import subprocess
import tempfile
import unittest

from support import control, process
from support.gateway import program
from support.kernel import kernel_says
from support.world import PASSWORD, USER, DovecotWorld

FILTERED = "2"


def lists(pid):
    """What the kernel says of each of its threads."""
    return [kernel_says(f"{pid}/task/{each}") for each in os.listdir(f"/proc/{pid}/task")]


@unittest.skipUnless(process.filters_calls(program()), "this build filters no system calls")
class Sandbox(DovecotWorld):
    """Each test has a gateway of its own."""

    def start(self, sandbox=None, **changes):
        folder = tempfile.mkdtemp(dir=self.directory)
        os.chmod(folder, 0o777)
        if sandbox is not None:
            changes["security"] = {"sandbox": sandbox}
        gateway = self.start_gateway(
            self.tap.address, self.addCleanup, name="gateway-" + self._testMethodName,
            state_dir=os.path.join(folder, "state"),
            control={"socket": os.path.join(folder, "control.sock")}, **changes)
        self.folder = folder
        return gateway

    def log_in(self, gateway):
        return self.secure(gateway).login(USER, PASSWORD)

    @staticmethod
    def with_log(text, folder):
        return text.replace("\n[log]\n", f'\n[log]\ntarget = "{folder}/postern.log"\n')

    def in_force(self, gateway):
        return control.ask(gateway, "status")["sandbox"]

    def test_it_is_in_force_without_being_asked_for(self):
        gateway = self.start()
        for thread in lists(gateway.pid):
            self.assertEqual((thread["Seccomp"], thread["NoNewPrivs"]), (FILTERED, "1"), thread)
        told = self.in_force(gateway)
        self.assertEqual((told["mode"], told["system_calls"], told["no_new_privileges"]),
                         ("auto", "filtered", True))
        if told["landlock"] > 0:
            self.assertEqual(told["missing"], [])
        page = control.run(gateway, "status").stdout
        capabilities = ", ".join(told["capabilities"]) or "none"
        if len(told["capabilities"]) > 4:
            capabilities = f"{len(told['capabilities'])} of them"
        self.assertRegex(page, f"sandbox auto: few system calls, .*capabilities: {capabilities}\\n")
        self.assertEqual(len(gateway.log_events("start", level="warn")),
                         (os.geteuid() == 0) + (told["landlock"] == 0))

    def test_the_next_program_is_not_bound_by_this_ones(self):
        """It has one filter of its own, not two."""
        gateway = self.start()
        before = kernel_says(gateway.pid)
        gateway.hand_over()
        after = kernel_says(gateway.pid)
        self.assertNotEqual(before["Pid"], after["Pid"])
        self.assertEqual(before["Seccomp_filters"], after["Seccomp_filters"])
        self.assertEqual(self.in_force(gateway)["system_calls"], "filtered")

    def test_without_the_launcher_there_is_no_next_program_and_this_one_serves(self):
        gateway = self.start()
        with open(f"/proc/{gateway.pid}/task/{gateway.pid}/children", encoding="ascii") as file:
            names = {kernel_says(pid)["Name"]: int(pid) for pid in file.read().split()}
        os.kill(names["postern: launch"], signal.SIGKILL)
        done = control.run(gateway, "upgrade")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("the process that would start it is gone", done.stderr)
        self.assertTrue(self.log_in(gateway).command("STAT").startswith(b"+OK 3 "))

    def test_what_is_moved_by_a_reload_is_refused_outside_of_its_directories(self):
        gateway = self.start()
        if self.in_force(gateway)["landlock"] == 0:
            self.skipTest("this kernel has no Landlock")
        text = gateway.configuration()
        with tempfile.TemporaryDirectory(dir=self.directory) as elsewhere:
            gateway.configure(self.with_log(text, elsewhere))
            done = control.run(gateway, "reload")
            self.assertEqual(done.returncode, 1, done)
            self.assertIn("ermission denied", done.stderr)
            self.assertEqual(os.listdir(elsewhere), [])
            gateway.configure(self.with_log(text, self.folder))
            done = control.run(gateway, "reload")
            self.assertEqual(done.returncode, 0, done)

    def test_it_can_be_turned_off(self):
        gateway = self.start("off")
        self.assertEqual(kernel_says(gateway.pid)["Seccomp"], "0")
        told = self.in_force(gateway)
        self.assertEqual((told["mode"], told["system_calls"], told["landlock"]), ("off", "all", 0))
        self.assertIn("sandbox off: ALL system calls", control.run(gateway, "status").stdout)
        done = subprocess.run([program(), "check", "--strict", "-c", gateway.config_file],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 3, done)
        self.assertIn("the process keeps every right that it was started with", done.stderr)

    def test_with_all_of_it_somebody_can_log_in(self):
        gateway = self.start()
        if self.in_force(gateway)["missing"]:
            self.skipTest("this kernel cannot do all of it")
        gateway.stop()
        gateway = self.start("on")
        self.assertEqual(self.in_force(gateway)["mode"], "on")
        self.assertTrue(self.log_in(gateway).command("STAT").startswith(b"+OK 3 "))


if __name__ == "__main__":
    unittest.main()
