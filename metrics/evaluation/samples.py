"""Embeddings with what is known about their pictures: the input of every evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from common.errors import EmbedderError

Column: TypeAlias = NDArray[np.int64] | NDArray[np.str_]
"""One value per picture: whole numbers or texts."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Embedded pictures, one per row.

    Attributes:
        vectors: shape ``(n, dim)``, floating; any length but zero, as cosine ranks them.
        ids: shape ``(n,)``, each once. A picture is never an answer to a query of its own id.
            Equal scores are ranked by id, ascending.
        labels: shape ``(n,)``: pictures of one label answer each other ("the same product").
        classes: shape ``(n,)``: a coarser grouping ("shoes") for graded gains and tables. May be
            None.
        duplicates: shape ``(n,)``: pictures of one value are copies of each other, and a copy of
            the query neither helps nor harms it. May be None.

    Columns may be given as any sequence of whole numbers or of texts; floats are refused, since
    they cannot tell large labels apart.

    Raises:
        EmbedderError: a vector is not finite, or zero.
        ValueError: shapes do not fit, an id occurs twice, or a column holds neither whole numbers
            nor texts.
    """

    vectors: NDArray[np.floating[Any]]
    ids: Column
    labels: Column
    classes: Column | None = None
    duplicates: Column | None = None

    def __post_init__(self) -> None:
        vectors = np.asarray(self.vectors)
        if vectors.ndim != 2 or not np.issubdtype(vectors.dtype, np.floating):
            raise ValueError(
                f"vectors must be a floating matrix, not {vectors.dtype} of shape {vectors.shape}"
            )
        object.__setattr__(self, "vectors", vectors)
        for name in ("ids", "labels", "classes", "duplicates"):
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, _column(name, values, len(vectors)))
        if len(np.unique(self.ids)) != len(self.ids):
            raise ValueError("an id occurs twice")
        _check_directions(vectors)

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, rows: NDArray[np.intp]) -> Samples:
        """Return the pictures of ``rows``, in that order."""
        return Samples(
            self.vectors[rows],
            self.ids[rows],
            self.labels[rows],
            None if self.classes is None else self.classes[rows],
            None if self.duplicates is None else self.duplicates[rows],
        )

    def in_id_order(self) -> Samples:
        """Return the same pictures, ids ascending."""
        return self.take(np.argsort(self.ids, kind="stable"))


def joined(first: Samples, second: Samples) -> Samples:
    """Return the pictures of both, ``first`` before ``second``.

    Raises:
        ValueError: an id occurs in both, or only one of them has classes (or duplicates).
    """
    return Samples(
        np.concatenate([first.vectors, second.vectors]),
        _joined_columns("ids", first.ids, second.ids),
        _joined_columns("labels", first.labels, second.labels),
        _joined_optional("classes", first.classes, second.classes),
        _joined_optional("duplicates", first.duplicates, second.duplicates),
    )


def shared_codes(
    name: str, first: Column, second: Column
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both columns as small whole numbers, equal exactly where the values are.

    Args:
        name: of the columns, for messages.
        first: shape ``(m,)``.
        second: shape ``(n,)``.

    Returns:
        int32 codes of shapes ``(m,)`` and ``(n,)``. They order as the values do.

    Raises:
        ValueError: one column holds texts and the other whole numbers.
    """
    _, codes = np.unique(_joined_columns(name, first, second), return_inverse=True)
    small = codes.astype(np.int32)
    return small[: len(first)], small[len(first) :]


def _column(name: str, values: Any, length: int) -> Column:  # noqa: ANN401 - any sequence
    column = np.asarray(values)
    if column.shape != (length,):
        raise ValueError(f"{name} must be of shape ({length},), not {column.shape}")
    if column.dtype.kind == "U":
        return column
    if column.dtype.kind == "i":
        return column.astype(np.int64, copy=False)
    if column.dtype.kind == "u" and (length == 0 or column.max() <= np.iinfo(np.int64).max):
        return column.astype(np.int64)
    if length == 0:
        return np.empty(0, dtype=np.int64)
    raise ValueError(f"{name} must be whole numbers of 64 bits or texts, not {column.dtype}")


def _joined_columns(name: str, first: Column, second: Column) -> Column:
    # NumPy would turn numbers into texts without a word.
    if len(first) and len(second) and first.dtype.kind != second.dtype.kind:
        raise ValueError(f"{name}: texts on one side, whole numbers on the other")
    if not len(first) or not len(second):
        return first if len(first) else second
    joined_column: Column = np.concatenate([first, second])
    return joined_column


def _joined_optional(name: str, first: Column | None, second: Column | None) -> Column | None:
    if first is None and second is None:
        return None
    if first is None or second is None:
        raise ValueError(f"{name}: known on one side only")
    return _joined_columns(name, first, second)


def _check_directions(vectors: NDArray[np.floating[Any]]) -> None:
    squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)
    bad = np.flatnonzero(~(np.isfinite(squares) & (squares > 0)))
    if len(bad):
        raise EmbedderError(
            f"{len(bad)} of {len(vectors)} embeddings are zero or not finite, the first in row "
            f"{bad[0]}",
            "Check the model, its export and its preprocessing",
        )
