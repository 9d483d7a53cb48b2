"""Whether the int8 model may serve: as accurate, close to float32, and faster; each with a reason.

int8 is not always faster, and retrieval has no margin to hide its errors in, as classification
has. So it is measured every time, and float32 serves unless every gate is passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.records import Vector
from metrics.evaluation.comparison import MARGIN, MIN_CLUSTERS, compare_scores
from metrics.evaluation.results import Evaluation
from metrics.export.int8 import FusionAudit
from metrics.export.latency import Latency

LEAST_QUERIES: Final = 500
MEAN_COSINE: Final = 0.98
LOW_COSINE: Final = 0.95
NEIGHBOURS: Final = 10
LEAST_OVERLAP: Final = 0.9
LEAST_SPEED_UP: Final = 1.3
_BLOCK_ROWS: Final = 512


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition.

    Attributes:
        name: one word.
        passed: whether it holds.
        reason: what was measured and what was asked for.
    """

    name: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether int8 serves, and why.

    Attributes:
        gates: all of them, passed or not.
    """

    gates: tuple[Gate, ...]

    @property
    def kept(self) -> bool:
        """Whether every gate was passed; not so where there was none."""
        return bool(self.gates) and all(gate.passed for gate in self.gates)

    @property
    def reason(self) -> str:
        """The gates that decided: those that failed, or all of them where none did."""
        deciding = [gate for gate in self.gates if self.kept or not gate.passed]
        if not deciding:
            return "int8 was not tried"
        verdict = "int8 serves: " if self.kept else "float32 serves: "
        return verdict + "; ".join(gate.reason for gate in deciding)


def not_tried(why: str) -> Decision:
    """Return the decision against int8 where it could not be measured."""
    return Decision((Gate("tried", False, f"int8 was not tried, as {why}"),))


def accuracy_gate(
    float32: Evaluation, int8: Evaluation, metric: str = "MAP@R", *, margin: float = MARGIN
) -> Gate:
    """Ask that int8 be no worse by more than ``margin``, with 95 % confidence.

    Paired, query by query, resampling labels: the lower end of the interval of the difference must
    not lie below ``-margin``. From fewer than :data:`LEAST_QUERIES` queries, or fewer than
    :data:`~metrics.evaluation.comparison.MIN_CLUSTERS` labels, nothing can be told.

    Args:
        float32: of the exported model.
        int8: of the quantised one, on the same queries.
        metric: that is compared.
        margin: that does not matter, as a share.

    Raises:
        ValueError: the evaluations are of different queries.
        KeyError: there is no such metric.
    """
    if not np.array_equal(float32.rows.ids, int8.rows.ids):
        raise ValueError("the evaluations are of different queries")
    rows = float32.rows
    labels = len(np.unique(rows.labels))
    if len(rows) < LEAST_QUERIES or labels < MIN_CLUSTERS:
        return Gate(
            "accuracy",
            False,
            f"{len(rows)} queries of {labels} labels are too few to tell the loss of accuracy "
            f"(at least {LEAST_QUERIES} of {MIN_CLUSTERS})",
        )
    found = compare_scores(rows.scores[metric], int8.rows.scores[metric], rows.labels)
    low, mean, high = (
        100 * value
        for value in (found.difference.low, found.difference.mean, found.difference.high)
    )
    return Gate(
        "accuracy",
        found.difference.low >= -margin,
        f"{metric} changes by {mean:+.2f} points [{low:+.2f}, {high:+.2f}] over {len(rows)} "
        f"queries (at worst {-100 * margin:+.2f})",
    )


def cosine_gate(float32: Vector, int8: Vector) -> Gate:
    """Ask that an image's two vectors be alike: on average, and for all but one in a hundred.

    Args:
        float32: unit rows ``(n, dim)``, n at least 1.
        int8: of the same images, likewise.
    """
    cosines = np.einsum("nd,nd->n", float32.astype(np.float64), int8.astype(np.float64))
    mean, low = float(cosines.mean()), float(np.percentile(cosines, 1))
    return Gate(
        "cosine",
        mean >= MEAN_COSINE and low >= LOW_COSINE,
        f"cosine to float32 is {mean:.4f} on average and {low:.4f} at the first percentile "
        f"(at least {MEAN_COSINE} and {LOW_COSINE})",
    )


def overlap_gate(float32: Vector, int8: Vector) -> Gate:
    """Ask that the ten nearest images of each image stay mostly the same.

    Args:
        float32: unit rows ``(n, dim)``, n at least 2.
        int8: of the same images, likewise.
    """
    overlap = neighbour_overlap(float32, int8)
    return Gate(
        "overlap",
        overlap >= LEAST_OVERLAP,
        f"{100 * overlap:.1f} % of the first {NEIGHBOURS} hits stay "
        f"(at least {100 * LEAST_OVERLAP:.0f} %)",
    )


def neighbour_overlap(first: Vector, second: Vector, k: int = NEIGHBOURS) -> float:
    """Return the mean share of an image's ``k`` nearest others that two embedders agree on.

    Args:
        first: unit rows ``(n, dim)``, n at least 2.
        second: unit rows of the same images; dim may differ.
        k: cut to ``n - 1``.
    """
    k = min(k, len(first) - 1)
    shared = 0
    for start in range(0, len(first), _BLOCK_ROWS):
        rows = slice(start, min(start + _BLOCK_ROWS, len(first)))
        near = np.concatenate([_nearest(first, rows, k), _nearest(second, rows, k)], axis=1)
        near.sort(axis=1)
        shared += int(np.count_nonzero(near[:, 1:] == near[:, :-1]))
    return shared / (k * len(first))


def speed_gate(float32: Latency, int8: Latency) -> Gate:
    """Ask that int8 be faster by a factor that pays for what it loses: medians, in turns."""
    ratio = float32.median_ms / int8.median_ms
    return Gate(
        "speed",
        ratio >= LEAST_SPEED_UP,
        f"one image takes {int8.median_ms:.1f} ms instead of {float32.median_ms:.1f} ms, "
        f"{ratio:.2f} times as fast (at least {LEAST_SPEED_UP})",
    )


def fusion_gate(audit: FusionAudit) -> Gate:
    """Ask that every convolution run in int8: one that does not costs two conversions."""
    return Gate(
        "fusion",
        audit.complete,
        f"{audit.fused} of {audit.convolutions} convolutions run in int8",
    )


def _nearest(vectors: Vector, rows: slice, k: int) -> NDArray[np.intp]:
    cosines = vectors[rows] @ vectors.T
    cosines[np.arange(rows.stop - rows.start), np.arange(rows.start, rows.stop)] = -np.inf
    return np.argpartition(-cosines, k - 1, axis=1)[:, :k]
