# SPDX-License-Identifier: Apache-2.0
"""The text of a postern.toml for a test: a complete file with small changes by keyword."""

import json

DOORS = (("pop3s", "implicit", ("127.0.0.1:0",)), ("pop3", "stls", ("127.0.0.1:0",)))


# A test's clients all come from one address, and most of them are one user.
UNLIMITED = {"max_connections_per_ip": 0, "max_connections_per_user": 0,
             "max_handshakes_per_ip": 0}


def _section(name, values):
    """A table with its values; strings, numbers, truth and lists are written as JSON is."""
    if not values:
        return ""
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, "", ""])


def _array_entry(name, values):
    return _section(f"[{name}]", values)


def toml(address, certificates, doors=DOORS, workers=2, exceptions=(), state_dir="", backends=(),
         routes=(), **sections):
    """address: (host, port). doors: name, tls, addresses, and other keys if any. exceptions,
    backends beside the first, routes: each a dictionary. state_dir: without one nothing outlives
    the process. health={…} of the first backend: without it nobody asks how a backend is, and it is
    never taken for down. sections: limits={…},
    auth_failures={…}, timeouts={…}, log={…}, tls={…}, policy={…}, backend={…}. The log is at level
    debug, where nothing is left out, however many clients come from one place. control={…}: without
    it nobody can be asked."""
    text = _section("server", {"names": ["localhost"], "workers": workers,
                               "state_dir": state_dir})
    for name, tls, addresses, *more in doors:
        text += _array_entry("listener", {"name": name, "address": list(addresses), "tls": tls,
                                          **dict(*more)})
    text += _section("tls", sections.pop("tls", {}))
    for pair in certificates:
        text += _array_entry("tls.certificate",
                             {"cert_file": pair.cert_file, "key_file": pair.key_file})
    text += _section("policy", {"login": "tls-required", **sections.pop("policy", {})})
    for exception in exceptions:
        text += _array_entry("policy.exception", exception)
    text += _section("limits", {**UNLIMITED, **sections.pop("limits", {})})
    text += _section("limits.auth_failures", sections.pop("auth_failures", {}))
    text += _array_entry("backend", {"name": "legacy", "tls": "none",
                                     "address": [f"{address[0]}:{address[1]}"],
                                     **sections.pop("backend", {})})
    unasked = {"interval": "0s", "fall": 0}
    text += _section("backend.health", sections.pop("health", unasked))
    for backend in backends:
        text += _array_entry("backend", backend) + _section("backend.health", unasked)
    for route in routes:
        text += _array_entry("route", route)
    sections.setdefault("control", {"socket": ""})
    sections["log"] = {"level": "debug", **sections.get("log", {})}
    for name, values in sections.items():
        text += _section(name, values)
    return text
