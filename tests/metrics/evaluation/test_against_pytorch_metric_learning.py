"""An independent path: pytorch-metric-learning's calculator, where it is right."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.samples import Samples
from tests.metrics.evaluation.pictures import clustered

torch = pytest.importorskip("torch", reason="needs the metrics group (torch)")
calculator = pytest.importorskip(
    "pytorch_metric_learning.utils.accuracy_calculator",
    reason="needs the metrics group (pytorch-metric-learning)",
)

NAMES = {
    "precision_at_1": "R@1",
    "r_precision": "R-precision",
    "mean_average_precision_at_r": "MAP@R",
    "mean_average_precision": "mAP",
    "mean_reciprocal_rank": "MRR",
}


def theirs(pictures: Samples) -> dict[str, float]:
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.utils.inference import CustomKNN

    # k=None: the whole ranking, without which its averages are cut short.
    measured = calculator.AccuracyCalculator(
        include=tuple(NAMES), k=None, knn_func=CustomKNN(CosineSimilarity())
    ).get_accuracy(torch.tensor(pictures.vectors), torch.tensor(pictures.labels))
    return {NAMES[name]: value for name, value in measured.items()}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("each", [2, 5, 30])
def test_metrics_agree_for_small_labels(seed: int, each: int) -> None:
    pictures = clustered(12, each, seed=seed, noise=2.0)
    ours = unseen_at_unseen(pictures).micro
    expected = theirs(pictures)
    assert {name: ours[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_metrics_agree_for_uneven_labels_with_lone_ones() -> None:
    random = np.random.default_rng(1)
    vectors = random.standard_normal((150, 12)).astype(np.float32)
    pictures = Samples(vectors, np.arange(150), random.geometric(0.1, 150))
    found = unseen_at_unseen(pictures)
    expected = theirs(pictures)
    assert found.counts.dropped > 0
    assert {name: found.micro[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_where_labels_outgrow_float32_only_ours_tells_them_apart() -> None:
    vectors = np.array([[1, 0], [1, 0.01], [0, 1], [0.01, 1]], dtype=np.float32)
    pictures = Samples(vectors, np.arange(4), 2**24 + np.array([0, 1, 0, 1]))
    assert unseen_at_unseen(pictures).micro["R@1"] == 0.0
    assert theirs(pictures)["R@1"] == 1.0
