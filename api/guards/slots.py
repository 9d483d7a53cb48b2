"""How many queries may be embedded at once. More would only make all of them slower."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.metrics import Metrics
from common.errors import TooBusy


class EmbeddingSlots:
    """Places for queries that need an embedding. Who finds none is told to come again.

    Args:
        count: number of places, at least 1.
        metrics: that show how many are taken.
    """

    def __init__(self, count: int, metrics: Metrics) -> None:
        self._count = count
        self._free = threading.BoundedSemaphore(count)
        self._metrics = metrics

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place for the length of a ``with`` block.

        Raises:
            TooBusy: all are taken.
        """
        if not self._free.acquire(blocking=False):
            raise TooBusy(
                f"{self._count} queries by picture are being answered already",
                "Send this one again in a moment, or raise MAX_QUERIES_AT_ONCE",
            )
        try:
            with self._metrics.embedding():
                yield
        finally:
            self._free.release()
