"""Fields that follow others: a date's years its text, and a folder's label its class."""

from __future__ import annotations

from common.categories import CategoryManifest
from common.metadata import read_years, years_fields
from common.records import AnyOf, Filter, Payload, PayloadValue
from common.vectors.base import VectorIndex

_MOST_CLASSES = 100_000


def with_years(changes: Payload, manifest: CategoryManifest) -> Payload:
    """Return changes with the years of every changed date in words.

    Years that are changed beside their text stay as they are given.

    Args:
        changes: values by field.
        manifest: tells which fields are of type ``years``.
    """
    derived: dict[str, PayloadValue] = {}
    for name, described in manifest.fields.items():
        if described.type == "years" and name in changes:
            text = changes[name]
            years = read_years(text) if isinstance(text, str) else None
            first, last = years_fields(name)
            derived[first] = years.first if years else None
            derived[last] = years.last if years else None
    return {**derived, **changes}


def label_of(index: VectorIndex, class_: PayloadValue) -> int | None:
    """Return the label that records of a class have; of a class that is new, the next number.

    With several new classes a later sync may number them otherwise, by their first edit.

    Args:
        index: the current generation, with the fields ``class`` and ``label``.
        class_: the class; None: none.
    """
    if not isinstance(class_, str):
        return None
    found = index.scroll(limit=1, filter=Filter((AnyOf("class", (class_,)),))).points
    label = found[0].payload.get("label") if found else None
    if isinstance(label, int):
        return label
    labels = [value.value for value in index.facet("label", limit=_MOST_CLASSES)]
    return 1 + max((label for label in labels if isinstance(label, int)), default=-1)
