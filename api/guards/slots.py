"""How many requests may do at once what only few can: who finds no place comes again later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from api.metrics import Metrics
from common.errors import TooBusy

MAX_WAITING = 8
"""Requests that wait for a job, a fifth of the threads that answer requests."""

MAX_EDITING = 8
"""Requests that change records. Those of one category take turns, and each keeps a thread."""

MAX_UPLOADS = 4
"""Requests that bring files at once: more would only share the same network and disk."""


class Slots:
    """Places for requests. Who finds none is told to come again.

    Args:
        count: number of places, at least 1.
        counted: shows for the length of a ``with`` block that one more is taken.
        what: see :class:`~common.errors.VisualSearchError`, for who finds none.
        cure: see :class:`~common.errors.VisualSearchError`.
    """

    def __init__(
        self, count: int, counted: Callable[[], AbstractContextManager[None]], what: str, cure: str
    ) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._counted = counted
        self._what = what
        self._cure = cure

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place for the length of a ``with`` block.

        Raises:
            TooBusy: all are taken.
        """
        if not self._free.acquire(blocking=False):
            raise TooBusy(self._what, self._cure)
        try:
            with self._counted():
                yield
        finally:
            self._free.release()


def embedding_slots(count: int, metrics: Metrics) -> Slots:
    """Return the places for queries that need an embedding: more only make all of them slower."""
    return Slots(
        count,
        metrics.embedding,
        f"{count} queries by picture are being answered already",
        "Send this one again in a moment, or raise MAX_QUERIES_AT_ONCE",
    )


def waiting_slots(metrics: Metrics) -> Slots:
    """Return the places for requests that wait for a job: each keeps a thread from the others."""
    return Slots(
        MAX_WAITING,
        metrics.waiting,
        f"{MAX_WAITING} requests wait for jobs already",
        "Send this one again in a moment, or without waiting",
    )


def editing_slots(metrics: Metrics) -> Slots:
    """Return the places for requests that change records: more would only queue up."""
    return Slots(
        MAX_EDITING,
        metrics.editing,
        f"{MAX_EDITING} requests change records already",
        "Send this one again in a moment, or change several records in one request",
    )


def upload_slots(metrics: Metrics) -> Slots:
    """Return the places for requests that bring files."""
    return Slots(
        MAX_UPLOADS,
        metrics.uploading,
        f"{MAX_UPLOADS} requests bring files already",
        "Send this one again in a moment",
    )
