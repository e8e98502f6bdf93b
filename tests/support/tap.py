# SPDX-License-Identifier: Apache-2.0
"""A TCP tap: stands before a server, counts connections, keeps what passes.

Between postern and a backend it shows whether anything was sent there at all; between a
client and postern it shows what an eavesdropper would have read.
"""

import contextlib
import socket
import threading

from support.waiting import PATIENCE

BLOCK = 64 * 1024


class Tap:
    """Forwards each connection to `target`, from `source` if that is said. `keep` bytes of each
    direction are remembered."""

    def __init__(self, target, keep=1 << 20, source=None):
        self.target = target
        self._source = (source, 0) if source else None
        self.connections = 0
        self.active = 0
        self.origins = []  # own addresses and ports of the connections to the target
        self._keep = keep
        self._kept = {"to server": bytearray(), "to client": bytearray()}
        self._lock = threading.Lock()
        self._sockets = set()
        self._own = {}  # local port of a connection of ours -> event, see settle()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    def sent_to_server(self):
        """All that clients sent, up to the bound, connections in order of their bytes."""
        with self._lock:
            return bytes(self._kept["to server"])

    def sent_to_client(self):
        with self._lock:
            return bytes(self._kept["to client"])

    def settle(self):
        """Returns the number of connections once all made until now are counted."""
        with socket.socket() as marker:
            marker.bind(("127.0.0.1", 0))
            arrived = self._own[marker.getsockname()[1]] = threading.Event()
            marker.connect(self.address)  # the queue is first in, first out
            if not arrived.wait(PATIENCE):
                raise AssertionError("the tap does not accept")
        return self.connections

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            left = list(self._sockets)
        for each in left:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                client, origin = self._listener.accept()
            except OSError:
                return
            if origin[1] in self._own:
                client.close()
                self._own.pop(origin[1]).set()
                continue
            with self._lock:
                self.connections += 1
                self.active += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with client, socket.create_connection(
                    self.target, source_address=self._source) as server:
                with self._lock:
                    self._sockets |= {client, server}
                    self.origins.append(server.getsockname())
                back = threading.Thread(target=self._copy, args=(server, client, "to client"),
                                        daemon=True)
                back.start()
                self._copy(client, server, "to server")
                back.join()
                with self._lock:
                    self._sockets -= {client, server}
        except OSError:
            pass
        finally:
            with self._lock:
                self.active -= 1

    def _copy(self, source, sink, direction):
        """Until the source ends; an end is passed on as an end."""
        try:
            while data := source.recv(BLOCK):
                with self._lock:
                    kept = self._kept[direction]
                    kept += data[: max(0, self._keep - len(kept))]
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for each in (source, sink):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
