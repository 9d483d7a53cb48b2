"""What a run found, as frozen values, and its form as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from common.embedding.base import Preprocessing
from metrics.data import Part, Split
from metrics.evaluation.comparison import MIN_CLUSTERS, Comparison, Verdict, compare
from metrics.evaluation.results import Evaluation
from metrics.evaluation.uncertainty import metric_interval
from metrics.nets.network import EmbeddingNetwork
from metrics.runs.evaluating import DECIDING, Rows
from metrics.runs.plan import RunPlan
from metrics.training.loop import Outcome

METRICS: Final = ("R@1", "R@5", "R@10", "MAP@R", "mAP")
_ONE_POINT: Final = 0.01
_PACKAGES: Final = ("torch", "torchvision", "pytorch-metric-learning", "numpy", "pillow")


@dataclass(frozen=True, slots=True, eq=False)
class RunResult:
    """What came of a run. The test part was asked once, at its end.

    Attributes:
        plan: what was asked for.
        network: the best weights on validation, in evaluation mode.
        preprocessing: how pictures are prepared for it.
        split: the labels of each part.
        rows: of each part, the table's pictures.
        outcome: how training ended.
        baseline_score: of the frozen baseline on validation; None where there was none.
        trained: the network on the test part; None where that cannot be asked.
        baseline: what there was before training, on the same queries: a whole embedder as it was;
            or the frozen trunk's features, PCA-whitened on the training pictures; or, where the way
            is whitening, these features as they are.
        trained_among_all: the same queries, with all other pictures as distractors.
        baseline_among_all: likewise.
        asked_again: labels of val and test that a network of this comparison has learnt before.
        remarks: what the data cannot tell, one sentence each.
        seconds: how long the run took since it was last started.
    """

    plan: RunPlan
    network: EmbeddingNetwork
    preprocessing: Preprocessing
    split: Split
    rows: Mapping[Part, Rows]
    outcome: Outcome
    baseline_score: float | None
    trained: Evaluation | None
    baseline: Evaluation | None
    trained_among_all: Evaluation | None = None
    baseline_among_all: Evaluation | None = None
    asked_again: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
    comparisons: Mapping[str, Comparison] = field(init=False)
    """By metric, the network against the baseline; empty where nothing can be compared fairly."""

    def __post_init__(self) -> None:
        found = {}
        if self.baseline is not None and self.trained is not None and not self.asked_again:
            found = {
                metric: against(self.baseline, self.trained, metric) for metric in ("R@1", DECIDING)
            }
        object.__setattr__(self, "comparisons", found)

    @property
    def comparison(self) -> Comparison | None:
        """The network against the baseline in what decides, MAP@R."""
        return self.comparisons.get(DECIDING)

    @property
    def verdict(self) -> Verdict:
        """In a word; ``inconclusive`` where nothing could be measured."""
        return "inconclusive" if self.comparison is None else self.comparison.verdict


def against(baseline: Evaluation, candidate: Evaluation, metric: str = DECIDING) -> Comparison:
    """Compare a candidate with a baseline on the same queries, whole labels resampled.

    Raises:
        QueryError: they were asked other queries.
    """
    return compare(baseline, {"candidate": candidate}, metric)["candidate"]


def resolution_remarks(result: RunResult) -> list[str]:
    """Return sentences on how small a difference the test could have shown."""
    comparison = result.comparison
    if comparison is None:
        return []
    interval = comparison.difference
    asked = f"Asked were {interval.n_queries} queries of {interval.n_clusters} labels"
    if comparison.wins == comparison.losses == 0:
        sentences = [f"{asked}, and not one was answered better or worse than by the baseline."]
    else:
        sentences = [
            f"{asked}: a difference in {DECIDING} below {100 * interval.resolution:.1f} points "
            "cannot be told from chance."
        ]
    if interval.n_clusters < MIN_CLUSTERS:
        sentences.append(
            f"With fewer than {MIN_CLUSTERS} labels in the test part no verdict is given."
        )
    elif interval.resolution > _ONE_POINT:
        needed = interval.n_clusters * (interval.resolution / _ONE_POINT) ** 2
        sentences.append(
            f"To resolve one point, the test part would need about {_rounded(needed)} labels."
        )
    sentences.append(
        "The intervals are over queries; how far a training with another seed would differ, one "
        "run cannot say."
    )
    return sentences


def metrics_content(
    result: RunResult, others: Mapping[str, Evaluation] | None = None
) -> dict[str, Any]:
    """Return what goes into ``metrics.json``.

    Args:
        result: of the run.
        others: further models on the same queries, by name.
    """
    named = {
        "trained": result.trained,
        "baseline": result.baseline,
        "trained, among all": result.trained_among_all,
        "baseline, among all": result.baseline_among_all,
        **(others or {}),
    }
    return {
        "name": result.plan.name,
        "outcome": asdict(result.outcome),
        "baseline_score": result.baseline_score,
        "deciding": DECIDING,
        "verdict": result.verdict,
        "comparisons": {name: asdict(one) for name, one in result.comparisons.items()},
        "evaluations": {
            name: evaluation_content(one) for name, one in named.items() if one is not None
        },
        "images": {part: len(rows) for part, rows in result.rows.items()},
        "labels": {part: len(labels) for part, labels in result.split.labels.items()},
        "split_sha256": result.split.sha256,
        "plan_sha256": result.plan.sha256,
        "licence": result.plan.licence,
        "remarks": list(result.remarks),
        "seconds": round(result.seconds, 1),
        "made_with": {name: _version(name) for name in _PACKAGES},
    }


def evaluation_content(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures of one evaluation, without its rows."""
    return {
        "protocol": evaluation.protocol,
        "counts": asdict(evaluation.counts),
        "micro": dict(evaluation.micro),
        "macro": dict(evaluation.macro),
        "worst_classes": evaluation.worst_classes,
        "intervals": {
            metric: asdict(metric_interval(evaluation, metric))
            for metric in METRICS
            if metric in evaluation.micro
        },
    }


def _rounded(count: float) -> int:
    """Keep two digits: more would pretend to know."""
    size = max(1, 10 ** (len(str(int(count))) - 2))
    return int(-(-count // size) * size)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
