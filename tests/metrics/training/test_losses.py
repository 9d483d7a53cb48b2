"""Every loss with every miner trains a step; the figures agree with plain computation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import TrainingError
from metrics.training.losses import LOSSES, MINERS, EmbeddingLoss, LossConfig

LABELS = torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])


def unit_rows(count: int = 8, dim: int = 6, seed: int = 0) -> torch.Tensor:
    rows = torch.randn(count, dim, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(rows, dim=1)


def build(name: str, **changes: object) -> EmbeddingLoss:
    torch.manual_seed(0)
    return EmbeddingLoss(LossConfig(name, **changes), classes=4, dim=6)


@pytest.mark.parametrize(("name", "miner"), list(itertools.product(LOSSES, [None, *MINERS])))
def test_every_loss_with_every_miner_gives_a_finite_value_and_gradient(
    name: str, miner: str | None
) -> None:
    embeddings = unit_rows().requires_grad_()
    loss = build(name, miner=miner)
    value = loss(embeddings, LABELS)
    value.backward()
    assert value.dtype == torch.float32
    assert torch.isfinite(value)
    assert torch.isfinite(embeddings.grad).all()
    for proxies in loss.parameters():
        assert proxies.grad.abs().sum() > 0


@pytest.mark.parametrize("name", [name for name, spec in LOSSES.items() if not spec.proxies])
def test_a_memory_adds_past_batches_after_its_warm_up(name: str) -> None:
    plain, remembering = build(name), build(name, memory=32, memory_after=1)
    values = [
        (plain(unit_rows(seed=i), LABELS).item(), remembering(unit_rows(seed=i), LABELS).item())
        for i in range(4)
    ]
    assert values[0][0] == pytest.approx(values[0][1])
    assert values[3][0] != pytest.approx(values[3][1])


def test_a_memory_goes_on_exactly_from_its_state() -> None:
    one = build("contrastive", memory=20, memory_after=1)
    for i in range(4):
        one(unit_rows(seed=i), LABELS)
    other = build("contrastive", memory=20, memory_after=1)
    other.load_state_dict(one.state_dict())
    for i in range(4, 9):
        assert torch.equal(one(unit_rows(seed=i), LABELS), other(unit_rows(seed=i), LABELS))


def test_losses_are_float32_inside_autocast() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        value = build("multi-similarity")(unit_rows().bfloat16(), LABELS)
    assert value.dtype == torch.float32


def test_the_triplet_loss_agrees_with_a_plain_loop() -> None:
    rows = unit_rows().numpy()
    terms = []
    for a, p, n in itertools.permutations(range(8), 3):
        if LABELS[a] == LABELS[p] != LABELS[n]:
            term = np.linalg.norm(rows[a] - rows[p]) - np.linalg.norm(rows[a] - rows[n]) + 0.1
            terms.append(max(term, 0))
    expected = np.mean([term for term in terms if term > 0])
    value = build("triplet", miner="none")(torch.from_numpy(rows), LABELS)
    assert value.item() == pytest.approx(expected, rel=1e-4)


def test_the_circle_loss_agrees_with_its_formula() -> None:
    rows = unit_rows().numpy()
    total, m, gamma = 0.0, 0.4, 80.0
    for i in range(8):
        positive, negative = [], []
        for j in range(8):
            s = float(rows[i] @ rows[j])
            if j != i and LABELS[i] == LABELS[j]:
                positive.append(-gamma * max(1 + m - s, 0) * (s - (1 - m)))
            elif LABELS[i] != LABELS[j]:
                negative.append(gamma * max(s + m, 0) * (s - m))
        both = np.logaddexp.reduce(positive) + np.logaddexp.reduce(negative)
        total += math.log1p(math.exp(both)) if both < 30 else both
    value = build("circle", miner="none")(torch.from_numpy(rows), LABELS)
    assert value.item() == pytest.approx(total / 8, rel=1e-4)


@pytest.mark.parametrize("name", ["triplet", "contrastive"])
def test_a_collapsed_batch_is_worth_what_the_guard_waits_for(name: str) -> None:
    loss = build(name, miner="none")
    same = torch.nn.functional.normalize(torch.ones(8, 6), dim=1)
    assert loss(same, LABELS).item() == pytest.approx(loss.parked_at, rel=0.01)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (LossConfig("arcfce"), "Did you mean arcface"),
        (LossConfig("triplet", miner="semi"), "no miner called 'semi'"),
        (LossConfig("triplet", options={"margn": 1.0}), "Did you mean margin"),
        (LossConfig("triplet", miner_options={"eps": 1.0}), "option of the miner 'semihard'"),
        (LossConfig("arcface", memory=100), "proxies, not with remembered"),
    ],
)
def test_a_hostile_config_is_refused_in_one_sentence(config: LossConfig, words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        EmbeddingLoss(config, classes=4, dim=6)


def test_a_memory_smaller_than_a_batch_is_refused() -> None:
    loss = build("contrastive", memory=4, memory_after=0)
    with pytest.raises(TrainingError, match="does not hold a batch of 8"):
        loss(unit_rows(), LABELS)
