# SPDX-License-Identifier: Apache-2.0
"""A mail server that fails on purpose and comes back, and remembers which passwords it was told."""

import asyncio
import threading

REPLIES = {b"STAT": b"+OK 1 12\r\n"}


class FailingBackend:
    """Takes every user. Many connections in one thread."""

    def __init__(self):
        self.address = None
        self.silent = False  # takes connections, and does not greet
        self.connections = 0
        self.passwords = []
        self._writers = set()
        self._server = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.revive()

    def kill(self):
        """Nobody listens, and who was connected is reset."""
        self._do(self._kill())

    def revive(self):
        """At the same address, as if nothing had been."""
        self.silent = False
        self._do(self._revive())

    def close(self):
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    def _do(self, what):
        asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    def reply_to(self, line):
        return REPLIES.get(line.split()[0].upper(), b"+OK\r\n")

    async def _kill(self):
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _revive(self):
        if self._server:
            return
        host, port = self.address or ("127.0.0.1", 0)
        self._server = await asyncio.start_server(self._serve, host, port, backlog=1024)
        self.address = self._server.sockets[0].getsockname()

    async def _serve(self, reader, writer):
        self.connections += 1
        self._writers.add(writer)
        try:
            if self.silent:
                await reader.read()
                return
            writer.write(b"+OK ready\r\n")
            while line := await reader.readline():
                if line.startswith(b"PASS "):
                    self.passwords.append(line[5:].strip())
                writer.write(self.reply_to(line))
                if line.startswith(b"QUIT"):
                    return
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
