"""The ground truth of revised Oxford and Paris: its values, and its form as JSON.

::

    {"format": "revisited-ground-truth/1",
     "gallery": [name, ...],
     "queries": [{"name": name, "box": [left, top, right, bottom],
                  "easy": [row, ...], "hard": [row, ...], "unclear": [row, ...]}, ...]}

The published file is a pickle, which could run anything when loaded;
:mod:`metrics.evaluation.revisited_conversion` turns it into this without loading it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

from common.errors import QueryError

FORMAT: Final = "revisited-ground-truth/1"
LISTS: Final = ("easy", "hard", "unclear")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RevisitedQuery:
    """One query and its annotation.

    Attributes:
        name: of its picture.
        box: left, top, right, bottom in pixels: what of the picture is asked for.
        easy: gallery rows of clearly visible answers.
        hard: gallery rows of answers under odd views, occluded or dark.
        unclear: gallery rows of which the annotators were not sure.
    """

    name: str
    box: tuple[float, float, float, float]
    easy: tuple[int, ...]
    hard: tuple[int, ...]
    unclear: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """A benchmark's annotation.

    Attributes:
        gallery: names of the gallery's pictures; rows count from 0 in this order.
        queries: in the benchmark's order.
    """

    gallery: tuple[str, ...]
    queries: tuple[RevisitedQuery, ...]


def read_ground_truth(content: bytes, source: str) -> GroundTruth:
    """Read a ground truth from JSON.

    Args:
        content: the file's bytes.
        source: its name, for messages.

    Raises:
        QueryError: the content is not of the form above, a row lies outside the gallery, or a
            picture is listed twice for one query.
    """
    try:
        data = json.loads(content)
        if _field(data, "format") != FORMAT:
            raise ValueError(f"its format is not '{FORMAT}'")
        return ground_truth_of(data)
    except (ValueError, RecursionError) as error:
        raise QueryError(
            f"'{source}' is no ground truth: {error}",
            "Convert the benchmark's published file anew",
        ) from error


def write_ground_truth(truth: GroundTruth) -> str:
    """Return ``truth`` as the JSON that :func:`read_ground_truth` reads."""
    return json.dumps({"format": FORMAT} | asdict(truth))


def ground_truth_of(data: object) -> GroundTruth:
    """Return the ground truth that plain ``data`` (of the form above) spells.

    Raises:
        ValueError: see :func:`read_ground_truth`.
    """
    truth = GroundTruth(
        _each(_field(data, "gallery"), _text), _each(_field(data, "queries"), _query)
    )
    for query in truth.queries:
        listed = [row for name in LISTS for row in getattr(query, name)]
        if listed and not 0 <= min(listed) <= max(listed) < len(truth.gallery):
            raise ValueError(f"query '{query.name}' lists a row outside the gallery")
        if len(set(listed)) != len(listed):
            raise ValueError(f"query '{query.name}' lists a picture twice")
    return truth


def _query(data: object) -> RevisitedQuery:
    box = _each(_field(data, "box"), _number)
    if len(box) != 4:
        raise ValueError(f"a box has {len(box)} numbers where it needs 4")
    easy, hard, unclear = (_each(_field(data, name), _whole_number) for name in LISTS)
    return RevisitedQuery(_text(_field(data, "name")), box, easy, hard, unclear)


def _field(data: object, name: str) -> Any:  # noqa: ANN401 - what JSON holds
    if not isinstance(data, dict) or name not in data:
        raise ValueError(f"'{name}' is missing")
    return data[name]


def _each(data: object, read: Callable[[object], T]) -> tuple[T, ...]:
    if not isinstance(data, list | tuple):
        raise ValueError(f"a list is needed where there is a {type(data).__name__}")
    return tuple(read(value) for value in data)


def _text(data: object) -> str:
    if not isinstance(data, str):
        raise ValueError(f"a text is needed where there is a {type(data).__name__}")
    return data


def _number(data: object) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
        raise ValueError(f"a number is needed where there is a {type(data).__name__}")
    return data


def _whole_number(data: object) -> int:
    if isinstance(data, bool) or not isinstance(data, int):
        raise ValueError(f"a whole number is needed where there is a {type(data).__name__}")
    return data
