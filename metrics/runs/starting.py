"""The network that a run starts from, and heads that are fitted rather than trained."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from common.errors import TrainingError
from metrics.export.served import folded
from metrics.nets.network import EmbeddingNetwork, Head
from metrics.nets.weights import load_weights, weights_fingerprint
from metrics.runs.plan import RunPlan
from metrics.training.whitening import fit_whitening, head_of

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What a run begins with.

    Attributes:
        network: in evaluation mode.
        whole: its head has learnt before, so that it is an embedder as it stands.
    """

    network: EmbeddingNetwork
    whole: bool


def starting_point(
    plan: RunPlan, network: EmbeddingNetwork | None, device: torch.device
) -> StartingPoint:
    """Build the plan's network with its weights, or take the one that is given.

    Raises:
        TrainingError: the plan names something impossible, or is of another network.
        WeightsUnavailable: the weights cannot be had, or do not fit.
    """
    if network is not None:
        if network.config != plan.network:
            raise TrainingError(
                f"The plan is of the network {plan.network}, and {network.config} was given",
                "Put the given network's config into the plan",
            )
        return StartingPoint(network.to(device).eval(), whole=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        network = EmbeddingNetwork(plan.network)
    untouched = weights_fingerprint(network.head)
    load_weights(network, plan.weights)
    whole = weights_fingerprint(network.head) != untouched
    return StartingPoint(network.to(device).eval(), whole)


def whitening_head(
    features: Features,
    dim: int,
    strengths: Sequence[float],
    score: Callable[[Head], float] | None = None,
) -> Head:
    """Fit PCA-whitening as a head, at the strength that scores best.

    Its projection has orthonormal rows and its BatchNorm does the scaling, so that training can go
    on from it with one learning rate for all components.

    Args:
        features: shape ``(n, width)``, of training pictures.
        dim: how many components, at most.
        strengths: see :func:`metrics.training.whitening.fit_whitening`.
        score: of a head, on validation; None takes the strength in the middle.

    Raises:
        TrainingError: as :func:`metrics.training.whitening.fit_whitening`.
    """
    rotation = fit_whitening(features, dim, strength=0.0)
    with torch.no_grad():
        projected = rotation(torch.from_numpy(features)).double()
    variances = projected.var(dim=0)
    heads = []
    for strength in sorted(strengths):
        head = head_of(rotation)
        with torch.no_grad():
            head.norm.weight.copy_(variances ** (-strength / 2))
        settle(head, features)
        heads.append(head)
    if score is None:
        return heads[len(heads) // 2]
    return max(heads, key=score)  # the gentlest among equals


def unchanging_head(width: int) -> Head:
    """Return a head that gives features as they are, at unit length."""
    same = nn.Linear(width, width)
    with torch.no_grad():
        same.weight.copy_(torch.eye(width))
        same.bias.zero_()
    return head_of(same)


def reduced_head(head: Head, features: Features, dim: int, strength: float) -> Head:
    """Append PCA-whitening of a head's output to it, as one projection again.

    Args:
        head: trained. Not changed.
        features: shape ``(n, width)``, of training pictures.
        dim: how many components, at most.
        strength: see :func:`metrics.training.whitening.fit_whitening`.

    Returns:
        A head on the same device, in evaluation mode, whose dim is what the data allows.
    """
    device = head.linear.weight.device
    *hidden, linear = copy.deepcopy(folded(head)).cpu()
    assert isinstance(linear, nn.Linear)  # noqa: S101 - narrows the type
    before = nn.Sequential(*hidden).eval()
    with torch.no_grad():
        inputs = before(torch.from_numpy(features))
        whitening = fit_whitening(linear(inputs).numpy(), dim, strength=strength)
        both = nn.Linear(linear.in_features, whitening.out_features)
        both.weight.copy_(whitening.weight.double() @ linear.weight.double())
        both.bias.copy_(whitening.weight.double() @ linear.bias.double() + whitening.bias.double())
    reduced = head_of(both)
    reduced.hidden = before
    return reduced.to(device).eval()


def give_head(network: EmbeddingNetwork, head: Head, *, hidden: tuple[int, ...] = ()) -> None:
    """Put a head in place of a network's own, and its dim into the network's config."""
    device = next(network.parameters()).device
    network.head = head.to(device)
    network.config = replace(network.config, dim=head.linear.out_features, hidden=hidden)


def settle(head: Head, features: Features) -> None:
    """Give a head's BatchNorm the statistics of features, without changing what the head computes.

    A head that was fitted, or folded for serving, has statistics of no data: trained on as it is,
    it would jump with its first batch.

    Args:
        head: changed in place.
        features: shape ``(n, width)``, n at least 2.
    """
    norm, device = head.norm, head.linear.weight.device
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None  # noqa: S101 - narrows the type
    assert variance is not None  # noqa: S101
    training = head.training
    head.eval()
    with torch.no_grad():
        projected = head.linear(head.hidden(torch.from_numpy(features).to(device))).double()
        slope = norm.weight.double() / (variance.double() + norm.eps).sqrt()
        offset = norm.bias.double() - slope * mean.double()
        mean.copy_(projected.mean(dim=0))
        variance.copy_(projected.var(dim=0))
        norm.weight.copy_(slope * (variance.double() + norm.eps).sqrt())
        norm.bias.copy_(offset + slope * mean.double())
    head.train(training)
