"""Pictures for static quantisation, one at a time, through the preprocessing that serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader  # type: ignore[import-untyped]

from metrics.export.runtime import INPUT
from metrics.training.images import Labels

CALIBRATION_IMAGES: Final = 300
"""Enough for the ranges of a convolutional network to settle; 200 to 500 are usual."""

Prepare = Callable[[int], NDArray[np.float32]]
"""Gives the prepared image of an index, shape ``(3, side, side)``."""


class CalibrationImages(CalibrationDataReader):  # type: ignore[misc]
    """Feeds images to ONNX Runtime's calibration and holds none of them.

    It is asked for one stretch at a time (the option ``CalibStridedMinMax``), after each of which
    ONNX Runtime merges the ranges that it found into those before. Without stretches it keeps the
    outputs of all images to the end; its option ``CalibMaxIntermediateOutputs``, meant against
    that, forgets what it has seen (``MinMaxCalibrater.collect_data``, 1.31).

    Args:
        prepare: the preprocessing that serves; nothing at random.
        rows: which images, in order.
        on_progress: called with done and total.
    """

    def __init__(
        self,
        prepare: Prepare,
        rows: Sequence[int],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._prepare = prepare
        self._rows = rows
        self._on_progress = on_progress
        self._next, self._end = 0, len(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def set_range(self, start_index: int, end_index: int) -> None:
        """Go to a stretch of the images, the end not included."""
        self._next, self._end = start_index, end_index

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Return the next image as a batch of one, None at the end of the stretch."""
        if self._next >= self._end:
            return None
        image = self._prepare(self._rows[self._next])
        self._next += 1
        if self._on_progress:
            self._on_progress(self._next, len(self._rows))
        return {INPUT: image[None]}


def stratified(labels: Labels, count: int, *, seed: int = 0) -> list[int]:
    """Draw images so that every label has its turn before any has its next.

    Args:
        labels: shape ``(n,)``.
        count: how many; all where there are fewer.
        seed: of the draw.

    Returns:
        Indices, at most ``count``, each once.
    """
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    turn = np.empty(len(labels), dtype=np.int64)
    by_label = np.argsort(labels[shuffled], kind="stable")
    _, first, counts = np.unique(labels[shuffled][by_label], return_index=True, return_counts=True)
    turn[by_label] = np.arange(len(labels)) - np.repeat(first, counts)
    drawn: list[int] = shuffled[np.argsort(turn, kind="stable")][:count].tolist()
    return drawn
