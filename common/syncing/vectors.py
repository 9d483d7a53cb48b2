"""Where the vector of a content can be had without embedding it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from common.errors import VectorStoreError
from common.records import Point
from common.syncing.facts import SHA256, KnownContent, facts_in
from common.syncing.journal import VectorJournal
from common.syncing.records import IndexedRecord, read_records
from common.vectors.base import GenerationSpec, VectorIndex, VectorStore


class KnownVectors:
    """Vectors by content: of the current generation, of the journal, of kept generations.

    Kept ones are opened only when a content is in neither of the others. All are of one embedder's
    fingerprint: no vector of another is ever returned.

    Args:
        store: of the generations.
        category: the category's name.
        spec: of the generation to be built.
        current: the current generation, where it is of the same fingerprint.
        records: of ``current``, by id.
        journal: of an interrupted sync, and of this one.
    """

    def __init__(
        self,
        store: VectorStore,
        category: str,
        spec: GenerationSpec,
        current: VectorIndex | None,
        records: Mapping[str, IndexedRecord],
        journal: VectorJournal,
    ) -> None:
        self._store = store
        self._category = category
        self._spec = spec
        self._journal = journal
        self._journalled = set(journal.hashes())
        self._current = current
        self._indexes: list[tuple[VectorIndex, dict[str, str]]] = []
        if current is not None:
            self._indexes.append((current, _ids_by_hash(records.values())))
        self._all_open = False

    def among(self, hashes: Collection[str]) -> set[str]:
        """Return those of these contents whose vector can be had."""
        missing = set(hashes) - self._journalled
        for _, ids in self._indexes:
            missing -= ids.keys()
        if missing and not self._all_open:
            self._open_kept()
            return self.among(hashes)
        return set(hashes) - missing

    def get(self, hashes: Collection[str]) -> dict[str, KnownContent]:
        """Return the vectors of contents that :meth:`among` named, and what is known beside them.

        One that went away meanwhile is left out.
        """
        found = self._journal.get(list(hashes))
        for index, ids in self._indexes:
            wanted = [ids[sha256] for sha256 in hashes if sha256 in ids and sha256 not in found]
            if wanted:
                found |= {
                    str(content.facts[SHA256]): content
                    for content in map(_content, index.get(wanted))
                    if content is not None
                }
        return found

    def note(self, hashes: Collection[str]) -> None:
        """Take note of contents that were added to the journal since."""
        self._journalled |= set(hashes)

    def close(self) -> None:
        """Close the generations that were opened here."""
        for index, _ in self._indexes:
            if index is not self._current:
                index.close()

    def _open_kept(self) -> None:
        self._all_open = True
        for manifest in reversed(self._store.generations(self._category)):
            spec = manifest.spec
            if (spec.fingerprint, spec.dim) != (self._spec.fingerprint, self._spec.dim):
                continue
            if self._current and manifest.generation == self._current.manifest.generation:
                continue
            try:
                index = self._store.open(self._category, manifest.generation)
                self._indexes.append((index, _ids_by_hash(read_records(index).values())))
            except VectorStoreError:
                continue  # damaged, or removed meanwhile: its vectors are made again


def _ids_by_hash(records: Iterable[IndexedRecord]) -> dict[str, str]:
    return {record.sha256: record.id for record in records if record.sha256}


def _content(point: Point) -> KnownContent | None:
    facts = facts_in(point.payload)
    return None if facts is None else KnownContent(point.vector, facts)
