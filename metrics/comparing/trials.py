"""What embedders are compared on: labelled pictures, and who asks among whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import MetadataError
from common.records import Payload
from common.storage.base import ImageStore


@dataclass(frozen=True, slots=True)
class LabelledPictures:
    """Pictures of one store with what each of them shows.

    Attributes:
        store: where the files lie.
        labels: by path in the store. Pictures of one label answer each other.
    """

    store: ImageStore
    labels: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.labels)

    def at_most(self, count: int) -> LabelledPictures:
        """Return the first ``count`` pictures of every label, by path."""
        taken: Counter[str] = Counter()
        kept: dict[str, str] = {}
        for file in sorted(self.labels):
            label = self.labels[file]
            taken[label] += 1
            if taken[label] <= count:
                kept[file] = label
        return LabelledPictures(self.store, kept)


@dataclass(frozen=True, slots=True)
class Trial:
    """Labelled pictures, and who asks among whom.

    Attributes:
        name: for people and file names; that of the category where it is one.
        gallery: what is searched.
        queries: what is asked with, and is no part of the gallery. None: every picture of the
            gallery asks among all others.
        unlabelled: pictures that were left out because nobody said what they show.
    """

    name: str
    gallery: LabelledPictures
    queries: LabelledPictures | None = None
    unlabelled: int = 0

    @property
    def asking(self) -> LabelledPictures:
        """The pictures that are asked with."""
        return self.gallery if self.queries is None else self.queries

    @property
    def n_pictures(self) -> int:
        """How many pictures there are on both sides."""
        return len(self.gallery) + (0 if self.queries is None else len(self.queries))

    @property
    def protocol(self) -> str:
        """Who asks among whom, in words."""
        if self.queries is None:
            return "every picture asks among all others"
        return "separate queries ask among the gallery"


def category_trial(name: str, payloads: Mapping[str, Payload], store: ImageStore) -> Trial:
    """Make a trial of a category in which every picture asks among all others.

    What a picture shows is its ``label``, or else its ``class``.

    Args:
        name: of the category.
        payloads: by file, as :func:`common.planning.plan_index` returns them.
        store: the category's images.

    Raises:
        MetadataError: there are no classes, fewer than two, or none of two pictures.
    """
    known = {file: _label(payload) for file, payload in payloads.items()}
    labels = {file: label for file, label in known.items() if label is not None}
    counts = Counter(labels.values())
    if not counts:
        raise MetadataError(
            f"Nothing says what the pictures of category '{name}' show, so no answer can be called "
            "right",
            "Put them into one sub-folder a class, or give META a table with the columns 'file' "
            "and 'class'",
        )
    if len(counts) < 2:
        raise MetadataError(
            f"All labelled pictures of category '{name}' are of one class ({next(iter(counts))!r}),"
            " so every answer would be right",
            "Add pictures of at least one other class",
        )
    if max(counts.values()) < 2:
        raise MetadataError(
            f"Each of the {len(counts)} classes of category '{name}' has a single picture, so no "
            "query has a right answer",
            "Add a second picture to at least some of them",
        )
    return Trial(name, LabelledPictures(store, labels), unlabelled=len(known) - len(labels))


def _label(payload: Payload) -> str | None:
    label = payload.get("label")
    if label is None:
        label = payload.get("class")
    return None if label is None or label == "" else str(label)
