"""Which gallery pictures are right answers to which queries, and which do not count at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from metrics.evaluation.samples import Samples, shared_codes

Grades: TypeAlias = NDArray[np.int8]
"""Shape ``(queries, gallery)``: what each gallery picture is to each query."""

RELEVANT: Final = 2
"""A right answer: of the query's label."""
RELATED: Final = 1
"""Not right, but of the query's class: only graded gains see it."""
IRRELEVANT: Final = 0
IGNORED: Final = -1
"""As if it were not in the gallery: the query itself, its copies, junk."""


class Truth(Protocol):
    """What is right, told for a few queries at a time so that no full matrix is ever held."""

    def grades(self, rows: slice) -> Grades:
        """Return the grades of the queries ``rows``: int8, shape ``(len(rows), gallery)``."""
        ...


class LabelTruth:
    """Right is what has the query's label.

    Ignored are the query itself (equal id) and its copies (equal value of ``duplicates``, where
    both sides know it).

    Args:
        queries: with labels.
        gallery: with labels; the columns of the grades are its rows.

    Raises:
        ValueError: a column holds texts on one side and whole numbers on the other.
    """

    def __init__(self, queries: Samples, gallery: Samples) -> None:
        self._labels = shared_codes("labels", queries.labels, gallery.labels)
        self._classes = (
            shared_codes("classes", queries.classes, gallery.classes)
            if queries.classes is not None and gallery.classes is not None
            else None
        )
        self._same_picture = [shared_codes("ids", queries.ids, gallery.ids)]
        if queries.duplicates is not None and gallery.duplicates is not None:
            self._same_picture.append(
                shared_codes("duplicates", queries.duplicates, gallery.duplicates)
            )

    def grades(self, rows: slice) -> Grades:
        """See :meth:`Truth.grades`."""
        grades = _equal(self._labels, rows).astype(np.int8)
        grades *= RELEVANT
        if self._classes is not None:
            grades[_equal(self._classes, rows) & (grades == IRRELEVANT)] = RELATED
        for codes in self._same_picture:
            grades[_equal(codes, rows)] = IGNORED
        return grades


class ListedTruth:
    """Right is what a list says, as in benchmarks with hand-made ground truth.

    Args:
        relevant: per query, the gallery rows of its right answers.
        ignored: per query, the gallery rows of its junk. A row in both lists is junk.
        n_gallery: how many pictures the gallery holds.

    Raises:
        ValueError: the lists are not of one length, or a row lies outside the gallery.
    """

    def __init__(
        self,
        relevant: Sequence[NDArray[np.intp]],
        ignored: Sequence[NDArray[np.intp]],
        n_gallery: int,
    ) -> None:
        if len(relevant) != len(ignored):
            raise ValueError(f"{len(relevant)} lists of answers, {len(ignored)} of junk")
        for listed in (*relevant, *ignored):
            if len(listed) and not 0 <= min(listed) <= max(listed) < n_gallery:
                raise ValueError(f"a listed row lies outside the gallery of {n_gallery}")
        self._relevant = relevant
        self._ignored = ignored
        self._n_gallery = n_gallery

    def grades(self, rows: slice) -> Grades:
        """See :meth:`Truth.grades`."""
        numbers = range(len(self._relevant))[rows]
        grades = np.full((len(numbers), self._n_gallery), IRRELEVANT, dtype=np.int8)
        for row, query in enumerate(numbers):
            grades[row, self._relevant[query]] = RELEVANT
            grades[row, self._ignored[query]] = IGNORED
        return grades


def _equal(codes: tuple[NDArray[np.int32], NDArray[np.int32]], rows: slice) -> NDArray[np.bool_]:
    of_queries, of_gallery = codes
    equal: NDArray[np.bool_] = of_queries[rows, np.newaxis] == of_gallery[np.newaxis, :]
    return equal
