"""Exact cosine ranking of a gallery for many queries, in blocks of bounded memory.

Every picture gets one 64-bit key: its distance as a whole number in the upper half, its gallery
row in the lower. Sorting the keys is the whole ranking, and no two keys are equal, so there is one
order among equals: gallery rows ascending (put the gallery in id order for ties by id).

Distances are ``1 - cosine`` in double precision, rounded to steps of 2^-30 (about 1e-9). A matrix
product sums in an order that depends on where in a block a row lies, so that equal vectors may
differ by 1e-16; the rounding makes them equal again, whatever the size of the blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics.evaluation.truth import IGNORED, Grades, Truth

BLOCK_PAIRS: Final = 4_000_000
"""Query-picture pairs ranked at a time: about 100 MB of working memory."""

_STEPS: Final = 2.0**30
_LAST: Final = np.uint64(2**32 - 1)  # beyond every distance: 2 * 2^30 at most
_HALF: Final = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class RankedBlock:
    """The rankings of some consecutive queries.

    Attributes:
        rows: which queries.
        grades: shape ``(b, n)``, int8, best first; ignored items come last.
        top: shape ``(b, d)``: the items ranked first (gallery rows, or groups); -1 where fewer
            than ``d`` count.
        similarity: shape ``(b, d)``, float64: their cosines; NaN where ``top`` is -1.
    """

    rows: slice
    grades: Grades
    top: NDArray[np.int64]
    similarity: NDArray[np.float64]


def ranked_blocks(
    queries: NDArray[np.floating[Any]],
    gallery: NDArray[np.floating[Any]],
    truth: Truth,
    *,
    groups: NDArray[np.intp] | None = None,
    depth: int = 1,
    block_queries: int | None = None,
) -> Iterator[RankedBlock]:
    """Rank the gallery for every query: cosine descending, ties by gallery row ascending.

    Memory beyond the arguments: the gallery once in double precision and about 25 bytes per pair
    of a block; never queries times gallery.

    Args:
        queries: shape ``(q, dim)``, finite and not zero (see
            :class:`~metrics.evaluation.samples.Samples`).
        gallery: shape ``(n, dim)``, likewise.
        truth: the grades of every pair; ignored pairs are left out of the ranking.
        groups: the first gallery row of each group, ascending from 0, where groups of
            consecutive rows (photos of one product) are ranked instead of rows: by their best
            member that is not ignored, with their highest grade. None ranks rows.
        depth: length of ``top``, at least 1; cut to the number of items.
        block_queries: queries per block; by default as many as :data:`BLOCK_PAIRS` allows. The
            results do not depend on it.

    Yields:
        Blocks in query order; none without queries.

    Raises:
        ValueError: the dimensions differ, the gallery is empty, or a number is below 1.
    """
    n_queries, dim = queries.shape
    if gallery.shape[1] != dim:
        raise ValueError(f"queries of {dim} dimensions, gallery of {gallery.shape[1]}")
    if not len(gallery) or depth < 1 or (block_queries is not None and block_queries < 1):
        raise ValueError("the gallery, depth and block_queries must be at least 1")
    size = block_queries or max(1, BLOCK_PAIRS // len(gallery))
    gallery_t = unit_rows(gallery).T
    for start in range(0, n_queries, size):
        rows = slice(start, min(start + size, n_queries))
        yield _ranked(rows, unit_rows(queries[rows]) @ gallery_t, truth.grades(rows), groups, depth)


def unit_rows(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return the rows of ``vectors`` (none zero) at length 1, in double precision."""
    doubles = vectors.astype(np.float64)
    doubles /= np.linalg.norm(doubles, axis=1, keepdims=True)
    return doubles


def _ranked(
    rows: slice,
    cosines: NDArray[np.float64],
    grades: Grades,
    groups: NDArray[np.intp] | None,
    depth: int,
) -> RankedBlock:
    keys = _distances(cosines)
    keys[grades == IGNORED] = _LAST
    if groups is not None:
        keys = np.minimum.reduceat(keys, groups, axis=1)
        grades = np.maximum.reduceat(grades, groups, axis=1)
    keys <<= _HALF
    keys |= np.arange(keys.shape[1], dtype=np.uint64)
    keys.sort(axis=1)
    first = keys[:, :depth]
    distances = first >> _HALF
    counts = distances != _LAST
    keys &= _LAST
    order = keys.view(np.int64)
    return RankedBlock(
        rows,
        np.take_along_axis(grades, order, axis=1),
        np.where(counts, order[:, :depth], -1),
        np.where(counts, 1.0 - distances / _STEPS, np.nan),
    )


def _distances(cosines: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return ``1 - cosine`` in steps of 2^-30, from 0 to 2^31; works in the memory of its input."""
    np.subtract(1.0, cosines, out=cosines)
    cosines *= _STEPS
    np.rint(cosines, out=cosines)
    np.clip(cosines, 0.0, 2.0 * _STEPS, out=cosines)
    return cosines.astype(np.uint64)
