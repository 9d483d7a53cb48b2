"""Pictures to batches of tensors, in threads, the same for any number of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from common.embedding.base import Preprocessing
from common.embedding.preprocess import preprocess
from metrics.training.augment import augmented
from metrics.training.images import LabelledImages
from metrics.training.policies import Policy

_BATCHES_AHEAD: Final = 3


class Prepare(Protocol):
    """Turns the picture of an index into a network's input."""

    def __call__(self, index: int, serial: int) -> NDArray[np.float32]:
        """Return shape ``(3, side, side)``, float32. ``serial`` numbers the draws of an epoch."""
        ...


class ForEvaluation:
    """Exactly what serving does, and nothing at random.

    Args:
        images: the pictures.
        preprocessing: the model's.
    """

    def __init__(self, images: LabelledImages, preprocessing: Preprocessing) -> None:
        self._images = images
        self._preprocessing = preprocessing

    def __call__(self, index: int, serial: int) -> NDArray[np.float32]:  # noqa: ARG002
        """See :class:`Prepare`; ``serial`` changes nothing."""
        return preprocess(self._images.image(index), self._preprocessing)


class ForTraining:
    """Augmented at random, then prepared as serving does.

    The randomness of a draw depends on seed, epoch and serial number only: not on threads, nor on
    what was drawn before, so that a resumed training sees the same pictures.

    Args:
        images: the pictures.
        preprocessing: the model's.
        policy: how they are varied.
        seed: of the run.
        epoch: counted from 0.
    """

    def __init__(
        self,
        images: LabelledImages,
        preprocessing: Preprocessing,
        policy: Policy,
        *,
        seed: int,
        epoch: int,
    ) -> None:
        self._images = images
        self._preprocessing = preprocessing
        self._policy = policy
        self._key = (seed, epoch)

    def __call__(self, index: int, serial: int) -> NDArray[np.float32]:
        """See :class:`Prepare`."""
        rng = np.random.default_rng((*self._key, serial))
        picture = augmented(self._images.image(index), self._policy, self._preprocessing, rng)
        return preprocess(picture, self._preprocessing)


def load_batches(
    batches: Sequence[Sequence[int]], prepare: Prepare, threads: int
) -> Generator[torch.Tensor, None, None]:
    """Prepare batch after batch, a few ahead of the one that is asked for.

    Args:
        batches: indices of pictures.
        prepare: what is done to each.
        threads: how many pictures are worked on at a time; decoding and resizing run in parallel.

    Yields:
        Float32 ``(len(batch), 3, side, side)`` for each batch, in order.

    Raises:
        TrainingError: a picture cannot be read.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="prepare")
    waiting: deque[list[Future[NDArray[np.float32]]]] = deque()
    serial = 0
    try:
        for batch in batches:
            futures = []
            for index in batch:
                futures.append(pool.submit(prepare, int(index), serial))
                serial += 1
            waiting.append(futures)
            if len(waiting) > _BATCHES_AHEAD:
                yield _stacked(waiting.popleft())
        while waiting:
            yield _stacked(waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def in_order(count: int, batch_size: int) -> list[range]:
    """Cut the indices below ``count`` into batches, none left out."""
    return [range(first, min(first + batch_size, count)) for first in range(0, count, batch_size)]


def _stacked(futures: Sequence[Future[NDArray[np.float32]]]) -> torch.Tensor:
    return torch.from_numpy(np.stack([future.result() for future in futures]))
