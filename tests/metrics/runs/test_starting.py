"""Heads that are fitted compute what they should, and can be trained on from there."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from metrics.export.served import folded
from metrics.nets.network import Head
from metrics.runs.starting import reduced_head, settle, unchanging_head, whitening_head
from metrics.training.head import apply_head
from metrics.training.whitening import fit_whitening, head_of

torch.set_num_threads(1)  # the machine is shared


def features(count: int = 60, width: int = 12, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(count, width)) @ rng.normal(size=(width, width))
    return (mixed + rng.normal(size=width) * 3).astype(np.float32)


def trained_head(hidden: tuple[int, ...] = ()) -> Head:
    torch.manual_seed(0)
    head = Head(12, 6, hidden)
    for _ in range(20):
        head(torch.randn(32, 12) * 2 + 1)  # moves the statistics
    torch.nn.init.uniform_(head.norm.weight, 0.5, 2)
    return head.eval()


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_a_whitening_head_is_the_whitening(strength: float) -> None:
    rows = features()
    head = whitening_head(rows, 5, (strength,))
    expected = fit_whitening(rows, 5, strength=strength)
    with torch.no_grad():
        plain = torch.nn.functional.normalize(expected(torch.from_numpy(rows))).numpy()
    assert np.abs(apply_head(head, rows) - plain).max() < 1e-5


def test_the_strength_that_scores_best_is_taken_and_the_gentlest_among_equals() -> None:
    rows, seen = features(), []

    def spread(head: Head) -> float:
        seen.append(head.norm.weight.std().item())
        return -len(seen) if len(seen) < 3 else -1.0  # the first and the last are equal

    head = whitening_head(rows, 5, (1.0, 0.0, 0.5), spread)
    assert torch.allclose(head.norm.weight, whitening_head(rows, 5, (0.0,)).norm.weight)
    unscored = whitening_head(rows, 5, (1.0, 0.0, 0.5))
    assert torch.allclose(unscored.norm.weight, whitening_head(rows, 5, (0.5,)).norm.weight)


@pytest.mark.parametrize(
    "head",
    [
        trained_head(),
        trained_head((7,)),
        head_of(fit_whitening(features(), 6, strength=1.0)),
    ],
)
def test_settling_changes_nothing_in_use_and_little_in_training(head: Head) -> None:
    rows = features(seed=4)
    before = apply_head(head, rows)
    settle(head, rows)
    assert np.abs(apply_head(head, rows) - before).max() < 1e-4
    head.train()
    with torch.no_grad():
        learning = head.embed(torch.from_numpy(rows)).numpy()
    assert np.abs(learning - before).max() < 0.05


@pytest.mark.parametrize("hidden", [(), (7,)])
def test_a_reduced_head_is_the_head_and_then_pca(hidden: tuple[int, ...]) -> None:
    rows, head = features(), trained_head(hidden)
    reduced = reduced_head(head, rows, 4, strength=0.0)
    with torch.no_grad():
        output = folded(head)(torch.from_numpy(rows)).double().numpy()
    centred = output - output.mean(axis=0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    scores = centred @ components[:4].T
    expected = scores / np.linalg.norm(scores, axis=1, keepdims=True)
    cosines = np.abs(apply_head(reduced, rows).T @ expected)  # a component's sign is free
    norms = np.linalg.norm(expected, axis=0) * np.linalg.norm(apply_head(reduced, rows), axis=0)
    assert np.allclose(np.diag(cosines), norms, rtol=1e-3)
    assert (reduced.linear.in_features, reduced.linear.out_features) == ((*hidden, 12)[0], 4)


def test_an_unchanging_head_only_normalises() -> None:
    rows = features()
    expected = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.abs(apply_head(unchanging_head(12), rows) - expected).max() < 1e-6
