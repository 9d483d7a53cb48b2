"""What a comparison of embedders found, as frozen values, and its form as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import TypeAdapter, ValidationError

from common.errors import QueryError
from common.pipeline import Skipped
from metrics.comparing.candidates import Excluded
from metrics.comparing.speed import Speed
from metrics.evaluation.comparison import Comparison
from metrics.evaluation.results import Counts
from metrics.evaluation.uncertainty import Interval

METRICS: Final = ("R@1", "R@5", "R@10", "MAP@R")
DECIDING: Final = "MAP@R"
"""What embedders are ordered and compared by."""


@dataclass(frozen=True, slots=True)
class EmbedderRow:
    """What was found of one embedder.

    Attributes:
        name: what it is chosen by.
        fingerprint: of model and preprocessing.
        dim: length of its vectors.
        model_bytes: length of the model file; 0 where there is none.
        quality: each of :data:`METRICS` with its interval, whole labels resampled.
        speed: on the trial's pictures.
        on_front: no other embedder is both better in :data:`DECIDING` and faster per query.
        against_best: in :data:`DECIDING`, on the same queries; None for the best itself.
    """

    name: str
    fingerprint: str
    dim: int
    model_bytes: int
    quality: Mapping[str, Interval]
    speed: Speed
    on_front: bool
    against_best: Comparison | None


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """What was found of several embedders on one trial.

    Attributes:
        trial: its name.
        protocol: who asks among whom.
        created: date and time in UTC, ISO 8601.
        machine: what the speeds were measured on.
        threads: that read, decode and prepare files.
        counts: of queries and gallery, the same for all.
        labels: different ones among the scored queries: what the intervals resample.
        rows: best first, ties by name.
        excluded: embedders that could not be compared.
        skipped: files that could not be read, in path order.
        unlabelled: pictures left out because nobody said what they show.
    """

    trial: str
    protocol: str
    created: str
    machine: str
    threads: int
    counts: Counts
    labels: int
    rows: tuple[EmbedderRow, ...]
    excluded: tuple[Excluded, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unlabelled: int = 0


def to_json(report: ComparisonReport) -> bytes:
    """Return the report as JSON, from which :func:`from_json` makes an equal one."""
    return _adapter().dump_json(report, indent=2)


def from_json(content: bytes) -> ComparisonReport:
    """Return the report that :func:`to_json` was given.

    Raises:
        QueryError: the content is no such report.
    """
    try:
        return _adapter().validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise QueryError(
            f"This is no comparison of embedders: at {place}, {first['msg'].lower()}",
            "Compare the embedders again",
        ) from error


@cache
def _adapter() -> TypeAdapter[ComparisonReport]:
    return TypeAdapter(ComparisonReport)
