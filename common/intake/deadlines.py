"""A limit on a whole request, where HTTP libraries know only one for each read."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import httpx

_STREAM_MADE: Final = frozenset(
    {"connection.connect_tcp.complete", "connection.start_tls.complete"}
)


class _Stream(Protocol):
    read: Callable[[int, float | None], bytes]


class Deadline:
    """When the request that is under way must be answered, for one thread.

    A host that sends a byte now and then never lets a read time out. The deadline therefore
    shortens each read's own limit to the time that is left. It reaches a connection by the
    extension ``trace`` of the request that opens it (https://www.encode.io/httpcore/extensions),
    and holds for the later requests that reuse the connection.
    """

    def __init__(self) -> None:
        self._ends = math.inf

    def start(self, seconds: float) -> None:
        """Give the next request that many seconds in all."""
        self._ends = time.monotonic() + seconds

    def passed(self) -> bool:
        """Tell whether the time of the last request is up."""
        return self._left() <= 0

    def trace(self, event: str, known: Mapping[str, Any]) -> None:
        """Take hold of a connection that was just made; other events mean nothing here."""
        if event in _STREAM_MADE:
            self._bound(known["return_value"])

    def _left(self) -> float:
        return self._ends - time.monotonic()

    def _bound(self, stream: _Stream) -> None:
        read = stream.read

        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            left = self._left()
            if left <= 0:
                raise httpx.ReadTimeout("the time for the whole request is up")
            return read(max_bytes, left if timeout is None else min(timeout, left))

        stream.read = read_in_time
