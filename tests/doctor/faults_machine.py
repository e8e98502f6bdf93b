# SPDX-License-Identifier: Apache-2.0
"""Files as the service's user meets them, the system, and the configuration's own faults."""

import os
import shutil
import subprocess

from doctor.ward import USER, Fault, as_told
from support.dovecot import free_port


def key_of_root(one):
    os.chmod(one.key, 0o600)
    shutil.chown(one.key, "root", "root")


def closed_directory(one):
    os.mkdir(one.path("tls"), 0o700)
    for name in ("pop.crt", "pop.key"):
        shutil.move(one.path(name), one.path("tls"))
    one.certificates = [{"cert_file": one.path("tls/pop.crt"), "key_file": one.path("tls/pop.key")}]
    one.write()


def relative(one):
    one.certificates[0]["cert_file"] = "pop.crt"
    one.write()


def others_in_directory(one):
    os.chmod(one.directory, 0o757)


def no_state(one):
    os.rmdir(one.server["state_dir"])


def state_of_root(one):
    shutil.chown(one.server["state_dir"], "root")


def log_into_nothing(one):
    one.sections["log"] = {"target": one.path("log/postern.log")}
    one.write()


def log_of_root(one):
    one.sections["log"] = {"target": one.put("postern.log", "")}
    os.chmod(one.path("postern.log"), 0o640)
    one.write()


def nobody_there(one):
    one.user = "nobody-of-that-name"


def few_descriptors(one):
    one.prefix = ["prlimit", "--nofile=256:256"]


def too_many_wanted(one):
    one.sections["limits"] = {"max_connections": 1_000_000}
    one.write()


def short_backlog(one):
    one.prefix = ["unshare", "-n", "sh", "-c",
                  'test -e backlog || sysctl -qw net.core.somaxconn=64; exec "$@"', "sh"]


def from_the_future(one):
    subprocess.run(["touch", "-d", "+400 days", one.cert], check=True)


def unsynchronised(one):
    one.prefix = ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && "
                  'mkdir -p /run/systemd/timesync && exec "$@"', "sh"]


def not_bindable(one):
    one.prefix = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    one.user = ""
    one.listeners[0]["address"] = ["127.0.0.1:995"]
    one.write()


def change(key, **values):
    """A table's values changed: ("listener", 0) or a section's name."""
    def plant(one):
        name, number = key if isinstance(key, tuple) else (key, None)
        target = (getattr(one, name)[number] if number is not None
                  else one.sections.setdefault(name, {}))
        target.update(values)
        one.write()
    return plant


def table(name, **values):
    def plant(one):
        one.arrays.append((f"[[{name}]]", values))
        one.write()
    return plant


def no_names(one):
    one.server["names"] = []
    one.write()


def taken(one):
    port = free_port()
    holder = subprocess.Popen(["python3", "-c", "import socket, sys\n"
                               f"s = socket.create_server(('127.0.0.1', {port}))\n"
                               "print(flush=True)\nsys.stdin.read()"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    one.closing.callback(holder.wait)
    one.closing.callback(holder.stdin.close)
    one.closing.callback(holder.stdout.close)
    holder.stdout.readline()
    one.listeners[0]["address"] = [f"127.0.0.1:{port}"]
    one.write()


ANYWHERE = ["0.0.0.0:0"]
EVENT = {"where": r"{dir}/postern\.toml:\d+"}

FAULTS = (
    Fault("key for root alone", "file-unreadable", key_of_root, mend=as_told, root=True),
    Fault("directory of the key closed", "file-unreadable", closed_directory, mend=as_told,
          root=True),
    Fault("relative path", "path-relative", relative, mend=as_told),
    Fault("configuration that all may change", "configuration-writable",
          lambda one: os.chmod(one.config, 0o646), r"{dir}/postern\.toml", as_told),
    Fault("directory that all may change", "directory-writable", others_in_directory, r"{dir}",
          as_told),
    Fault("no state directory", "state-missing", no_state, r"{dir}/state", as_told, root=True),
    Fault("state directory of another", "state-owner", state_of_root, r"{dir}/state", as_told,
          root=True),
    Fault("state directory open to all", "state-mode",
          lambda one: os.chmod(one.server["state_dir"], 0o755), r"{dir}/state", as_told),
    Fault("no directory for the log", "log-target", log_into_nothing, mend=as_told),
    Fault("log of root", "log-target", log_of_root, mend=as_told, root=True),
    Fault("no such user", "system-user", nobody_there, "nobody-of-that-name"),
    Fault("few descriptors", "system-descriptors", few_descriptors, r"{dir}/postern\.toml"),
    Fault("more sessions than memory", "system-memory", too_many_wanted),
    Fault("short backlog", "system-backlog", short_backlog, "/proc/sys/net/core/somaxconn",
          lambda fix: fix.replace("sysctl", "touch backlog; sysctl"), root=True),
    Fault("clock behind", "clock-behind", from_the_future, r"{dir}/pop\.crt",
          lambda fix: fix.partition("if it is right: ")[2]),
    Fault("clock that nobody sets", "clock-unsynchronised", unsynchronised,
          "/run/systemd/timesync", root=True),
    Fault("port for the privileged", "listener-privileged", not_bindable, root=True),
    Fault("port of another program", "listener-taken", taken),
    Fault("address that is not here", "listener-address",
          change(("listeners", 0), address=["203.0.113.9:0"]), mend=as_told, root=True),
    Fault("no names", "names-missing", no_names, r"{dir}/postern\.toml"),
    Fault("listener without TLS", "listener-no-tls",
          change(("listeners", 1), tls="none", address=ANYWHERE)),
    Fault("listener nobody can log in on", "listener-no-login",
          change(("listeners", 1), tls="none")),
    Fault("passwords in clear from anywhere", "listener-plaintext",
          change(("listeners", 1), address=ANYWHERE, login="plaintext-allowed")),
    Fault("no sandbox", "sandbox-off", change("security", sandbox="off")),
    Fault("metrics for everybody", "metrics-exposed", change("metrics", listen="0.0.0.0:0")),
    Fault("balancers from anywhere", "proxy-trusted",
          change(("listeners", 1), proxy_protocol=True, proxy_trusted=["0.0.0.0/0"])),
    Fault("TLS 1.0", "tls-old-version", change("tls", min_version="1.0", profile="legacy")),
    Fault("versions without their ciphers", "tls-floor", change("tls", min_version="1.1")),
    Fault("only reporting", "policy-report-only", change("policy", mode="report-only")),
    Fault("an exception that is over", "exception-expired",
          table("policy.exception", networks=["192.0.2.0/24"], login="plaintext-allowed",
                expires="2020-01-01")),
    Fault("guesses only reported", "guard-report-only",
          change("limits.auth_failures", mode="report-only")),
    Fault("no deadline", "timeout-off", change("timeouts", login="0s")),
    Fault("short idle time", "timeout-idle", change("timeouts", idle="1m")),
)
assert USER in ("", "nobody")
