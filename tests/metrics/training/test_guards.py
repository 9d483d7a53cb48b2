"""Each way of going wrong is noticed; schedules and averages are what they say."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import TrainingDiverged
from metrics.training.ema import MovingAverage
from metrics.training.guards import GuardConfig, Guards, mean_pairwise_cosine
from metrics.training.schedule import OptimiserConfig, rate_factor

CONFIG = GuardConfig(alike_for=3, parked_for=4)


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_number_that_is_not_finite_ends_it_at_once(wrong: float, place: int) -> None:
    values = [1.0, 0.0, 1.0]
    values[place] = wrong
    with pytest.raises(TrainingDiverged, match=r"became (nan|inf)\. Lower the learning rates"):
        Guards(CONFIG).watch(*values)


def test_a_collapse_ends_it_after_some_iterations_in_a_row() -> None:
    guards = Guards(CONFIG)
    for likeness in (0.95, 0.95, 0.5, 0.95, 0.95):
        guards.watch(1.0, likeness, 1.0)
    with pytest.raises(TrainingDiverged, match=r"alike: .*0\.9 for 3 iterations.*semihard"):
        guards.watch(1.0, 0.95, 1.0)


def test_a_loss_parked_at_its_margin_ends_it() -> None:
    guards = Guards(CONFIG, parked_at=0.1)
    for _ in range(3):
        guards.watch(0.1015, 0.0, 1.0)
    with pytest.raises(TrainingDiverged, match=r"stood at 0\.1 for 4 iterations"):
        guards.watch(0.0985, 0.0, 1.0)


def test_a_loss_without_a_parking_value_may_stand_still() -> None:
    guards = Guards(CONFIG)
    for _ in range(50):
        guards.watch(0.1, 0.0, 1.0)


def test_counts_survive_a_resume() -> None:
    guards, other = Guards(CONFIG), Guards(CONFIG)
    for _ in range(2):
        guards.watch(1.0, 0.95, 1.0)
    other.load_state_dict(guards.state_dict())
    with pytest.raises(TrainingDiverged):
        other.watch(1.0, 0.95, 1.0)


def test_the_mean_pairwise_cosine_agrees_with_a_plain_loop() -> None:
    rows = torch.nn.functional.normalize(torch.randn(7, 3), dim=1)
    pairs = [float(rows[i] @ rows[j]) for i in range(7) for j in range(7) if i != j]
    assert mean_pairwise_cosine(rows).item() == pytest.approx(sum(pairs) / 42, abs=1e-6)
    assert mean_pairwise_cosine(rows[:1]).item() == 0


def test_rates_rise_in_a_line_and_fall_in_half_a_cosine() -> None:
    config = OptimiserConfig(warm_up=0.1, floor=0.01)
    assert rate_factor(0.05, config) == pytest.approx(0.5)
    assert rate_factor(0.1, config) == pytest.approx(1.0)
    assert rate_factor(0.55, config) == pytest.approx(0.505)
    assert rate_factor(1.0, config) == pytest.approx(0.01)
    falling = [rate_factor(p / 100, config) for p in range(10, 101)]
    assert falling == sorted(falling, reverse=True)
    assert rate_factor(1.0, OptimiserConfig(warm_up=0.0)) == pytest.approx(0.01)


def test_an_average_follows_the_weights_and_forgets_the_start() -> None:
    layer = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(layer.weight, 100.0)
    average = MovingAverage(layer, decay=0.9)
    torch.nn.init.constant_(layer.weight, 1.0)
    expected = 100.0
    for update in range(1, 60):
        average.update(layer)
        decay = min(0.9, (1 + update) / (10 + update))
        expected = decay * expected + (1 - decay) * 1.0
    assert average.network.weight.item() == pytest.approx(expected, rel=1e-4)
    assert expected < 1.2
    assert layer.weight.item() == 1.0
