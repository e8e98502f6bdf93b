# SPDX-License-Identifier: Apache-2.0
"""A server that seems to be far away: a relay that holds each byte for half a round trip, and a new
connection for the packets that it would cost."""

import asyncio
import contextlib
import threading


class Faraway:
    """Before `target`. `trip` is a round trip in seconds. `opening`: how many of them pass until the
    server has the connection: 1.5 where it speaks first, and 1 where the client does, whose bytes
    come with the third packet."""

    def __init__(self, target, trip=0.02, opening=1.5):
        self._target = target
        self._trip = trip
        self._opening = opening
        self.address = None
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._up.wait(30)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.address = server.sockets[0].getsockname()
        self._up.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        server.close()
        self._loop.close()

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.sleep(self._opening * self._trip)
            there, back = await asyncio.open_connection(*self._target)
            try:
                await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
            finally:
                back.close()
        writer.close()

    async def _copy(self, reader, writer):
        while data := await reader.read(65536):
            self._loop.call_later(self._trip / 2, writer.write, data)
        self._loop.call_later(self._trip / 2, writer.close)
