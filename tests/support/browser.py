# SPDX-License-Identifier: Apache-2.0
"""A real browser without a screen: pages are opened, looked at and asked, as the DevTools protocol
has it, over a pair of pipes that nobody else can reach."""

import base64
import json
import os
import select
import subprocess
import time

from support.waiting import PATIENCE, until

PROGRAM = "chromium"


class Browser:
    """One process with a profile of its own in `directory`, and one page."""

    def __init__(self, directory):
        self._number = 0
        self._bytes = b""
        self._session = None
        self.complaints = []  # what its console says at level error
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--no-first-run", "--disable-background-networking", "--disable-sync",
                   "--disable-component-update", "--disable-default-apps", "--hide-scrollbars",
                   "--remote-debugging-pipe", f"--user-data-dir={directory}"]
        # The browser reads from descriptor 3 and writes to descriptor 4.
        command = 'exec 3<&"$0" 4>&"$1"; shift; exec "$@"'
        log = os.path.join(os.path.dirname(directory), "browser.log")
        with open(log, "wb") as errors:
            self._process = subprocess.Popen(
                ["bash", "-c", command, str(to_read), str(to_write), PROGRAM, *options,
                 "about:blank"], stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                pass_fds=(to_read, to_write), env={**os.environ, "HOME": directory})
        os.close(to_read)
        os.close(to_write)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target,
                                  flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")

    def close(self):
        self._process.kill()
        self._process.wait(30)
        os.close(self._to)
        os.close(self._from)

    def call(self, method, **parameters):
        """The result of one command."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
            if answer.get("method") == "Log.entryAdded":
                entry = answer["params"]["entry"]
                if entry["level"] == "error":
                    self.complaints.append(entry["text"])
            if answer.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(answer["params"]["exceptionDetails"]))

    def _next(self):
        limit = time.monotonic() + PATIENCE
        while b"\0" not in self._bytes:
            ready, _, _ = select.select([self._from], [], [], max(0, limit - time.monotonic()))
            if not ready:
                raise AssertionError("the browser does not answer")
            more = os.read(self._from, 1 << 16)
            if not more:
                raise AssertionError("the browser has ended")
            self._bytes += more
        message, _, self._bytes = self._bytes.partition(b"\0")
        return json.loads(message)

    def open(self, url):
        """Returns when the page is loaded."""
        self.call("Page.navigate", url=url)
        until(lambda: self.ask("document.readyState") == "complete"
              and self.ask("location.href") == url, f"{url} is loaded")

    def scripts(self, allowed):
        self.call("Emulation.setScriptExecutionDisabled", value=not allowed)

    def ask(self, expression):
        """The value of an expression of JavaScript on the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def text(self, selector):
        return self.ask(f"document.querySelector({json.dumps(selector)})?.innerText ?? null")

    def picture(self, path, width, scheme):
        """A picture of the whole page, `width` pixels wide, in colours "light" or "dark"."""
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=800,
                  deviceScaleFactor=1, mobile=False)
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))
