"""A wire between a client and a server that counts connections, and can be cut and mended."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_CHUNK = 65_536


class Wire:
    """Forwards a port of this machine to a server.

    Attributes:
        host: address and port that clients connect to.
        accepted: connections so far.
        on_bytes: called with the bytes that a client sends, before they are forwarded.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.accepted = 0
        self.on_bytes: Callable[[bytes], None] = lambda data: None
        self._port = 0
        self.mend()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def open_connections(self) -> int:
        """Connections that neither side has closed, each counted once."""
        with self._lock:
            return len(self._open) // 2

    def mend(self) -> None:
        """Listen again, on the same port."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(64)
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse connections, and break those that are open: the server was killed."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()
        with self._lock:
            ends = list(self._open)
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def settle(self) -> None:
        """Wait until connections that one side has closed are closed on the other, too."""
        deadline = time.monotonic() + 10
        while self.open_connections and time.monotonic() < deadline:
            time.sleep(0.01)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.accepted += 1
            host, _, port = self._server.rpartition(":")
            server = socket.create_connection((host, int(port)))
            with self._lock:
                self._open |= {client, server}
            done = threading.Barrier(2)
            for one, other, told in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._forward, args=(one, other, told, done), daemon=True
                ).start()

    def _forward(
        self, source: socket.socket, target: socket.socket, told: bool, done: threading.Barrier
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                if told:
                    self.on_bytes(data)
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        if done.wait() == 0:
            with self._lock:
                self._open -= {source, target}
            source.close()
            target.close()


@contextmanager
def wire_to(server: str) -> Iterator[Wire]:
    """Lay a wire to a server until the block ends."""
    wire = Wire(server)
    try:
        yield wire
    finally:
        wire.cut()
