"""PCA-whitening of a frozen trunk's features: the cheapest head, fitted in seconds."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from common.errors import TrainingError
from metrics.nets.network import Head

_SMALLEST_SHARE: Final = 1e-6


def fit_whitening(features: NDArray[np.float32], dim: int, *, strength: float = 1.0) -> nn.Linear:
    """Fit a linear layer that decorrelates features and evens out their variances.

    Frequent patterns otherwise outvote rare ones (Jégou and Chum, 2012,
    https://inria.hal.science/hal-00722622). Fit on training pictures only.

    Args:
        features: shape ``(n, width)``, finite.
        dim: how many principal components to keep. Fewer are kept where the data has fewer: at
            most ``min(n - 1, width)`` and those with any variance.
        strength: 1 makes all variances equal, 0 leaves them (plain PCA); 0.5 tempers noise where
            data is scarce.

    Returns:
        ``Linear(width, kept)`` with bias, float32: component ``i`` of its output has mean 0 and
        variance ``variance_i ** (1 - strength)`` on ``features``. Normalise its output.

    Raises:
        TrainingError: fewer than two rows, values that are no numbers, or all rows equal.
    """
    if len(features) < 2 or dim < 1:
        raise TrainingError(
            f"Whitening to {dim} dimensions cannot be fitted to {len(features)} images",
            "Give at least two images and one dimension",
        )
    if not np.isfinite(features).all():
        raise TrainingError("Some features are no finite numbers", "Extract them again")
    mean = features.mean(axis=0, dtype=np.float64)
    centred = features - mean
    covariance = centred.T @ centred / (len(features) - 1)
    variances, vectors = np.linalg.eigh(covariance)  # rising
    largest = float(variances[-1])
    if largest <= 0:
        raise TrainingError("All images have the same features", "Check the images and the trunk")
    usable = int((variances > _SMALLEST_SHARE * largest).sum())
    kept = min(dim, len(features) - 1, usable)
    variances, vectors = variances[::-1][:kept], vectors[:, ::-1][:, :kept]
    # A component's sign is arbitrary; fixed, so that every machine finds the same.
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(kept)])
    rows = (vectors * variances ** (-strength / 2)).T
    layer = nn.Linear(features.shape[1], kept)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(rows.copy()))
        layer.bias.copy_(torch.from_numpy(-rows @ mean))
    return layer


def head_of(linear: nn.Linear) -> Head:
    """Return a head, in evaluation mode, that computes what a linear layer with bias does.

    Its BatchNorm carries the bias, so that it can be exported, or trained on from there.
    """
    head = Head(linear.in_features, linear.out_features).eval()
    with torch.no_grad():
        head.linear.weight.copy_(linear.weight)
        assert head.norm.running_mean is not None  # noqa: S101 - narrows the type
        assert head.norm.running_var is not None  # noqa: S101
        head.norm.running_mean.copy_(-linear.bias)
        head.norm.running_var.fill_(1 - head.norm.eps)
    return head
