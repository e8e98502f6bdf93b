# SPDX-License-Identifier: Apache-2.0
"""A mail server in a process of its own, to be killed, stopped and started again; and that process.

Every user exists and has the same password; any other one is wrong."""

import asyncio
import signal
import subprocess
import sys

from support.dovecot import free_port
from support.world import PASSWORD

BODY = b"+OK\r\nSubject: x\r\n\r\n" + 4000 * (b"y" * 70 + b"\r\n") + b".\r\n"
REPLIES = {b"CAPA": b"+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n", b"STAT": b"+OK 1 12\r\n",
           b"RETR": BODY}


class Backend:
    """Always at the same address."""

    def __init__(self):
        self.address = ("127.0.0.1", free_port())
        self._process = None
        self.start()

    def start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-m", "soak.backend", str(self.address[1])],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert self._process.stdout.readline() == b"ready\n"

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def stall(self):
        """Connections are still made, by the kernel, and nothing is said."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)


async def serve(reader, writer):
    try:
        writer.write(b"+OK ready\r\n")
        while line := await reader.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"PASS" and line.split(b" ", 1)[1].strip() != PASSWORD.encode():
                writer.write(b"-ERR [AUTH] no\r\n")
            else:
                writer.write(REPLIES.get(verb, b"+OK\r\n"))
            await writer.drain()
            if verb == b"QUIT":
                break
    except OSError:
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=1024)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
