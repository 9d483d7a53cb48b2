"""Cutting an upload into requests that a server takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from qdrant_client import models

MAX_BYTES = 4_000_000
"""Of one request, about: a server refuses 32 MB, and a proxy before it often less."""

MAX_POINTS = 1_000
_NUMBER_BYTES = 22  # the longest a float32 becomes as JSON, with its comma


def batches(points: Iterable[models.PointStruct], dim: int) -> Iterator[list[models.PointStruct]]:
    """Yield the points in their order, in lists of bounded length and bytes; none is empty.

    Args:
        points: to send. One that is too large by itself comes alone.
        dim: of their vectors.
    """
    batch: list[models.PointStruct] = []
    total_bytes = 0
    for point in points:
        size_bytes = dim * _NUMBER_BYTES + len(json.dumps(point.payload))
        if batch and (total_bytes + size_bytes > MAX_BYTES or len(batch) >= MAX_POINTS):
            yield batch
            batch, total_bytes = [], 0
        batch.append(point)
        total_bytes += size_bytes
    if batch:
        yield batch
