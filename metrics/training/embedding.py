"""Running a network over pictures, as serving would."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from common.embedding.base import Preprocessing
from metrics.nets.network import EmbeddingNetwork
from metrics.training.images import LabelledImages
from metrics.training.loading import ForEvaluation, load_batches

OnProgress = Callable[[int, int], None]


def embed_images(
    network: EmbeddingNetwork,
    images: LabelledImages,
    preprocessing: Preprocessing,
    *,
    batch_size: int = 64,
    threads: int = 2,
    on_progress: OnProgress | None = None,
) -> NDArray[np.float32]:
    """Embed all pictures in evaluation mode, on the device where the network is.

    Returns:
        Unit rows ``(n, dim)``, float32.

    Raises:
        TrainingError: a picture cannot be read.
    """
    return _run(network, network, images, preprocessing, batch_size, threads, None, on_progress)


def extract_features(
    network: EmbeddingNetwork,
    images: LabelledImages,
    preprocessing: Preprocessing,
    *,
    indices: Sequence[int] | None = None,
    batch_size: int = 64,
    threads: int = 2,
    on_progress: OnProgress | None = None,
) -> NDArray[np.float32]:
    """Compute the pooled features that the head takes, in evaluation mode.

    Args:
        network: its trunk and pooling.
        images: the pictures.
        preprocessing: the model's.
        indices: which; None for all.
        batch_size: how many at a time.
        threads: that prepare them.
        on_progress: called with done and total.

    Returns:
        Shape ``(n, network.spec.dim)``, float32.

    Raises:
        TrainingError: a picture cannot be read.
    """
    return _run(
        network,
        network.features,
        images,
        preprocessing,
        batch_size,
        threads,
        indices,
        on_progress,
    )


def _run(
    network: EmbeddingNetwork,
    compute: Callable[[torch.Tensor], torch.Tensor],
    images: LabelledImages,
    preprocessing: Preprocessing,
    batch_size: int,
    threads: int,
    indices: Sequence[int] | None,
    on_progress: OnProgress | None,
) -> NDArray[np.float32]:
    chosen = range(len(images.labels)) if indices is None else indices
    batches = [chosen[i : i + batch_size] for i in range(0, len(chosen), batch_size)]
    device = next(network.parameters()).device
    training = network.training
    rows: list[NDArray[np.float32]] = []
    done = 0
    network.eval()
    try:
        with torch.no_grad():
            for batch in load_batches(batches, ForEvaluation(images, preprocessing), threads):
                rows.append(compute(batch.to(device)).float().cpu().numpy())
                done += len(batch)
                if on_progress is not None:
                    on_progress(done, len(chosen))
    finally:
        network.train(training)
    if not rows:
        width = network.spec.dim if compute == network.features else network.config.dim
        return np.empty((0, width), dtype=np.float32)
    return np.concatenate(rows)
