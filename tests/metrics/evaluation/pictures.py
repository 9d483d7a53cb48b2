"""Made-up embedded pictures for the evaluation's tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from metrics.evaluation.samples import Samples
from tests.metrics.evaluation import plain


@dataclass(frozen=True)
class Picture:
    id: int
    vector: tuple[int, ...]
    label: int
    kind: int
    copy: int


# Few directions, so that equal scores are the rule.
_vectors = st.tuples(*[st.integers(-2, 2)] * 2).map(lambda xy: (*xy, 1))


def pictures(first_id: int = 0, *, max_size: int = 14) -> st.SearchStrategy[list[Picture]]:
    """Between 1 and ``max_size`` pictures with distinct ids in any order."""

    def numbered(drawn: list[tuple[int, tuple[int, ...], int, int]]) -> list[Picture]:
        return [
            # A picture without copies has a number of its own.
            Picture(first_id + id_, vector, label, label % 2, copy if copy < 2 else first_id + id_)
            for id_, vector, label, copy in drawn
        ]

    one = st.tuples(st.integers(2, 99), _vectors, st.integers(0, 3), st.integers(0, 6))
    rows = st.lists(one, min_size=1, max_size=max_size, unique_by=lambda row: row[0])
    return rows.map(numbered)


def samples(listed: list[Picture]) -> Samples:
    return Samples(
        np.array([picture.vector for picture in listed], dtype=np.float32),
        np.array([picture.id for picture in listed]),
        np.array([picture.label for picture in listed]),
        np.array([picture.kind for picture in listed]),
        np.array([picture.copy for picture in listed]),
    )


def ranked(query: Picture, gallery: list[Picture]) -> list[Picture]:
    """The gallery without the query and its copies, best first, by plain sorting."""
    counted = [other for other in gallery if other.id != query.id and other.copy != query.copy]
    return sorted(counted, key=lambda other: (-plain.cosine(query.vector, other.vector), other.id))


def gain(query: Picture, other: Picture) -> int:
    return 2 if other.label == query.label else int(other.kind == query.kind)


def clustered(
    n_labels: int, each: int, *, seed: int, noise: float = 1.0, dim: int = 16, first_label: int = 0
) -> Samples:
    """Random pictures around a random centre per label; ids count from 1000 times the seed."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(n_labels), each)
    centres = random.standard_normal((n_labels, dim))
    vectors = centres[labels] + noise * random.standard_normal((len(labels), dim))
    ids = 1000 * seed + random.permutation(len(labels))
    return Samples(vectors.astype(np.float32), ids, labels + first_label)
