"""The queries that a network answers worst, with what it took for the answer."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image

from metrics.data import TrainingTable
from metrics.evaluation.results import Evaluation
from metrics.runs.data import ImagesOf
from metrics.runs.evaluating import DECIDING

WORST_QUERIES: Final = 16
ANSWERS: Final = 6
_SIDE_PX: Final = 112
_QUALITY: Final = 78


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture.

    Attributes:
        file: its name.
        label: what it shows.
        picture: a data URI of a small JPEG.
        similarity: cosine with the query; None for the query itself.
        right: whether its label is the query's.
    """

    file: str
    label: str
    picture: str
    similarity: float | None = None
    right: bool = False


@dataclass(frozen=True, slots=True)
class WorstQuery:
    """A query with its first answers.

    Attributes:
        query: what was asked.
        score: what it reached, MAP@R.
        answers: best first.
    """

    query: Tile
    score: float
    answers: tuple[Tile, ...]


def worst_queries(
    evaluation: Evaluation,
    table: TrainingTable,
    images_of: ImagesOf,
    *,
    count: int = WORST_QUERIES,
    answers: int = ANSWERS,
) -> list[WorstQuery]:
    """Return the queries of the lowest scores, worst first; ties as they were asked.

    Args:
        evaluation: its ids are files of the table.
        table: the data set.
        images_of: its pictures.
        count: how many queries.
        answers: how many of each one's answers.

    Raises:
        TrainingError: a picture cannot be read.
    """
    rows = evaluation.rows
    row_of = {file: row for row, file in enumerate(table.files)}
    small = _thumbnails(images_of, row_of)
    found = []
    for place in np.argsort(rows.scores[DECIDING], kind="stable")[:count].tolist():
        label = str(rows.labels[place])
        tiles = [
            Tile(file, name, small(file), float(cosine), right=name == label)
            for file, cosine in zip(
                rows.top_ids[place, :answers].tolist(),
                rows.top_similarity[place, :answers].tolist(),
                strict=True,
            )
            if file in row_of
            for name in [table.label_map.names[table.labels[row_of[file]]]]
        ]
        file = str(rows.ids[place])
        found.append(
            WorstQuery(
                Tile(file, label, small(file)), float(rows.scores[DECIDING][place]), tuple(tiles)
            )
        )
    return found


def _thumbnails(images_of: ImagesOf, row_of: Mapping[str, int]) -> Callable[[str], str]:
    """Return what makes a small picture of a file, once."""
    made: dict[str, str] = {}

    def small(file: str) -> str:
        if file not in made:
            made[file] = _data_uri(images_of(np.array([row_of[file]])).image(0))
        return made[file]

    return small


def _data_uri(picture: Image.Image) -> str:
    picture = picture.copy()
    picture.thumbnail((_SIDE_PX, _SIDE_PX), Image.Resampling.BICUBIC)
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(stream.getvalue()).decode()}"
