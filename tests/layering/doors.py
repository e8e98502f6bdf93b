# SPDX-License-Identifier: Apache-2.0
"""Which folder may include what: the doors of the house, one row a folder.

A folder's files may include their own folder's headers, the project headers named here (a prefix
or a file) and the foreign headers named here. Tests may include anything.
"""

import re
from dataclasses import dataclass

STD = r"[a-z_0-9]+"  # <string>, <cstdint>: standard headers have no suffix
SYSTEM = (r"(arpa|net|netinet|sys)/\w+\.h|"
          r"(errno|fcntl|grp|ifaddrs|malloc|netdb|poll|pthread|pwd|sched|signal|syslog|time|unistd)\.h")
FILES = r"(fcntl|unistd|sys/stat)\.h"  # a file is opened once, and without waiting
TERMINAL = r"termios\.h"  # what is typed is not shown
LITERALS = r"arpa/inet\.h"  # inet_pton, inet_ntop: no socket
FORMAT = r"fmt/\w+\.h"  # stands in for <format>, which libstdc++ 12 lacks
VECTORS = r"immintrin\.h"  # the processor's; nothing of the system
LOG = r"spdlog/[\w/-]+\.h"
ZLIB = r"zlib\.h"
JSON = r"nlohmann/json(_fwd)?\.hpp"
ARGUMENTS = r"CLI/\w+\.hpp"
BORINGSSL = r"openssl/\w+\.h"
LIBUV = r"uv\.h"
C_ARES = r"ares\.h"
UTF8PROC = r"utf8proc\.h"
SECCOMP = r"seccomp\.h"
HIREDIS = r"hiredis/(hiredis|read)\.h"
KERNEL = r"linux/(capability|landlock|netlink)\.h"
PROMETHEUS = r"prometheus/\w+\.h"
CIVETWEB = r"civetweb\.h"
TOML = r"toml\+\+/[\w/]+\.h(pp)?"


@dataclass(frozen=True)
class Door:
    folder: str
    project: tuple = ()
    foreign: tuple = ()


# The most particular folder first: a file belongs to the first row that holds it.
# What was configured, without the reader.
VALUES = ("conf/settings.hpp", "conf/endpoint.hpp", "conf/lanes.hpp", "conf/links.hpp")
# What an address, a host name and a word are, and what must hold, for those who decide nothing.
NAMES = ("policy/ip_address.hpp", "policy/host_name.hpp", "policy/word.hpp", "policy/must.hpp")
MACHINES = ("policy/", "proxy/pop3/", "tls/", "proxy/net/", "proxy/transport/")
SERVING = (*MACHINES, "conf/", "proxy/session/", "proxy/upstream/", "proxy/admin/")
# What judges a configuration and a machine without serving anybody: `doctor` says of them what
# `check` and a start would.
JUDGING = tuple(f"proxy/server/{name}.hpp"
                for name in ("inspection", "surroundings", "port_holder", "capacity"))
DOORS = (
    Door("policy/", foreign=(STD, LITERALS)),
    Door("tls/", project=(*NAMES, "policy/date.hpp", "policy/host_table.hpp",
                          "policy/hello_shape.hpp"),
         foreign=(STD, BORINGSSL, FILES)),
    Door("conf/", project=("policy/", "tls/tls_settings.hpp", "tls/file.hpp", "tls/pin.hpp"),
         foreign=(STD, FORMAT, TOML)),
    Door("proxy/pop3/", project=("policy/",), foreign=(STD, VECTORS)),
    Door("proxy/net/", project=NAMES, foreign=(STD, SYSTEM, LIBUV, C_ARES)),
    Door("proxy/transport/", project=("proxy/net/", "tls/"), foreign=(STD,)),
    Door("proxy/cluster/", project=("policy/", "proxy/net/", "proxy/pop3/secret.hpp",
                                    "proxy/transport/", "tls/"),
         foreign=(STD, HIREDIS)),
    Door("proxy/confinement/", project=("proxy/net/",), foreign=(STD, SYSTEM, SECCOMP, KERNEL)),
    Door("proxy/keys/", project=("policy/must.hpp", "proxy/confinement/", "proxy/net/", "tls/"),
         foreign=(STD, SYSTEM)),
    Door("proxy/text/", foreign=(STD, UTF8PROC)),
    Door("proxy/report/", project=("policy/", "proxy/text/"),
         foreign=(STD, FORMAT, JSON, ZLIB)),
    Door("proxy/migrate/", project=("policy/", "conf/", "tls/file.hpp",
                                    "proxy/report/printable.hpp"),
         foreign=(STD, FORMAT, JSON)),
    Door("proxy/upstream/", project=(*MACHINES, *VALUES), foreign=(STD, FORMAT)),
    Door("proxy/admin/", project=("policy/", "proxy/net/", "proxy/text/",
                                  "proxy/report/log_line.hpp", *VALUES),
         foreign=(STD, SYSTEM, FORMAT, LOG, JSON, PROMETHEUS, CIVETWEB)),
    Door("proxy/session/", project=(*MACHINES, *VALUES, "proxy/upstream/", "proxy/admin/"),
         foreign=(STD, FORMAT)),
    Door("proxy/server/", project=(*SERVING, "proxy/cluster/", "proxy/confinement/", "proxy/keys/"),
         foreign=(STD, SYSTEM, FORMAT, LOG, JSON)),
    Door("proxy/demo/", project=("policy/must.hpp", "proxy/net/", "proxy/pop3/"),
         foreign=(STD, FORMAT)),
    Door("proxy/explain/", project=(*SERVING, "proxy/server/plans.hpp"),
         foreign=(STD, FORMAT, JSON)),
    Door("proxy/doctor/", project=(*SERVING, *JUDGING, "proxy/confinement/identity.hpp"),
         foreign=(STD, SYSTEM, FORMAT, JSON)),
    Door("proxy/setup/", project=("policy/", "tls/", "conf/", "proxy/doctor/", "proxy/net/",
                                  "proxy/upstream/", "proxy/migrate/blueprint.hpp",
                                  "proxy/server/certificate_directory.hpp"),
         foreign=(STD, FORMAT)),
    Door("proxy/cli/", project=(*SERVING, "proxy/confinement/", "proxy/keys/", "proxy/server/", "proxy/explain/",
                                 "proxy/doctor/", "proxy/demo/", "proxy/report/",
                                 "proxy/migrate/", "proxy/setup/"),
         foreign=(STD, SYSTEM, TERMINAL, FORMAT, LOG, JSON, ARGUMENTS)),
    Door("proxy/", project=("proxy/cli/",), foreign=(STD,)),
)

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')

# What must be in one place only, so that there is one place to read and to trust.
ONE_FILE = (
    ("conf/", "toml++ is included", re.compile(r"^\s*#\s*include\s*<toml\+\+/", re.M)),
    ("proxy/net/", "c-ares is included", re.compile(r"^\s*#\s*include\s*<ares\.h>", re.M)),
    ("proxy/text/", "utf8proc is included", re.compile(r"^\s*#\s*include\s*<utf8proc\.h>", re.M)),
    ("proxy/report/", "zlib is included", re.compile(r"^\s*#\s*include\s*<zlib\.h>", re.M)),
    ("proxy/confinement/", "libseccomp is included",
     re.compile(r"^\s*#\s*include\s*<seccomp\.h>", re.M)),
    ("proxy/admin/", "prometheus-cpp is included",
     re.compile(r"^\s*#\s*include\s*<prometheus/", re.M)),
    ("proxy/admin/", "civetweb is included",
     re.compile(r"^\s*#\s*include\s*<civetweb\.h>", re.M)),
    ("proxy/pop3/", "vectors are written out",
     re.compile(r"^\s*#\s*include\s*<immintrin\.h>", re.M)),
    ("", "SSL_get_error is called", re.compile(r"\bSSL_get_error\s*\(")),
)

# What only these folders name, and all others reach through them: what comes of TLS is asked of a
# transport.
PRIVATE = (
    ("tls/engine.hpp", re.compile(r"\btls::Engine\b"), ("tls/", "proxy/transport/")),
)

# A decision and a protocol machine get the time as an argument.
NO_CLOCK = ("policy/", "proxy/pop3/")
CLOCK = re.compile(r"\b\w*_clock::now\b|\b(gettimeofday|clock_gettime|time)\s*\(\s*(NULL|nullptr)")

# Whoever dials needs a deadline, another address, and a reason for the log: that is the Dialer's,
# and towards what machines share the EngineLink's. The rooms below them only carry the call, and an
# engine of TLS connects from memory to memory.
DIALING = ("tls/", "proxy/net/", "proxy/transport/", "proxy/upstream/", "proxy/cluster/")
DIAL = re.compile(r"(\.|->|::)connect\s*\((?!\))|\buv_tcp_connect\b|\b(uv_)?getaddrinfo\s*\("
                  r"|\bnet::Lookup\b")


def check(tree):
    product = [file for file in tree.files if file.is_cpp and door_of(file) is not None]
    for file in product:
        yield from _check_includes(tree, file)
        yield from _check_clock(file)
        yield from _check_dialing(file)
        yield from _check_private(file)
    yield from _check_one_file(product)


def door_of(file):
    return next((door for door in DOORS if str(file.path).startswith(door.folder)), None)


def _check_includes(tree, file):
    door = door_of(file)
    for number, line in enumerate(file.lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        foreign, project = match.groups()
        if foreign and not any(re.fullmatch(allowed, foreign) for allowed in door.foreign):
            yield file.violation(number, f"{door.folder} may not include <{foreign}>")
        if project and project not in tree:
            yield file.violation(number, f'"{project}" is not a path from the root')
        elif project and not project.startswith((door.folder, *door.project)):
            yield file.violation(number, f'{door.folder} may not include "{project}"')
        elif any(project == header and not str(file.path).startswith(folders)
                 for header, _, folders in PRIVATE):
            yield file.violation(number, f'"{project}" is not for {door.folder}')


def _check_clock(file):
    if not str(file.path).startswith(NO_CLOCK):
        return
    for number, line in enumerate(file.lines, 1):
        if CLOCK.search(line):
            yield file.violation(number, "no clock here: time is an argument")


def _check_dialing(file):
    if str(file.path).startswith(DIALING):
        return
    for number, line in enumerate(file.lines, 1):
        if DIAL.search(line):
            yield file.violation(number, "only proxy/upstream/ dials")


def _check_private(file):
    for header, name, folders in PRIVATE:
        if str(file.path).startswith(folders):
            continue
        for number, line in enumerate(file.lines, 1):
            if found := name.search(line):
                yield file.violation(number, f"{found[0]} (of {header}) is not for this folder")


def _check_one_file(product):
    for folder, what, pattern in ONE_FILE:
        users = [file for file in product
                 if str(file.path).startswith(folder) and pattern.search(file.text)]
        for file in users[1:]:
            yield file.violation(0, f"{what} here and in {users[0].path}: one file only")
