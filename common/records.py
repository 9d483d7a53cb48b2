"""Frozen values that cross the boundaries between modules."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

PayloadValue: TypeAlias = str | int | float | bool | list[str] | None
Payload: TypeAlias = Mapping[str, PayloadValue]
Vector: TypeAlias = NDArray[np.float32]

FieldType: TypeAlias = Literal["keyword", "integer", "number", "list", "date", "link"]
"""How a payload field is compared: ``keyword``, ``list`` (of keywords), ``date`` (ISO 8601 text)
and ``link`` match whole values; ``integer`` and ``number`` also answer ranges."""

ColumnType: TypeAlias = FieldType | Literal["years"]
"""How a column of a table is read. ``years`` is free text such as "um 1750-1760": the text becomes
a ``keyword`` field ``name``, its years the ``integer`` fields ``name_from`` and ``name_to``."""

RECORD_NAMESPACE = uuid.UUID("6f1c3a52-9f0e-5d3b-8a5e-2f6d0c9b7e41")


def record_id(category: str, file: str) -> str:
    """Return the id of the image ``file`` of ``category``: the same text for the same two names.

    Args:
        category: the category's name.
        file: the path relative to the category's images, with forward slashes.

    Returns:
        A UUIDv5 (RFC 9562) in its canonical 36-character form.
    """
    return str(uuid.uuid5(RECORD_NAMESPACE, f"{category}/{file}"))


@dataclass(frozen=True, slots=True)
class Point:
    """What a vector store keeps of a record.

    Attributes:
        id: a canonical UUID.
        vector: shape ``(dim,)``, float32, unit length. Empty (``(0,)``) where a reader did not ask
            for vectors.
        payload: flat, JSON-compatible.
    """

    id: str
    vector: Vector
    payload: Payload


@dataclass(frozen=True, slots=True)
class ScoredPoint:
    """A point found by a search: its cosine similarity in [-1, 1] and its payload."""

    id: str
    similarity: float
    payload: Payload


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a scroll, in id order; ``next`` is the id to go on from, None at the end."""

    points: list[Point]
    next: str | None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field and the number of points that hold it."""

    value: str | int | float | bool
    count: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds where the field equals one of ``values`` (a list field: where one element does)."""

    field: str
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Holds where the number in ``field`` lies in the closed range; None leaves a side open."""

    field: str
    minimum: float | None = None
    maximum: float | None = None


Condition: TypeAlias = AnyOf | Between


@dataclass(frozen=True, slots=True)
class Filter:
    """All of ``must`` hold and none of ``must_not`` does. An empty filter lets everything pass."""

    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record with its similarity to the query.

    Attributes:
        rank: 1 for the best of the whole ranking, counting on over pages.
        id: the record's id.
        similarity: cosine in [-1, 1], higher is better.
        file: path relative to the category's images, with forward slashes.
        payload: everything known about the record.
    """

    rank: int
    id: str
    similarity: float
    file: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found.

    Attributes:
        hits: best first, ties by id.
        category: the category searched in.
        generation: the generation that answered; all hits are from this one.
        seconds: wall time by stage: ``decode``, ``embed``, ``search`` (a stage that was not needed
            is absent).
    """

    hits: list[Hit]
    category: str
    generation: str
    seconds: Mapping[str, float] = field(default_factory=dict)
