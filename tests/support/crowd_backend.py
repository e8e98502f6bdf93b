# SPDX-License-Identifier: Apache-2.0
"""A legacy server for crowds: thousands of sessions at once in one thread, each answered."""

import asyncio
import threading

REPLIES = {b"CAPA": b"+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n", b"STAT": b"+OK 1 12\r\n",
           b"RETR": b"+OK\r\nSubject: x\r\n\r\nhello\r\n.\r\n"}
REFUSALS = {b"PASS wrong": b"-ERR [AUTH] no\r\n", b"PASS busy": b"-ERR [IN-USE] no\r\n",
            b"PASS later": b"-ERR [SYS/TEMP] no\r\n"}


class CrowdBackend:
    """Every user exists; every password is right but those in REFUSALS. With a context it speaks TLS
    from the first byte."""

    def __init__(self, context=None):
        self._context = context
        self.address = None
        self.sessions = 0
        self.open = 0
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._up.wait(30)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=4096, ssl=self._context))
        self.address = server.sockets[0].getsockname()
        self._up.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        server.close()
        self._loop.close()

    async def _serve(self, reader, writer):
        self.sessions += 1
        self.open += 1
        try:
            writer.write(b"+OK ready\r\n")
            while line := await reader.readline():
                verb = line.split()[0].upper() if line.split() else b""
                refusals = [text for begin, text in REFUSALS.items() if line.startswith(begin)]
                writer.write(refusals[0] if refusals else REPLIES.get(verb, b"+OK\r\n"))
                if verb == b"QUIT":
                    break
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()
