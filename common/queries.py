"""What a query is made of: examples to be like or unlike, and how it is to be answered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from common.errors import QueryError
from common.records import Filter, Vector

MAX_K = 200
MAX_OFFSET = 10_000
MAX_EXAMPLES = 32
MAX_WEIGHT = 100.0
_SHORTEST = 1e-4  # of a sum of unit vectors: a shorter one points where rounding leaves it


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How a query is to be answered.

    Attributes:
        k: number of hits, 1 to 200.
        offset: how many of the best to leave out first, 0 to 10,000.
        minimum_similarity: cosine in [-1, 1]; hits below it are not returned.
        filter: hits that do not pass are not considered.

    Raises:
        QueryError: a value is out of its range.
    """

    k: int = 9
    offset: int = 0
    minimum_similarity: float = -1.0
    filter: Filter | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MAX_K:
            raise QueryError(
                f"The number of results must lie between 1 and {MAX_K}, not {self.k}",
                "Ask for fewer, and for the next ones by offset",
            )
        if not 0 <= self.offset <= MAX_OFFSET:
            raise QueryError(
                f"The offset must lie between 0 and {MAX_OFFSET}, not {self.offset}",
                "Narrow the search by a filter instead",
            )
        if not -1 <= self.minimum_similarity <= 1:
            raise QueryError(
                f"The minimum similarity must lie between -1 and 1, not {self.minimum_similarity}",
                "Give a cosine, not a percentage",
            )


@dataclass(frozen=True, slots=True)
class PictureExample:
    """A picture from outside the index.

    Attributes:
        picture: an image file's bytes, in any format :mod:`common.images` reads.
        weight: how much hits shall be like it; below 0: unlike it.
    """

    picture: bytes = field(repr=False)
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class RecordExample:
    """A record of the category, by id; it is never among the hits. Weighted like a picture."""

    record: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class VectorExample:
    """A vector that the caller has. Weighted like a picture.

    Attributes:
        vector: shape ``(dim,)``, float32, of any length but 0.
        weight: how much hits shall be like it; below 0: unlike it.
        fingerprint: of the embedder that made it; empty: the caller vouches for it.
    """

    vector: Vector
    weight: float = 1.0
    fingerprint: str = ""


Example: TypeAlias = PictureExample | RecordExample | VectorExample


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """A query by one or several examples.

    Attributes:
        examples: 1 to 32, each with a weight in [-100, 100] that is not 0.
        options: how to answer.

    Raises:
        QueryError: there are too few or too many examples, or a weight is out of its range.
    """

    examples: Sequence[Example]
    options: SearchOptions = SearchOptions()

    def __post_init__(self) -> None:
        if not 1 <= len(self.examples) <= MAX_EXAMPLES:
            raise QueryError(
                f"A query has 1 to {MAX_EXAMPLES} examples, not {len(self.examples)}",
                "Ask with the most telling ones",
            )
        for number, example in enumerate(self.examples, start=1):
            if not 0 < abs(example.weight) <= MAX_WEIGHT:  # also refuses NaN
                raise QueryError(
                    f"The weight of example {number} must be a number from -{MAX_WEIGHT:g} to "
                    f"{MAX_WEIGHT:g} and not 0, not {example.weight}",
                    "Leave out what shall count nothing",
                )


def combine(vectors: Sequence[Vector], weights: Sequence[float]) -> Vector:
    """Return the direction that is like the positive examples and unlike the negative ones.

    The weighted sum of the unit vectors, scaled to unit length: Rocchio's formula for relevance
    feedback (J. Rocchio in G. Salton, "The SMART Retrieval System", 1971, chapter 14), with
    each example's weight of its own instead of one a side. One positive example is returned as it
    is.

    Args:
        vectors: each of shape ``(dim,)``, float32, unit length.
        weights: one a vector, none 0.

    Returns:
        Shape ``(dim,)``, float32, unit length.

    Raises:
        QueryError: the examples cancel each other out.
    """
    if len(vectors) == 1 and weights[0] > 0:
        return vectors[0]
    scale = max(abs(weight) for weight in weights)
    shares = np.asarray(weights, dtype=np.float64) / scale
    total = shares @ np.asarray(vectors, dtype=np.float64)
    length = float(np.linalg.norm(total))
    if length < _SHORTEST:
        raise QueryError(
            "The positive and the negative examples cancel each other out",
            "Change a weight, or leave out what stands on both sides",
        )
    direction: Vector = (total / length).astype(np.float32)
    return direction


def unit(vector: Vector) -> Vector:
    """Scale a vector from outside to unit length.

    Raises:
        QueryError: it has no direction: a number in it is not finite, or all are 0.
    """
    exact = vector.astype(np.float64)
    length = float(np.linalg.norm(exact))
    if not math.isfinite(length) or length == 0:
        raise QueryError(
            "A vector must hold finite numbers that are not all 0", "Check how it was made"
        )
    scaled: Vector = (exact / length).astype(np.float32)
    return scaled
