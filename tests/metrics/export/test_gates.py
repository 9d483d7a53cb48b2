from __future__ import annotations

import time

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.samples import Samples
from metrics.export.gates import (
    Decision,
    Gate,
    accuracy_gate,
    cosine_gate,
    fusion_gate,
    neighbour_overlap,
    not_tried,
    overlap_gate,
    speed_gate,
)
from metrics.export.int8 import FusionAudit
from metrics.export.latency import Latency, measure


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def crowd(labels: int, each: int, spread: float, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows around a centre for each label, and the labels."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(labels), each)
    centres = rng.normal(size=(labels, 16))
    return unit(centres[of] + spread * rng.normal(size=(len(of), 16))), of


def disturbed(rows: np.ndarray, by: float) -> np.ndarray:
    return unit(rows + by * np.random.default_rng(1).normal(size=rows.shape))


def evaluated(rows: np.ndarray, labels: np.ndarray):
    return unseen_at_unseen(Samples(rows, np.arange(len(rows)), labels))


def latency(ms: float) -> Latency:
    return Latency.of(np.full(10, ms / 1e3))


ROWS, LABELS = crowd(30, 20, 0.6)


def test_rounding_passes_the_accuracy_gate_with_its_interval_told():
    gate = accuracy_gate(evaluated(ROWS, LABELS), evaluated(disturbed(ROWS, 1e-4), LABELS))

    assert gate.passed
    assert "MAP@R changes by" in gate.reason
    assert "over 600 queries (at worst -1.00)" in gate.reason


def test_a_real_loss_fails_the_accuracy_gate():
    gate = accuracy_gate(evaluated(ROWS, LABELS), evaluated(disturbed(ROWS, 0.1), LABELS))

    assert not gate.passed
    assert "MAP@R changes by -" in gate.reason


@pytest.mark.parametrize(("labels", "each"), [(30, 10), (5, 200)])
def test_accuracy_is_not_claimed_from_too_few_queries_or_labels(labels, each):
    evaluation = evaluated(*crowd(labels, each, 0.5))

    gate = accuracy_gate(evaluation, evaluation)

    assert not gate.passed
    assert f"{labels * each} queries of {labels} labels are too few" in gate.reason


def test_evaluations_of_other_queries_are_not_compared():
    with pytest.raises(ValueError, match="different queries"):
        accuracy_gate(evaluated(ROWS, LABELS), evaluated(ROWS[20:], LABELS[20:]))


def test_cosine_looks_at_the_mean_and_at_the_worst_hundredth():
    few_wrong = ROWS.copy()
    few_wrong[:12] = disturbed(ROWS[:12], 1.0)

    assert cosine_gate(ROWS, disturbed(ROWS, 0.01)).passed
    assert not cosine_gate(ROWS, disturbed(ROWS, 0.1)).passed
    assert not cosine_gate(ROWS, few_wrong).passed
    assert np.einsum("nd,nd->n", ROWS, few_wrong).mean() > 0.98


def test_overlap_is_that_of_a_plain_loop():
    other = disturbed(ROWS, 0.05)
    shared = []
    for row in range(len(ROWS)):
        near = [
            set(sorted(set(range(len(v))) - {row}, key=lambda i: -float(v[row] @ v[i]))[:10])
            for v in (ROWS, other)
        ]
        shared.append(len(near[0] & near[1]) / 10)

    assert neighbour_overlap(ROWS, other) == pytest.approx(np.mean(shared))
    assert neighbour_overlap(ROWS, ROWS) == 1
    assert neighbour_overlap(ROWS[:4], ROWS[:4]) == 1
    assert overlap_gate(ROWS, disturbed(ROWS, 0.001)).passed
    assert not overlap_gate(ROWS, other).passed


def test_speed_must_pay():
    assert speed_gate(latency(13), latency(10)).passed
    slow = speed_gate(latency(12), latency(10))
    assert not slow.passed
    assert "10.0 ms instead of 12.0 ms, 1.20 times as fast (at least 1.3)" in slow.reason


def test_a_convolution_left_in_float_fails():
    assert fusion_gate(FusionAudit(20, 20, {})).passed
    gate = fusion_gate(FusionAudit(20, 9, {}))
    assert not gate.passed
    assert gate.reason == "9 of 20 convolutions run in int8"


def test_a_decision_names_the_gates_that_decided():
    good, bad = Gate("a", True, "fine"), Gate("b", False, "too slow")

    assert Decision((good, good)).kept
    assert Decision((good, good)).reason == "int8 serves: fine; fine"
    assert not Decision((good, bad)).kept
    assert Decision((good, bad)).reason == "float32 serves: too slow"
    assert not Decision(()).kept
    assert "as it rained" in not_tried("it rained").reason


def test_models_are_measured_in_turns_after_a_warm_up():
    calls: list[str] = []

    def model(name: str, seconds: float):
        def run(batch: np.ndarray) -> np.ndarray:
            calls.append(name)
            time.sleep(seconds)
            return batch

        return run

    models = {"slow": model("slow", 0.004), "fast": model("fast", 0.001)}
    found = measure(models, np.zeros(1), rounds=5, warm_up=2)  # type: ignore[arg-type]

    assert calls == ["slow", "fast"] * 7
    assert found["slow"].median_ms > found["fast"].median_ms >= found["fast"].least_ms >= 1
    assert found["fast"].rounds == 5
