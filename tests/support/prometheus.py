# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus that asks gateways, and can be asked itself."""

import json
import os
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request


class Prometheus:
    """One process in a directory of its own; `files` are of rules."""

    def __init__(self, directory, targets, files=()):
        os.makedirs(directory)
        config = os.path.join(directory, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"global": {"scrape_interval": "200ms", "evaluation_interval": "500ms"},
                       "rule_files": list(files),
                       "scrape_configs": [{"job_name": "postern",
                                           "static_configs": [{"targets": list(targets)}]}]}, file)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        with open(os.path.join(directory, "log"), "wb") as log:
            self._process = subprocess.Popen(
                ["prometheus", f"--config.file={config}",
                 f"--web.listen-address=127.0.0.1:{self._port}",
                 f"--storage.tsdb.path={os.path.join(directory, 'data')}"], stdout=log, stderr=log)

    def close(self):
        self._process.kill()
        self._process.wait(30)

    def get(self, path, **parameters):
        """What the API answers; empty while it does not listen yet."""
        url = f"http://127.0.0.1:{self._port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code in (400, 422):
                raise AssertionError(f"{parameters}: {error.read().decode()}") from None
            return {}
        except OSError:
            return {}

    def query(self, expression):
        """The series of this moment."""
        return self.get("query", query=expression).get("result", [])
