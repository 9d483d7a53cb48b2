"""What must be done to bring an index in step with its files: a comparison, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from common.records import Payload, record_id
from common.syncing.facts import digest
from common.syncing.records import IndexedRecord

DuplicatePolicy: TypeAlias = Literal["keep", "skip"]
"""Of files with equal content: index all of them, or the first by path."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Files and records, each in exactly one of these.

    Attributes:
        unchanged: files whose record stays as it is.
        updated: files of the same content and other metadata.
        replaced: files of another content than their record.
        moved: files whose content a removed record had: the path of that record by theirs.
        added: all other files that have no record.
        removed: records whose file is gone and whose content moved nowhere.
        kept: records that stay although their file could not be read this time.
        deleted_ids: of the records that end: ``removed`` ones and those that moved.
        lost: number of records that end and whose content no file has any more.
    """

    unchanged: tuple[str, ...]
    updated: tuple[str, ...]
    replaced: tuple[str, ...]
    moved: Mapping[str, str]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    deleted_ids: tuple[str, ...]
    lost: int

    @property
    def to_write(self) -> tuple[str, ...]:
        """Files whose record must be written, in path order."""
        return tuple(sorted([*self.updated, *self.replaced, *self.moved, *self.added]))


def difference(
    category: str,
    payloads: Mapping[str, Payload],
    hashes: Mapping[str, str],
    records: Mapping[str, IndexedRecord],
    *,
    present: Collection[str],
    unreadable: Collection[str] = (),
) -> Difference:
    """Compare files with the records of the current generation.

    Args:
        category: whose they are.
        payloads: metadata of the files, by path; those without a hash are left aside.
        hashes: of the content of the files to index, by path.
        records: of the current generation, by id.
        present: hashes of all contents that are there, to be indexed or not.
        unreadable: files and directories that could not be read; their records are kept.
    """
    ids = {record_id(category, file): file for file in hashes}
    gone = [record for id_, record in records.items() if id_ not in ids]
    kept = {record.id for record in gone if _is_below(record.file, unreadable)}
    gone = sorted((r for r in gone if r.id not in kept), key=lambda record: record.file)
    movable: defaultdict[str, list[str]] = defaultdict(list)
    for record in reversed(gone):
        movable[record.sha256].append(record.file)
    unchanged, updated, replaced, added = [], [], [], []
    moved: dict[str, str] = {}
    for id_, file in sorted(ids.items(), key=lambda item: item[1]):
        known = records.get(id_)
        if known is None:
            if sources := movable[hashes[file]]:
                moved[file] = sources.pop()
            else:
                added.append(file)
        elif known.sha256 != hashes[file]:
            replaced.append(file)
        elif known.digest != digest(payloads[file]):
            updated.append(file)
        else:
            unchanged.append(file)
    left = set(moved.values())
    return Difference(
        tuple(unchanged),
        tuple(updated),
        tuple(replaced),
        moved,
        tuple(added),
        removed=tuple(record.file for record in gone if record.file not in left),
        kept=tuple(sorted(records[id_].file for id_ in kept)),
        deleted_ids=tuple(record.id for record in gone),
        lost=sum(record.sha256 not in present for record in gone),
    )


def duplicates(hashes: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of files with equal content, each in path order, first by path first."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(hashes):
        groups[hashes[file]].append(file)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _is_below(file: str, unreadable: Collection[str]) -> bool:
    return any(file == path or file.startswith(f"{path}/") for path in unreadable)


def representatives(groups: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return, for each file that repeats another, that other."""
    return {file: group[0] for group in groups for file in group[1:]}
