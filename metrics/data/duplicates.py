"""Near-duplicates: images that must not be learnt from on one side of a split and asked on another.

Images belong together when they are the same file, when they look the same (perceptual hash, then
confirmed by their colours: a hash sees shapes in grey only, and two shoes of one last differ in
nothing else), or when an embedder finds them all but equal. Belonging together is passed on: a copy
of a copy is in the same cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from common.images.perceptual import (
    FLAT,
    MAX_COLOUR_DISTANCE,
    MAX_HAMMING,
    colour_distances,
    hamming,
)
from common.records import Vector
from metrics.data.disjoint_sets import DisjointSets

MIN_COSINE: Final = 0.98
_CELLS: Final = 4_000_000
"""Pairs compared at once: what bounds the memory, whatever the number of images."""
_CONFIRMED_AT_ONCE: Final = 4096

_Pairs: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]


def near_duplicates(
    sha256: Sequence[str],
    hashes: NDArray[np.uint64] | None = None,
    colours: NDArray[np.uint8] | None = None,
    embeddings: Vector | None = None,
    *,
    max_hamming: int = MAX_HAMMING,
    max_colour_distance: float = MAX_COLOUR_DISTANCE,
    min_cosine: float = MIN_COSINE,
) -> NDArray[np.int64]:
    """Find which images are copies of each other, every pair compared, in bounded memory.

    Args:
        sha256: of each file.
        hashes: shape ``(n,)``, uint64: perceptual hashes. None: not compared.
        colours: shape ``(n, 16, 16, 3)``, uint8: colour thumbnails. None: hashes are believed
            without them.
        embeddings: shape ``(n, dim)``, float32, unit rows. None: not compared.
        max_hamming: bits in which the hashes of copies may differ.
        max_colour_distance: root mean square by which their thumbnails may differ.
        min_cosine: of the embeddings of copies.

    Returns:
        The cluster of each image, shape ``(n,)``, int64, numbered from 0 in order of appearance.
    """
    sets = DisjointSets(len(sha256))
    sets.union_equal(np.unique(np.array(sha256, dtype=np.str_), return_inverse=True)[1])
    if hashes is not None:
        for pairs in _pairs_of_similar_hash(hashes, max_hamming):
            _unite_confirmed(sets, pairs, colours, max_colour_distance)
    if embeddings is not None:
        for first, second in _pairs_of_similar_vectors(embeddings, min_cosine):
            sets.union_pairs(first, second)
    # Roots are smallest members, so their order is the order of appearance.
    return np.unique(sets.roots(), return_inverse=True)[1]


def _pairs_of_similar_hash(hashes: NDArray[np.uint64], max_hamming: int) -> Iterator[_Pairs]:
    members = np.flatnonzero(hashes != FLAT)
    told = hashes[members]
    for rows in _blocks(len(told)):
        close = hamming(told[rows, None], told[None, rows.start :]) <= max_hamming
        first, second = _upper(close, rows.start)
        yield members[first], members[second]


def _pairs_of_similar_vectors(vectors: Vector, min_cosine: float) -> Iterator[_Pairs]:
    for rows in _blocks(len(vectors)):
        yield _upper(vectors[rows] @ vectors[rows.start :].T >= min_cosine, rows.start)


def _blocks(count: int) -> Iterator[slice]:
    """Cut the rows of a ``count x count`` matrix into blocks of bounded size."""
    height = max(1, _CELLS // max(count, 1))
    for start in range(0, count, height):
        yield slice(start, min(start + height, count))


def _upper(close: NDArray[np.bool_], start: int) -> _Pairs:
    """Return the index pairs above the diagonal of a block whose corner lies on it at ``start``."""
    first, second = np.nonzero(close)
    above = second > first
    return first[above] + start, second[above] + start


def _unite_confirmed(
    sets: DisjointSets,
    pairs: _Pairs,
    colours: NDArray[np.uint8] | None,
    max_distance: float,
) -> None:
    first, second = _news(sets, pairs)
    if colours is None:
        sets.union_pairs(first, second)
        return
    for start in range(0, len(first), _CONFIRMED_AT_ONCE):
        some = slice(start, start + _CONFIRMED_AT_ONCE)
        one, other = _news(sets, (first[some], second[some]))
        confirmed = colour_distances(colours[one], colours[other]) <= max_distance
        sets.union_pairs(one[confirmed], other[confirmed])


def _news(sets: DisjointSets, pairs: _Pairs) -> _Pairs:
    """Leave out pairs that are known to belong together: of many copies, almost all."""
    first, second = pairs
    roots = sets.roots()
    unknown = roots[first] != roots[second]
    return first[unknown], second[unknown]
