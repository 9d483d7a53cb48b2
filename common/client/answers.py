"""What the client returns beside :mod:`common.records`: frozen, and checked as it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.jobs import Job
from common.records import FieldType, Payload


@dataclass(frozen=True, slots=True)
class CategorySummary:
    """A category as a list shows it; ``problem`` says why it cannot be searched, if so."""

    name: str
    title: str
    searchable: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of a record's image file; sizes in pixels, upright."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Record:
    """An image of a category with its metadata; ``image`` is None where the index is silent."""

    id: str
    file: str
    payload: Payload
    image: ImageFacts | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of records, of ``total`` that pass the filter.

    ``next`` is the ``start`` of the page after it in the order of ids, ``next_offset`` the
    ``offset`` in any; None at the end.
    """

    generation: str
    total: int
    records: list[Record]
    next: str | None
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why an image file could not be removed."""

    file: str
    detail: str


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What became of records to remove; ``problems`` tells which files could not be."""

    generation: str
    removed: int
    files_removed: int
    problems: list[FileProblem]


@dataclass(frozen=True, slots=True)
class RemovedRecord:
    """A record that was removed and can be restored."""

    id: str
    file: str


@dataclass(frozen=True, slots=True)
class RemovedPage:
    """A part of the ``total`` records that were removed and can be restored."""

    total: int
    records: list[RemovedRecord]


@dataclass(frozen=True, slots=True)
class Generation:
    """One build of a category's index; ``fields`` are those that filters may name."""

    generation: str
    current: bool
    created: str
    count: int
    dim: int
    embedder: str
    fingerprint: str
    engine: str
    size_bytes: int | None
    fields: Mapping[str, FieldType]


@dataclass(frozen=True, slots=True)
class JobAnswer(Job):
    """A job as an answer tells it: what JSON it holds is checked to be JSON objects."""

    arguments: dict[str, Any]
    report: dict[str, Any] | None
