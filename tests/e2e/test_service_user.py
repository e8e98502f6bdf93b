# SPDX-License-Identifier: Apache-2.0
"""Started as root, it becomes the user that its configuration names, and keeps one right."""

import os
import pwd
import subprocess
import tempfile
import unittest

from support import control
from support.configuration import toml
from support.gateway import program
from support.kernel import kernel_says
from support.raw_peer import RawPeer
from support.world import PASSWORD, USER, DovecotWorld

SERVICE = "nobody"
ADDRESS = "127.53.7.9"  # this machine's, and no other test's
BIND = 1 << 10  # CAP_NET_BIND_SERVICE


@unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
class ServiceUser(DovecotWorld):
    """Each test has a gateway of its own, whose directories are not made yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = pwd.getpwnam(SERVICE)
        os.chown(cls.certificate.key_file, cls.account.pw_uid, cls.account.pw_gid)

    def start(self):
        self.folder = tempfile.mkdtemp(dir=self.directory)
        os.chmod(self.folder, 0o755)
        own = self.path("gateway-" + self._testMethodName)
        os.makedirs(own)
        os.chown(own, self.account.pw_uid, self.account.pw_gid)
        return self.start_gateway(
            self.tap.address, self.addCleanup, name=own,
            doors=(("pop3s", "implicit", (f"{ADDRESS}:995",)),), security={"user": SERVICE},
            state_dir=f"{self.folder}/state", log={"target": f"{self.folder}/log/postern.log"},
            control={"socket": f"{self.folder}/run/control.sock"})

    def everybody(self, gateway):
        """The gateway and the processes that it has started, as the kernel knows them."""
        with open(f"/proc/{gateway.pid}/task/{gateway.pid}/children", encoding="ascii") as file:
            return [kernel_says(pid) for pid in (str(gateway.pid), *file.read().split())]

    def assert_is_nobody_else(self, told):
        self.assertEqual(told["Uid"].split(), 4 * [str(self.account.pw_uid)], told)
        self.assertEqual(told["Gid"].split(), 4 * [str(self.account.pw_gid)], told)
        self.assertEqual(set(told["Groups"].split()), set(map(str, os.getgrouplist(
            SERVICE, self.account.pw_gid))), told)
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd"):
            self.assertEqual(int(told[kind], 16) & ~BIND, 0, (kind, told))

    def log_in(self, address):
        with RawPeer(address) as peer:
            peer.start_tls(self.context)
            self.greeted(peer)
            peer.login(USER, PASSWORD)
            self.assertTrue(peer.command("QUIT").startswith(b"+OK"))

    def test_all_of_it_is_that_user_and_listens_on_low_ports(self):
        gateway = self.start()
        all_of_it = self.everybody(gateway)
        self.assertGreaterEqual(len(all_of_it), 3)  # with launcher and keeper
        for told in all_of_it:
            self.assert_is_nobody_else(told)
        self.log_in((ADDRESS, 995))
        for name in ("state", "log", "log/postern.log", "run", "run/control.sock"):
            found = os.stat(f"{self.folder}/{name}")
            self.assertEqual((found.st_uid, found.st_gid),
                             (self.account.pw_uid, self.account.pw_gid), name)
            self.assertEqual(found.st_mode & 0o007, 0, name)
        self.assertEqual([line["msg"] for line in gateway.log_events(
            "start", source=f"{self.folder}/log/postern.log", level="warn")], [])

    def test_the_next_program_is_that_user_too_and_a_reload_opens_low_ports(self):
        gateway = self.start()
        text = gateway.configuration()
        gateway.hand_over()
        self.assert_is_nobody_else(kernel_says(gateway.pid))
        gateway.configure(text.replace(f'"{ADDRESS}:995"', f'"{ADDRESS}:995", "{ADDRESS}:996"'))
        done = control.run(gateway, "reload")
        self.assertEqual(done.returncode, 0, done)
        for port in (995, 996):
            self.log_in((ADDRESS, port))

    def test_a_user_who_is_not_there_is_told_and_nothing_starts(self):
        with tempfile.TemporaryDirectory(dir=self.directory) as folder:
            file, state = f"{folder}/postern.toml", f"{folder}/state"
            with open(file, "w", encoding="utf-8") as out:
                out.write(toml(self.tap.address, [self.certificate], state_dir=state,
                               security={"user": "nosuchuser"}))
            run, check = (subprocess.run([program(), verb, "-c", file], capture_output=True,
                                         text=True, check=False, timeout=60)
                          for verb in ("run", "check"))
            self.assertEqual((run.returncode, run.stderr), (
                1, "postern: cannot be the user nosuchuser: there is no such user on this machine\n"))
            self.assertIn("nosuchuser: there is no such user on this machine; adduser --system "
                          "--group --no-create-home nosuchuser\n", check.stderr)
            self.assertFalse(os.path.exists(state))


@unittest.skipUnless(os.geteuid() == 0, "only root can start it as somebody else")
class Nobody(DovecotWorld):
    def test_who_is_not_root_goes_on_and_is_told(self):
        account = pwd.getpwnam(SERVICE)
        own = self.path("gateway-nobody")
        os.makedirs(own)
        os.chown(own, account.pw_uid, account.pw_gid)
        os.chown(self.certificate.key_file, account.pw_uid, account.pw_gid)
        gateway = self.start_gateway(
            self.tap.address, self.addCleanup, name=own, security={"user": "daemon"},
            prefix=["setpriv", f"--reuid={SERVICE}", "--clear-groups"])
        self.assertEqual(kernel_says(gateway.pid)["Uid"].split()[0], str(account.pw_uid))
        warnings = [line["msg"] for line in gateway.log_events("start", level="warn")]
        self.assertTrue(any('`security.user` is "daemon"' in each for each in warnings), warnings)


if __name__ == "__main__":
    unittest.main()
