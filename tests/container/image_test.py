# SPDX-License-Identifier: Apache-2.0
"""What the image has in it, and that it serves as a runtime would have it: read-only, as an
unprivileged user without a capability, as the first process, with the shipped configurations.

    unshare --mount --net python3 image_test.py ROOT CONFIG

ROOT is the image's root, CONFIG what buildah's inspect says of it. The network is the test's own: it
has the address of the mail server that the configurations name.
"""

import contextlib
import http.client
import json
import os
import poplib
import shutil
import signal
import socketserver
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

IMAGE = Path(sys.argv[1])
CONFIG = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["Docker"]["config"]
ROOT = Path(__file__).resolve().parents[2]
SERVER = ("10.0.0.12", 110)
USER = 65532
MESSAGE = b"Subject: through the image\r\n\r\nhello\r\n.\r\n"

# As a runtime does it: a root that nobody can write to but for its mounts, no capability, no way to
# get one, and a process of its own number.
INSIDE = """
set -e
mount --bind "$1" "$1"
mount -o remount,ro,bind "$1"
mount --bind "$2/etc" "$1/etc/postern"
mount -t tmpfs -o mode=1777 tmpfs "$1/var/lib/postern"
mount --bind "$2/run" "$1/run/postern"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
mknod -m 666 "$1/dev/null" c 1 3
root=$1
shift 2
exec setpriv --no-new-privs chroot --userspec=65532:65532 --groups=65532 "$root" "$@"
"""


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every login, and has one message."""

    allow_reuse_address = daemon_threads = True

    class RequestHandlerClass(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"+OK ready\r\n")
            for line in self.rfile:
                body = MESSAGE if line.upper().startswith(b"RETR") else b""
                self.wfile.write(b"+OK\r\n" + body)
                if line.upper().startswith(b"QUIT"):
                    return

    def __init__(self):
        super().__init__(SERVER, self.RequestHandlerClass)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def until(condition, what):
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within 30 s: {what}")


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "address", "add", f"{SERVER[0]}/32", "dev", "lo"], check=True)
        cls.server = MailServer()

    def container(self, configuration):
        """A running one, ready; its first process. /etc/postern has what is mounted there."""
        place = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (place / "etc/tls").mkdir(parents=True)
        (place / "run").mkdir()
        shutil.copy(ROOT / "deploy" / configuration, place / "etc/postern.toml")
        key, self.certificate = place / "etc/tls/tls.key", place / "etc/tls/tls.crt"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "90", "-subj", "/CN=pop", "-keyout", key, "-out", self.certificate,
             "-addext", "subjectAltName=DNS:pop.example.com"], capture_output=True, check=True)
        # As a Secret with fsGroup has them.
        os.chmod(key, 0o440)
        os.chown(key, 0, USER)
        os.chmod(place / "run", 0o2777)
        self.place, self.log = place, place / "log"
        with open(self.log, "wb") as log:
            process = self.start([*CONFIG["Entrypoint"], *CONFIG["Cmd"]], log)
        self.addCleanup(self.stop, process)
        until(lambda: self.asks("/-/ready") == 200 or process.poll() is not None, "it is ready")
        self.assertIsNone(process.poll(), self.log.read_text(encoding="utf-8"))
        return process

    def start(self, command, log):
        os.chmod(self.place, 0o755)
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", INSIDE, "sh",
             IMAGE, self.place, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @staticmethod
    def first(process):
        """The number, out here, of the first process in there."""
        path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        return int(path.read_text(encoding="ascii").split()[0])

    def stop(self, process):
        """Ends with status 0 by the image's signal."""
        if process.poll() is None:
            with contextlib.suppress(IndexError, FileNotFoundError, ProcessLookupError):
                os.kill(self.first(process), getattr(signal, CONFIG["StopSignal"]))
            self.assertEqual(process.wait(30), 0, self.log.read_text(encoding="utf-8"))

    def asks(self, path):
        try:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", 9995, timeout=5)) as to:
                to.request("GET", path)
                return to.getresponse().status
        except OSError:
            return None

    def fetch(self):
        """The message, through both doors."""
        context = ssl.create_default_context(cafile=self.certificate)
        context.check_hostname = False
        for door in (8995, 8110):
            client = poplib.POP3_SSL("127.0.0.1", door, context=context) if door == 8995 \
                else poplib.POP3("127.0.0.1", door)
            if door == 8110:
                client.stls(context)
            client.user("alice")
            client.pass_("open sesame")
            self.assertEqual(client.retr(1)[1][0], b"Subject: through the image")
            client.quit()

    def test_there_is_nothing_to_run_but_the_program(self):
        programs = {f"/{path.relative_to(IMAGE)}" for path in IMAGE.rglob("*")
                    if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o111}
        loaders = {each for each in programs if "/ld-linux" in each or ".so" in each}
        self.assertEqual(programs - loaders, {"/usr/bin/postern"})
        self.assertEqual([path for path in IMAGE.rglob("*") if not path.is_symlink()
                          and path.lstat().st_mode & (stat.S_ISUID | stat.S_ISGID)], [])
        size = sum(path.stat().st_size for path in IMAGE.rglob("*")
                   if path.is_file() and not path.is_symlink())
        print(f"\n{len(programs)} programs and libraries, {size >> 20} MiB")
        self.assertLess(size, 64 << 20)

    def test_scanners_know_what_is_in_it(self):
        records = {path.name for path in (IMAGE / "var/lib/dpkg/status.d").iterdir()}
        self.assertLessEqual({"libc6", "libuv1", "android-libboringssl", "ca-certificates"},
                             records)
        for name in records - {"base-files"}:
            self.assertTrue((IMAGE / "usr/share/doc" / name / "copyright").exists(), name)

    def test_it_is_configured_for_an_unprivileged_user(self):
        self.assertEqual(CONFIG["User"], f"{USER}:{USER}")
        self.assertEqual(set(CONFIG["ExposedPorts"]), {"8995/tcp", "8110/tcp", "9995/tcp"})
        self.assertEqual(CONFIG["StopSignal"], "SIGTERM")

    def test_it_serves_with_what_is_shipped_for_a_runtime(self):
        for configuration in ("container/postern.toml", "kubernetes/postern.toml"):
            with self.subTest(configuration):
                process = self.container(configuration)
                self.fetch()
                status = Path(f"/proc/{self.first(process)}/status").read_text(encoding="ascii")
                self.assertIn("CapEff:\t0000000000000000", status)
                self.assertIn(f"Uid:\t{USER}\t{USER}", status)
                (kind, *command) = CONFIG["Healthcheck"]["Test"]
                self.assertEqual(kind, "CMD")
                inside = subprocess.run(
                    ["nsenter", f"--target={self.first(process)}", "--mount", "--pid", "--root",
                     f"--setuid={USER}", f"--setgid={USER}", *command],
                    capture_output=True, text=True, timeout=30, check=False)
                self.assertEqual(inside.returncode, 0, inside.stderr)
                self.assertIn("pop3s", inside.stdout)
                self.stop(process)
                said = self.log.read_text(encoding="utf-8")
                self.assertNotIn("level=error", said)
                print("\n" + "\n".join(line for line in said.splitlines() if "level=warn" in line))

    def test_without_a_configuration_it_says_which_one(self):
        self.place = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for part in ("etc", "run"):
            (self.place / part).mkdir()
        with open(self.place / "log", "wb") as log:
            process = self.start([*CONFIG["Entrypoint"], *CONFIG["Cmd"]], log)
        self.assertNotEqual(process.wait(30), 0)
        self.assertIn("/etc/postern/postern.toml", (self.place / "log").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
