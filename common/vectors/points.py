"""What every store checks about points, ids and pages, so that all refuse the same things."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import numpy as np

from common.errors import DimensionMismatch, RecordNotFound
from common.records import Point, Vector


def is_record_id(text: str) -> bool:
    """Tell whether ``text`` is a UUID in its canonical form: no other text is any point's id."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def possible_ids(ids: Iterable[str]) -> list[str]:
    """Return those of ``ids`` that a point can have, in the order given.

    Engines refuse a whole request for one malformed id, where our callers expect an unknown one.
    """
    return [id_ for id_ in ids if is_record_id(id_)]


def accepted(points: Sequence[Point], dim: int) -> list[Point]:
    """Return the points to store: of several with one id the last, at the place of the first.

    Raises:
        DimensionMismatch: a vector has another length than ``dim``.
        ValueError: an id is no canonical UUID, or a vector holds a number that is not finite
            (engines store it without a word, and every similarity to it is then NaN).
    """
    latest: dict[str, Point] = {}
    for point in points:
        if not is_record_id(point.id):
            raise ValueError(f"{point.id!r} is no canonical UUID")
        check_dim(point.vector, dim)
        if not np.isfinite(point.vector).all():
            raise ValueError(f"the vector of {point.id} holds a number that is not finite")
        latest[point.id] = point
    return list(latest.values())


def check_dim(vector: Vector, dim: int) -> None:
    """Make sure that a vector fits an index.

    Raises:
        DimensionMismatch: its shape is not ``(dim,)``.
    """
    if vector.shape != (dim,):
        raise DimensionMismatch(
            f"A vector of shape {vector.shape} does not fit an index of dimension {dim}",
            "Use the embedder that the category was indexed with, or index it again",
        )


def check_page(k: int, offset: int) -> None:
    """Make sure that a page of a ranking can be cut.

    Raises:
        ValueError: ``k`` is less than 1 or ``offset`` less than 0.
    """
    if k < 1 or offset < 0:
        raise ValueError(f"a page of {k} after {offset} cannot be returned")


def check_scroll(start: str | None, limit: int) -> None:
    """Make sure that a scroll can begin at ``start``.

    Raises:
        RecordNotFound: ``start`` is no id at all.
        ValueError: ``limit`` is less than 1.
    """
    if limit < 1:
        raise ValueError(f"a page of {limit} cannot be returned")
    if start is not None and not is_record_id(start):
        raise RecordNotFound(
            f"There is no record '{start}' to go on from", "Start again from the first page"
        )
