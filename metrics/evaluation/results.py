"""What an evaluation found, as frozen values: counts, averages, tables and rows per query."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from metrics.evaluation.samples import Column

WORST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Counts:
    """Of how many pictures an evaluation speaks.

    Attributes:
        asked: queries put.
        scored: those that have a right answer in the gallery; averages are over these.
        dropped: the others (lone labels). They never count as found.
        gallery: items ranked: pictures, or products where their photos are collapsed.
        ignored: query-item pairs left out: queries themselves, copies, junk.
        mean_relevant: right answers per scored query.
    """

    asked: int
    scored: int
    dropped: int
    gallery: int
    ignored: int
    mean_relevant: float

    def __str__(self) -> str:
        return (
            f"{self.asked} queries ({self.scored} scored, {self.dropped} dropped for want of a "
            f"right answer), gallery of {self.gallery}, {self.ignored} pairs ignored, "
            f"{self.mean_relevant:.1f} right answers per query"
        )


@dataclass(frozen=True, slots=True, eq=False)
class QueryRows:
    """One row per scored query, in the order in which the queries were given.

    Attributes:
        ids: shape ``(q,)``.
        labels: shape ``(q,)``.
        classes: shape ``(q,)``, or None where classes are unknown.
        relevant: shape ``(q,)``, int64: right answers in the gallery, at least 1.
        top_ids: shape ``(q, d)``: the first hits; an empty text or -1 where there are fewer.
        top_similarity: shape ``(q, d)``: their cosines; NaN where there are fewer.
        scores: by metric, shape ``(q,)``, float64.
    """

    ids: Column
    labels: Column
    classes: Column | None
    relevant: NDArray[np.int64]
    top_ids: Column
    top_similarity: NDArray[np.float64]
    scores: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class GroupTable:
    """Means of the metrics within groups of queries.

    Attributes:
        names: shape ``(g,)``, ascending: a label or class each.
        queries: shape ``(g,)``: scored queries in the group.
        scores: by metric, shape ``(g,)``.
    """

    names: Column
    queries: NDArray[np.int64]
    scores: Mapping[str, NDArray[np.float64]]

    def macro(self) -> dict[str, float]:
        """Return by metric the mean over groups: rare ones weigh as much as frequent ones."""
        return {name: float(values.mean()) for name, values in self.scores.items()}

    def worst(self, metric: str, share: float = WORST_SHARE) -> float:
        """Return the mean of ``metric`` over the worst ``share`` of the groups, at least one."""
        count = max(1, int(np.ceil(share * len(self.names))))
        return float(np.sort(self.scores[metric])[:count].mean())


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What one embedder reached under one protocol.

    Attributes:
        protocol: its name.
        counts: of queries and gallery.
        micro: by metric, the mean over queries.
        macro: by metric, the mean over labels of the mean over a label's queries.
        pooled_ap: uAP of the scored queries (see
            :func:`~metrics.evaluation.rejection.pooled_average_precision`).
        by_class: per class, or per label where classes are unknown.
        worst_classes: mean R@1 over the worst tenth of ``by_class``.
        rows: per query.
    """

    protocol: str
    counts: Counts
    micro: Mapping[str, float]
    macro: Mapping[str, float]
    pooled_ap: float
    by_class: GroupTable
    worst_classes: float
    rows: QueryRows

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {self.micro[name]:.3f}" for name in ("R@1", "MAP@R", "mAP"))
        return f"{self.protocol}: {shown}; {self.counts}"


def grouped(names: Column, scores: Mapping[str, NDArray[np.float64]]) -> GroupTable:
    """Return the means of ``scores`` (each of shape ``(q,)``) within equal ``names``."""
    distinct: Column
    distinct, group = np.unique(names, return_inverse=True)  # type: ignore[assignment]
    queries = np.bincount(group, minlength=len(distinct))
    means = {
        metric: np.bincount(group, weights=values, minlength=len(distinct)) / queries
        for metric, values in scores.items()
    }
    return GroupTable(distinct, queries, means)


def write_csv(rows: QueryRows, stream: TextIO) -> None:
    """Write one line per query: id, label, class, relevant, first hit, its cosine, every metric.

    Args:
        rows: of an evaluation.
        stream: opened with ``newline=""``, UTF-8.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        ["query", "label", "class", "relevant", "top_id", "top_similarity", *rows.scores]
    )
    classes = [""] * len(rows) if rows.classes is None else rows.classes.tolist()
    for line in zip(
        rows.ids.tolist(),
        rows.labels.tolist(),
        classes,
        rows.relevant.tolist(),
        rows.top_ids[:, 0].tolist(),
        np.char.mod("%.6f", rows.top_similarity[:, 0]).tolist(),
        *(np.char.mod("%.6g", values).tolist() for values in rows.scores.values()),
        strict=True,
    ):
        writer.writerow(line)
