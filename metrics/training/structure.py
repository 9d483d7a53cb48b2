"""How alike pictures are in structure: SSIM of many pairs at once, for choosing hard negatives.

Pictures keep their numbers whatever their shape: each is brought to one size first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.embedding.base import Preprocessing
from common.embedding.preprocess import fit
from metrics.training.embedding import OnProgress
from metrics.training.images import LabelledImages, Labels
from metrics.training.negatives import Indices, hardest_negatives

WINDOW_PX: Final = 7
STRIDE_PX: Final = 3
# Wang et al., 2004, for pixels from 0 to 1.
_C1: Final = 0.01**2
_C2: Final = 0.03**2
_QUERIES_AT_A_TIME: Final = 256


class Structure:
    """Grey pictures cut into windows, ready to be compared.

    Args:
        grey: shape ``(n, side, side)``, float32 from 0 to 1, ``side`` at least :data:`WINDOW_PX`.
    """

    def __init__(self, grey: NDArray[np.float32]) -> None:
        windows = np.lib.stride_tricks.sliding_window_view(grey, (WINDOW_PX, WINDOW_PX), (1, 2))
        windows = windows[:, ::STRIDE_PX, ::STRIDE_PX]
        patches = windows.reshape(len(grey), -1, WINDOW_PX**2).transpose(1, 0, 2)
        self._means = patches.mean(axis=2)
        # Windows first, so that a window of many pictures is one matrix.
        self._centred = np.ascontiguousarray(patches - self._means[..., None])
        self._variances = (self._centred**2).mean(axis=2)

    def __len__(self) -> int:
        return int(self._means.shape[1])

    def likeness(self, queries: Indices, pool: Indices) -> NDArray[np.float32]:
        """Return the mean SSIM of each query with each picture of the pool.

        Source: Wang, Bovik, Sheikh, Simoncelli, 2004, https://doi.org/10.1109/TIP.2003.819861,
        equation 13, with uniform windows.

        Returns:
            Shape ``(len(queries), len(pool))``, from -1 to 1; 1 for equal pictures.
        """
        total = np.zeros((len(queries), len(pool)), dtype=np.float32)
        for means, variances, centred in zip(
            self._means, self._variances, self._centred, strict=True
        ):
            mean_q, mean_p = means[queries][:, None], means[pool]
            covariance = centred[queries] @ centred[pool].T / WINDOW_PX**2
            total += (
                (2 * mean_q * mean_p + _C1)
                * (2 * covariance + _C2)
                / (mean_q**2 + mean_p**2 + _C1)
                / (variances[queries][:, None] + variances[pool] + _C2)
            )
        return total / np.float32(len(self._means))


def grey_pictures(
    images: LabelledImages, side_px: int = 32, on_progress: OnProgress | None = None
) -> NDArray[np.float32]:
    """Return the grey centre of every picture, at one size.

    Returns:
        Shape ``(n, side_px, side_px)``, float32 from 0 to 1; row ``i`` is picture ``i``.

    Raises:
        TrainingError: a picture cannot be read.
    """
    spec = Preprocessing(size_px=side_px, resize="crop")
    count = len(images.labels)
    grey = np.empty((count, side_px, side_px), dtype=np.float32)
    for index in range(count):
        picture = fit(images.image(index), spec).convert("L")
        grey[index] = np.asarray(picture, dtype=np.float32) / 255
        if on_progress is not None:
            on_progress(index + 1, count)
    return grey


def structural_negatives(
    structure: Structure,
    labels: Labels,
    queries: Indices,
    pool: Indices,
    *,
    count: int,
    most_alike: float = 0.95,
    groups: Labels | None = None,
    on_progress: OnProgress | None = None,
) -> Indices:
    """Choose negatives by SSIM; see :func:`metrics.training.negatives.hardest_negatives`."""
    chosen = []
    for first in range(0, len(queries), _QUERIES_AT_A_TIME):
        some = queries[first : first + _QUERIES_AT_A_TIME]
        chosen.append(
            hardest_negatives(
                structure.likeness(some, pool),
                labels,
                some,
                pool,
                count=count,
                most_alike=most_alike,
                groups=groups,
            )
        )
        if on_progress is not None:
            on_progress(first + len(some), len(queries))
    return np.concatenate(chosen) if chosen else np.empty((0, count), dtype=np.int64)
