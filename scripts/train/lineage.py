"""Which labels a model has learnt, kept beside it: they prove nothing when they are asked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from common.errors import ModelBundleError
from metrics.export.bundle import METRICS_FILE

LABELS_KEY: Final = "labels_trained_on"
"""Where in a bundle's ``metrics.json`` they are."""

_DIGITS: Final = 16
_MAX_BYTES: Final = 64_000_000
Lineage: TypeAlias = Mapping[str, Collection[str]]
"""By category, the beginnings of the sha256 of label names: as short as they can safely be."""


def digest_of(label: str) -> str:
    """Return what stands for a label's name."""
    return hashlib.sha256(label.encode()).hexdigest()[:_DIGITS]


def read_lineage(directory: Path) -> Lineage:
    """Return the labels that a bundle's network has learnt; none where nothing is told.

    Raises:
        ModelBundleError: what is told cannot be read.
    """
    path = directory / METRICS_FILE
    try:
        with path.open("rb") as stream:
            text = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unreadable(path) from error
    if len(text) > _MAX_BYTES:
        raise _unreadable(path)
    try:
        told = json.loads(text).get(LABELS_KEY, {})
        return {str(category): frozenset(map(str, labels)) for category, labels in told.items()}
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise _unreadable(path) from error


def extended(lineage: Lineage, category: str, labels: Iterable[str]) -> dict[str, list[str]]:
    """Return a lineage with more labels of a category, as ``metrics.json`` holds it."""
    learnt = {*lineage.get(category, ()), *map(digest_of, labels)}
    return {name: sorted(digests) for name, digests in {**lineage, category: learnt}.items()}


def learnt_before(labels: Iterable[str], category: str, lineages: Iterable[Lineage]) -> list[str]:
    """Return the labels of a category that one of these networks has learnt, in their order."""
    known = {digest for lineage in lineages for digest in lineage.get(category, ())}
    return [label for label in labels if digest_of(label) in known]


def _unreadable(path: Path) -> ModelBundleError:
    return ModelBundleError(
        f"{path} cannot be read, so that it is not known what the model was trained on",
        "Bring the file back, or train from another model (FROM) or a trunk (PRESET=quick)",
    )
