"""The use case: compare embedders on the same pictures, in quality, size and speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from common.errors import EmbedderError
from common.images import ImageLimits
from common.indexing import OnProgress, no_callback
from metrics.comparing.candidates import Candidate, Excluded
from metrics.comparing.embedding import (
    EmbeddedTrial,
    embed_trial,
    gallery_samples,
    query_samples,
    readable_part,
)
from metrics.comparing.pareto import pareto_front
from metrics.comparing.report import DECIDING, METRICS, ComparisonReport, EmbedderRow
from metrics.comparing.speed import Speed, TimingPlan, machine, measure_speeds
from metrics.comparing.trials import Trial
from metrics.evaluation.comparison import compare
from metrics.evaluation.protocols import catalogue, unseen_at_unseen
from metrics.evaluation.results import Evaluation
from metrics.evaluation.uncertainty import metric_interval

_DEFAULT_TIMING = TimingPlan()


def compare_embedders(
    trial: Trial,
    candidates: Sequence[Candidate],
    limits: ImageLimits,
    *,
    excluded: Sequence[Excluded] = (),
    timing: TimingPlan = _DEFAULT_TIMING,
    on_progress: OnProgress = no_callback,
) -> ComparisonReport:
    """Compare embedders on a trial.

    Exact copies of a query (equal bytes) neither help nor harm it. A picture that one embedder
    could not be shown is left out for all.

    Args:
        trial: what they are compared on.
        candidates: of distinct names.
        limits: on image files.
        excluded: embedders that could not even be loaded; passed on to the report.
        timing: how much of the speed is measured.
        on_progress: told pictures embedded and queries answered, of all for all embedders.

    Raises:
        EmbedderError: not one embedder can be used.
        QueryError: no picture can be read, or no query has a right answer.
        StorageUnavailable: the pictures cannot be reached.
    """
    left_out = list(excluded)
    steps = _Steps(on_progress, len(candidates) * (trial.n_pictures + len(trial.asking)))
    embedded: dict[str, EmbeddedTrial] = {}
    for candidate in candidates:
        try:
            embedded[candidate.name] = embed_trial(
                trial,
                candidate.embedder,
                limits,
                threads=timing.threads,
                on_progress=steps.part(trial.n_pictures),
            )
        except EmbedderError as error:
            left_out.append(Excluded(candidate.name, str(error)))
    _require_one(embedded, left_out)
    part = readable_part(trial, list(embedded.values()))
    evaluations: dict[str, Evaluation] = {}
    for name, vectors in embedded.items():
        try:
            evaluations[name] = _evaluate(part, vectors, steps.part(len(trial.asking)))
        except EmbedderError as error:
            left_out.append(Excluded(name, str(error)))
    _require_one(evaluations, left_out)
    usable = [candidate for candidate in candidates if candidate.name in evaluations]
    speeds = measure_speeds(usable, part, limits, timing)
    steps.finish()
    some = next(iter(evaluations.values()))
    skipped = {skip.file: skip for one in embedded.values() for skip in one.skipped}
    return ComparisonReport(
        trial=trial.name,
        protocol=trial.protocol,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
        threads=timing.threads,
        counts=some.counts,
        labels=len(np.unique(some.rows.labels)),
        rows=_rows(usable, evaluations, speeds),
        excluded=tuple(left_out),
        skipped=tuple(skipped[file] for file in sorted(skipped)),
        unlabelled=trial.unlabelled,
    )


class _Steps:
    """One count of progress over parts that each count their own."""

    def __init__(self, on_progress: OnProgress, total: int) -> None:
        self._on_progress = on_progress
        self._total = total
        self._begun = 0

    def part(self, length: int) -> OnProgress:
        """Begin the next part, of ``length`` steps; return the callback that it is to tell."""
        start = self._begun
        self._begun += length
        return lambda done, _: self._on_progress(start + done, self._total)

    def finish(self) -> None:
        """Tell that all is done, parts that broke off included."""
        self._on_progress(self._total, self._total)


def _require_one(usable: Mapping[str, object], left_out: Sequence[Excluded]) -> None:
    if not usable:
        reasons = " ".join(f"{one.name}: {one.reason}" for one in left_out).removesuffix(".")
        raise EmbedderError(
            f"Not one embedder can be compared{f' ({reasons})' if reasons else ''}",
            "Name at least one that works, such as 'histogram'",
        )


def _evaluate(trial: Trial, vectors: EmbeddedTrial, on_progress: OnProgress) -> Evaluation:
    gallery = gallery_samples(trial, vectors)
    queries = query_samples(trial, vectors)
    if queries is None:
        return unseen_at_unseen(gallery, on_progress=on_progress)
    return catalogue(queries, gallery, collapse=False, on_progress=on_progress)


def _rows(
    candidates: Sequence[Candidate],
    evaluations: Mapping[str, Evaluation],
    speeds: Mapping[str, Speed],
) -> tuple[EmbedderRow, ...]:
    quality = {name: evaluation.micro[DECIDING] for name, evaluation in evaluations.items()}
    ordered = sorted(candidates, key=lambda candidate: (-quality[candidate.name], candidate.name))
    best, *others = [candidate.name for candidate in ordered]
    against = compare(evaluations[best], {name: evaluations[name] for name in others}, DECIDING)
    front = pareto_front(
        [quality[candidate.name] for candidate in ordered],
        [speeds[candidate.name].query.p50_ms for candidate in ordered],
    )
    return tuple(
        EmbedderRow(
            name=candidate.name,
            fingerprint=candidate.embedder.card.fingerprint,
            dim=candidate.embedder.card.dim,
            model_bytes=candidate.model_bytes,
            quality={
                metric: metric_interval(evaluations[candidate.name], metric) for metric in METRICS
            },
            speed=speeds[candidate.name],
            on_front=on_front,
            against_best=against.get(candidate.name),
        )
        for candidate, on_front in zip(ordered, front, strict=True)
    )
