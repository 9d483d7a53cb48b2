"""Files to vectors: one image at a time in torch, the plain loop, against our pipeline.

The same weights and the same squashed input on all sides; they take turns, a few files each, so
that whatever else the machine does meets all.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.records import Vector
from metrics.evaluation.comparison import compare_scores
from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.results import Evaluation
from metrics.evaluation.samples import Samples
from metrics.export.trunk_export import TrunkChoice
from metrics.training.embedding import OnProgress
from scripts.bench_training.pictures import Designs
from scripts.bench_training.tables import points, table
from scripts.bench_training.trunks import whitened_trunk
from scripts.bench_training.ways import LOOP, EmbedFiles, exported, in_batches, one_at_a_time

AIM_RATIO: Final = 5.0


@dataclass(frozen=True, slots=True)
class PipelineFigures:
    """What was measured of one way.

    Attributes:
        images_per_second: files to vectors.
        cosine: to the vectors of :data:`~scripts.bench_training.ways.LOOP`, mean.
        least_cosine: likewise, of the most unlike picture.
        evaluation: every picture asks among all others.
    """

    images_per_second: float
    cosine: float
    least_cosine: float
    evaluation: Evaluation


def measure_pipelines(
    ways: Mapping[str, EmbedFiles],
    designs: Designs,
    *,
    files_a_turn: int = 64,
    on_progress: OnProgress | None = None,
) -> dict[str, PipelineFigures]:
    """Embed all pictures in every way, by turns, and let each ask among the others.

    Args:
        ways: by name, the first being what the others are compared with.
        designs: whose pictures.
        files_a_turn: how many before it is the next one's turn.
        on_progress: called with done and total, of the pictures of all ways.

    Raises:
        QueryError: no design has two pictures, or one cannot be read.
    """
    files = [file for design in designs.files for file in design]
    labels = np.repeat(np.arange(len(designs.files)), [len(one) for one in designs.files])
    for embed in ways.values():
        embed(files[:2])  # the first run allocates
    seconds = dict.fromkeys(ways, 0.0)
    rows: dict[str, list[Vector]] = {name: [] for name in ways}
    done = 0
    for start in range(0, len(files), files_a_turn):
        some = files[start : start + files_a_turn]
        for name, embed in ways.items():
            started = time.perf_counter()
            rows[name].append(embed(some))
            seconds[name] += time.perf_counter() - started
            done += len(some)
            if on_progress is not None:
                on_progress(done, len(files) * len(ways))
    vectors = {name: np.concatenate(parts) for name, parts in rows.items()}
    reference = vectors[next(iter(ways))]
    return {
        name: _figures(vectors[name], reference, labels, len(files) / seconds[name])
        for name in ways
    }


def measure(
    choice: TrunkChoice,
    dim: int,
    fitting: Designs,
    asking: Designs,
    scratch: Path,
    *,
    threads: int,
    root: Path,
    on_progress: OnProgress | None = None,
) -> tuple[dict[str, PipelineFigures], str]:
    """Measure the three ways with one network.

    Args:
        choice: the trunk and its input.
        dim: principal components to keep.
        fitting: what whitening is fitted to, and int8 calibrated on.
        asking: whose pictures are embedded.
        scratch: a directory to write into.
        threads: of torch, of an inference, and that prepare pictures.
        root: a directory above all pictures.
        on_progress: see :func:`measure_pipelines`.

    Returns:
        Figures by way, and where the weights come from, in words.

    Raises:
        VisualSearchError: see :func:`~scripts.bench_training.trunks.whitened_trunk`,
            :func:`~scripts.bench_training.ways.exported` and :func:`measure_pipelines`.
    """
    images = fitting.images(choice.preprocessing.size_px)
    trunk = whitened_trunk(choice, dim, images)
    ways = {LOOP: one_at_a_time(trunk.network, choice.preprocessing)}
    for name, embedder in exported(
        trunk, choice.preprocessing, images, scratch, threads=threads
    ).items():
        ways[name] = in_batches(embedder, root, asking.limits, threads)
    return measure_pipelines(ways, asking, on_progress=on_progress), trunk.weights


def report(found: Mapping[str, PipelineFigures], title: str, weights: str) -> str:
    """Return the figures as text, a row for each way."""
    first = next(iter(found.values()))
    rows = [
        (
            name,
            f"{one.images_per_second:.2f}",
            f"{one.images_per_second / first.images_per_second:.2f}",
            f"{100 * one.evaluation.micro['R@1']:.1f}",
            "" if one is first else _difference(first.evaluation, one.evaluation),
            f"{one.cosine:.4f}",
            f"{one.least_cosine:.4f}",
        )
        for name, one in found.items()
    ]
    headings = ("way", "img/s", "times as fast", "R@1 %", "difference, pp", "cosine", "least")
    counts = first.evaluation.counts
    return "\n".join(
        [
            f"{title}: files to vectors, {counts.asked} pictures of "
            f"{len(first.evaluation.by_class.names)} designs, the ways by turns",
            "",
            table(headings, rows),
            "",
            f"Aim: {AIM_RATIO:.0f} times as fast with int8 at the same R@1.",
            f"Weights: {weights}.",
            "R@1: every picture asks among all others. Cosine: to the vectors of the first row.",
        ]
    )


def _figures(
    vectors: Vector, reference: Vector, labels: NDArray[np.int64], rate: float
) -> PipelineFigures:
    cosines = np.einsum("nd,nd->n", vectors.astype(np.float64), reference.astype(np.float64))
    evaluation = unseen_at_unseen(Samples(vectors, np.arange(len(vectors)), labels))
    return PipelineFigures(rate, float(cosines.mean()), float(cosines.min()), evaluation)


def _difference(baseline: Evaluation, candidate: Evaluation) -> str:
    rows = baseline.rows
    return points(compare_scores(rows.scores["R@1"], candidate.rows.scores["R@1"], rows.labels))
