"""What a generation holds, in the few words that a comparison with the files needs."""

from __future__ import annotations

from dataclasses import dataclass

from common.records import Point
from common.syncing.facts import PHASH, SHA256, digest, facts_in
from common.vectors.base import VectorIndex

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """One record of a generation.

    Attributes:
        id: of its point.
        file: path of its image when it was indexed.
        sha256: of that image's content; empty where it is not known.
        digest: of its metadata, see :func:`~common.syncing.facts.digest`.
        phash: perceptual hash of its picture.
    """

    id: str
    file: str
    sha256: str
    digest: str
    phash: int


def read_records(index: VectorIndex) -> dict[str, IndexedRecord]:
    """Return all records of a generation by id, without vectors: some 400 bytes each."""
    records: dict[str, IndexedRecord] = {}
    start: str | None = None
    while True:
        page = index.scroll(start=start, limit=_PAGE)
        records |= {point.id: _record(point) for point in page.points}
        if page.next is None:
            return records
        start = page.next


def _record(point: Point) -> IndexedRecord:
    facts = facts_in(point.payload)
    file = point.payload.get("file")
    return IndexedRecord(
        point.id,
        file if isinstance(file, str) else "",
        "" if facts is None else str(facts[SHA256]),
        digest(point.payload),
        0 if facts is None else int(str(facts[PHASH]), 16),
    )
