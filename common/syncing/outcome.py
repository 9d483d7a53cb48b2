"""What follows from what was found and what could be written: which records end, and the counts."""

from __future__ import annotations

from common.errors import ImageUnwanted, IndexingError
from common.records import record_id
from common.syncing.comparison import Comparison
from common.syncing.report import Changes
from common.syncing.task import SyncTask
from common.syncing.writing import Written, unreadable_now


def ended(task: SyncTask, comparison: Comparison, written: Written) -> set[str]:
    """Return the ids of the records of the current generation that the new one will not have."""
    if comparison.rebuild:
        return set(comparison.records) - written.ids
    unreadable = unreadable_now(written)
    unusable = {
        record_id(task.category.name, file) for file in written.skipped if file not in unreadable
    }
    return set(comparison.difference.deleted_ids) | (unusable & set(comparison.records))


def lost(comparison: Comparison, written: Written, gone: set[str]) -> int:
    """Count the records that end and whose content can be found and read nowhere any more."""
    failed = {
        comparison.hashes[file]
        for file, skip in written.skipped.items()
        if skip.reason != ImageUnwanted.reason
    }
    left_out = {*comparison.unwanted.names, *comparison.removed}
    present = {*comparison.surveyed.values(), *left_out} - failed
    return sum(comparison.records[id_].sha256 not in present for id_ in gone)


def check_not_empty(
    task: SyncTask, comparison: Comparison, written: Written, gone: set[str]
) -> None:
    """Refuse a generation without a record where there are files.

    Raises:
        IndexingError: it would be one.
    """
    total = len(comparison.plan.payloads)
    stay = set() if comparison.rebuild else set(comparison.records) - gone
    if total and not stay and not written.ids:
        skipped = [*comparison.skipped, *written.skipped.values()]
        raise IndexingError(
            f"None of the {total} images in '{task.category.images_dir}' could be indexed; "
            f"the first: {skipped[0].detail}",
            "Check the files",
        )


def changes(comparison: Comparison, written: Written) -> Changes:
    """Count what became of the records; with nothing written yet, what is to become of them."""
    found = comparison.difference
    unreadable = unreadable_now(written)
    failed = written.skipped.keys()

    def succeeded(files: tuple[str, ...]) -> int:
        return sum(file not in failed for file in files)

    had_record = [*found.unchanged, *found.updated, *found.replaced]
    kept = 0 if comparison.rebuild else sum(file in unreadable for file in had_record)
    gone = sum(file in failed for file in had_record) - kept
    return Changes(
        added=succeeded(found.added),
        replaced=succeeded(found.replaced),
        moved=succeeded(tuple(found.moved)),
        updated=succeeded(found.updated),
        removed=len(found.deleted_ids) - succeeded(tuple(found.moved)) + gone,
        unchanged=succeeded(found.unchanged),
        kept=len(found.kept) + kept,
    )
