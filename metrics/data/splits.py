"""Which labels are trained on, which are validated on, and which are kept for the one last test.

A split is of labels, not of images: what is measured is how well *new* things are told apart.
Labels that share a group or a near-duplicate stay together, so nothing seen in training is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from common.errors import MetadataError
from metrics.data.contract import PARTS, Part, TrainingTable
from metrics.data.sealed import read_sealed, seal_of, write_sealed
from metrics.data.sharing import LEAST_LABELS, TRAIN_SHARE, share_out


@dataclass(frozen=True)
class Split:
    """Labels by part.

    Attributes:
        labels: the texts of each part's labels, in the order of the label map.
        data_sha256: :attr:`TrainingTable.content_sha256` of the table that was split.
        seed: that it was drawn with; None where the table told it.
        pictures_sha256: of the pictures and of what links them, see
            :func:`metrics.runs.data.pictures_sha256`; None where nobody looked.
    """

    labels: Mapping[Part, tuple[str, ...]]
    data_sha256: str
    seed: int | None
    pictures_sha256: str | None = None

    @property
    def sha256(self) -> str:
        """Equal for equal splits, of any machine."""
        return seal_of(self._content())

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report, about parts that are too small to measure with."""
        return tuple(
            f"The part '{part}' has {len(self.labels[part])} labels, too few to measure with."
            for part in ("val", "test")
            if len(self.labels[part]) < LEAST_LABELS
        )

    def rows(self, table: TrainingTable, part: Part) -> NDArray[np.int64]:
        """Return the images of a part: indices into the table, ascending, shape ``(images,)``.

        Raises:
            MetadataError: the split is of other data.
        """
        if table.content_sha256 != self.data_sha256:
            raise MetadataError(
                f"The split is of other data than {table.source} holds now",
                "Remove the split to have one drawn anew, or bring back the data it is of",
            )
        return np.flatnonzero(np.isin(table.labels, table.label_map.encode(self.labels[part])))

    def asked_of(self, trained: Collection[str]) -> tuple[str, ...]:
        """Return the labels among ``trained`` that this split validates or tests with."""
        before = frozenset(trained)
        return tuple(
            name for part in ("val", "test") for name in self.labels[part] if name in before
        )

    def save(self, path: Path) -> None:
        """Write the split as a JSON file; equal splits give equal bytes."""
        write_sealed(path, self._content())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a split that was saved.

        Raises:
            MetadataError: the file cannot be read, was changed, or is no split.
        """
        content = read_sealed(path, "split")
        try:
            labels = {part: tuple(map(str, content["labels"][part])) for part in PARTS}
            pictures = content.get("pictures_sha256")
            return cls(labels, str(content["data_sha256"]), content["seed"], pictures)
        except (KeyError, TypeError) as error:
            raise MetadataError(
                f"'{path}' is no split", "Give the path of the split that a run has saved"
            ) from error

    def _content(self) -> dict[str, object]:
        labels = {part: list(self.labels[part]) for part in PARTS}
        content: dict[str, object] = {
            "data_sha256": self.data_sha256,
            "labels": labels,
            "seed": self.seed,
        }
        if self.pictures_sha256 is not None:
            content["pictures_sha256"] = self.pictures_sha256
        return content


def make_split(
    table: TrainingTable,
    *,
    seed: int = 0,
    clusters: NDArray[np.int64] | None = None,
    train_share: float = TRAIN_SHARE,
    trained: Collection[str] = (),
) -> Split:
    """Return the split that the table tells, or else draw one.

    Args:
        table: the data.
        seed: to draw with.
        clusters: shape ``(n,)``, the near-duplicate cluster of each image, see
            :func:`~metrics.data.duplicates.near_duplicates`. None: each image is its own.
        train_share: see :func:`draw_split`.
        trained: likewise; see :meth:`Split.asked_of` for a split that the table tells.

    Raises:
        MetadataError: the told split lets a label, a group or a cluster straddle it.
    """
    if table.parts is None:
        return draw_split(
            table, seed=seed, clusters=clusters, train_share=train_share, trained=trained
        )
    return declared_split(table, clusters=clusters)


def draw_split(
    table: TrainingTable,
    *,
    seed: int = 0,
    clusters: NDArray[np.int64] | None = None,
    train_share: float = TRAIN_SHARE,
    trained: Collection[str] = (),
) -> Split:
    """Draw train, val and test: 70, 10 and 20 of 100 labels that have two images or more.

    Labels connected by a group or a cluster, directly or through others, go together. Labels with a
    single image go to train, and take along what they are connected to. The rest is spread evenly
    over super-categories. Fewer than six labels leave val empty, fewer than four also test. What is
    connected may put a part off its share; if by more than half, it goes to train.

    The same labels and seed give the same split on every machine and in any order of rows: the
    order of drawing is by hash, not by a random stream.

    Args:
        table: the data; its column ``split`` is not looked at.
        seed: of the draw.
        clusters: see :func:`make_split`.
        train_share: how much of these labels to train on, above 0 and below 1; of the rest, a third
            is for val and two thirds for test.
        trained: labels that a network has learnt before. They go to train, with what they are
            connected to.
    """
    return _split(table, share_out(table, seed, clusters, train_share, trained), seed)


def declared_split(table: TrainingTable, *, clusters: NDArray[np.int64] | None = None) -> Split:
    """Take over the column ``split``.

    Args:
        table: with :attr:`TrainingTable.parts`.
        clusters: see :func:`make_split`.

    Raises:
        MetadataError: a label, a group or a cluster has images in two parts, with all rows; or
            train has fewer than two labels.
    """
    if table.parts is None:
        raise ValueError("the table tells no split")
    links = [(table.labels, "shares its label with"), (table.group_ids, "shares its group with")]
    if clusters is not None:
        links.append((clusters, "is a near-duplicate of"))
    problems = [problem for keys, link in links for problem in _straddling(table, keys, link)]
    if problems:
        raise table.refusal(
            problems,
            "Give each label, each group and all copies of an image one split, or remove the "
            "column 'split' to have one drawn",
        )
    parts: dict[Part, list[int]] = {part: [] for part in PARTS}
    for label, index in zip(*np.unique(table.labels, return_index=True), strict=True):
        parts[table.parts[index]].append(int(label))
    if len(parts["train"]) < LEAST_LABELS:
        raise MetadataError(
            f"{table.source}: the split has {len(parts['train'])} labels in train, and telling "
            "things apart takes two",
            "Move labels to train, or remove the column 'split' to have one drawn",
        )
    return _split(table, parts, None)


def _split(table: TrainingTable, parts: Mapping[Part, Sequence[int]], seed: int | None) -> Split:
    names = table.label_map.names
    labels = {part: tuple(names[label] for label in sorted(parts[part])) for part in PARTS}
    return Split(labels, table.content_sha256, seed)


def _straddling(table: TrainingTable, keys: NDArray[np.int64], link: str) -> list[tuple[int, str]]:
    """Name the images whose key, if not negative, is found earlier in another part."""
    parts = table.parts or ()
    first: dict[int, int] = {}
    problems: list[tuple[int, str]] = []
    for index, key in enumerate(keys.tolist()):
        other = first.setdefault(key, index)
        if key >= 0 and parts[other] != parts[index]:
            problems.append(
                (
                    index,
                    f"'{table.files[index]}' in {parts[index]} {link} "
                    f"'{table.files[other]}' ({table.place(other)}) in {parts[other]}",
                )
            )
    return problems
