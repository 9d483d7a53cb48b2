"""Which weights a training ends with."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from metrics.nets.network import Head
from metrics.training.head import HeadTrainingConfig, train_head
from metrics.training.learner import BestSoFar

torch.set_num_threads(1)  # the machine is shared


@pytest.mark.parametrize(("epochs", "evaluated"), [(1, 1), (2, 1), (5, 3), (6, 3)])
def test_the_last_epoch_is_evaluated_whatever_their_number(epochs: int, evaluated: int) -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(24, 6)).astype(np.float32)
    labels = np.arange(24) % 4
    scores: list[float] = []

    def better_each_time(*_: object) -> float:
        scores.append(float(len(scores)))
        return scores[-1]

    outcome = train_head(
        Head(6, 4),
        features,
        labels,
        HeadTrainingConfig(epochs=epochs, batch_size=8),
        validation=(features, labels),
        evaluate=better_each_time,
    )

    assert len(scores) == evaluated
    assert outcome.best_epoch == epochs


def test_a_score_that_is_no_number_is_never_the_best() -> None:
    best, first, second = BestSoFar(2), torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)
    best.offer(float("nan"), first, 1)
    assert (best.score, best.stale) == (None, 1)
    best.offer(0.1, second, 2)
    best.offer(float("nan"), first, 3)
    assert (best.score, best.epoch, best.stale) == (0.1, 2, 1)
    best.restore(first, otherwise=first)
    assert torch.equal(first.weight, second.weight)


def test_where_no_score_is_a_number_training_ends_with_its_last_weights() -> None:
    best, module, last = BestSoFar(2), torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)
    best.offer(float("nan"), module, 1)
    best.offer(float("nan"), module, 2)
    assert best.exhausted
    best.restore(module, otherwise=last)
    assert torch.equal(module.weight, last.weight)
