# SPDX-License-Identifier: Apache-2.0
"""postern, as its README configures it, with one worker, its log in a file, and no limit that one
address with thousands of users would meet."""

import json
import os

from peers.peer import Peer
from support.certificates import KeyPair
from support.configuration import toml

PROGRAM = os.environ.get("POSTERN") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../../build/release/postern")


class Postern(Peer):
    name = "postern"
    secures = True
    program = PROGRAM
    security = {}  # as it is unless somebody wants it otherwise: keys are in a process of their own
    ready = None  # what it says of itself once it listens

    def sections(self):
        """What else its configuration has."""
        return {"log": {"target": self.path("log"), "level": "info"}}

    def command(self):
        secured = {"tls": "implicit", "ca_file": self.world.ca_file, "server_name": "localhost"}
        text = toml(("127.0.0.1", self.backend_port), [KeyPair(*self.world.certificate)],
                    backend=secured if self.behind_tls else {},
                    doors=[("door", self.door, ("127.0.0.1:0",))], workers=1,
                    auth_failures={"per_ip": 0},  # thousands of users of one address, all at once
                    security=self.security, **self.sections())
        return [self.program, "run", "-c", self.write("postern.toml", text),
                "--ready-file", self.path("ready.json")]

    def listens(self):
        ready = self.path("ready.json")
        if not os.path.exists(ready):
            return False
        with open(ready, encoding="utf-8") as file:
            self.ready = json.load(file)
        self.port = self.ready["listeners"][0]["port"]
        return True

    def stop(self):
        super().stop()
        if os.path.exists(self.path("ready.json")):
            os.remove(self.path("ready.json"))


class KeysInside(Postern):
    """What the process for the private keys costs is the difference to this."""

    name = "postern, keys inside"
    security = {"isolate_keys": False}


class WithoutSandbox(Postern):
    """What it costs that the kernel looks at each system call is the difference to this."""

    name = "postern, no sandbox"
    security = {"sandbox": "off"}


def other_build(program):
    """Another build of postern as a peer: what a change costs, or saves."""
    return type("OtherPostern", (Postern,), {"name": f"postern of {program}", "program": program})
