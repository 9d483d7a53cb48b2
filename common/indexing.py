"""The use case of keeping a category's index in step with its files.

A sync compares the files and their metadata with the current generation and publishes a new one
that differs by just that. It ends whole or not at all, and what it embedded before it was
interrupted is not embedded again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from common.errors import IndexingError, StorageUnavailable
from common.syncing.comparison import Comparison, compare, refusal
from common.syncing.guard import check_losses
from common.syncing.journal import VectorJournal
from common.syncing.notes import FileNotes
from common.syncing.outcome import changes, check_not_empty, ended, lost
from common.syncing.report import Changes, IndexingReport, SyncPlan
from common.syncing.task import SyncOptions, SyncTask
from common.syncing.vectors import KnownVectors
from common.syncing.writing import RecordWriter, Written
from common.vectors.base import GenerationBuilder, GenerationManifest

__all__ = [
    "Changes",
    "IndexingReport",
    "OnProgress",
    "SyncCallbacks",
    "SyncOptions",
    "SyncPlan",
    "SyncTask",
    "no_callback",
    "plan_sync",
    "sync_index",
]

_log = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]


def no_callback(*_: int) -> None:
    """Take a report nobody asked for."""


@dataclass(frozen=True, slots=True)
class SyncCallbacks:
    """Who is told what while a sync goes on.

    Attributes:
        on_progress: called with the files embedded and their total, after each batch.
        on_survey: called with the files read and their total, while they are compared.
        on_waiting: called once when another sync of the category must be waited for.
        before_switch: called when all is complete and only becoming visible is left; also when
            nothing had to be changed.
    """

    on_progress: OnProgress = no_callback
    on_survey: OnProgress = no_callback
    on_waiting: Callable[[], None] = no_callback
    before_switch: Callable[[], None] = no_callback


def plan_sync(
    task: SyncTask, options: SyncOptions | None = None, callbacks: SyncCallbacks | None = None
) -> SyncPlan:
    """Tell what :func:`sync_index` would do now, without doing it.

    Raises:
        VisualSearchError: as :func:`sync_index`, but for too many removals: the plan names these.
    """
    chosen, told = options or SyncOptions(), callbacks or SyncCallbacks()
    with _session(task, told) as (notes, journal):
        comparison = compare(task, chosen, notes, told.on_survey)
        refused = refusal(task, chosen, comparison)
        with _known_vectors(task, comparison, journal) as known:
            hashes = [comparison.hashes[file] for file in comparison.to_write]
            available = known.among(set(hashes))
        return SyncPlan(
            task.category.name,
            changes(comparison, Written()),
            to_embed=len(set(hashes) - available),
            reused=len(hashes) - len(set(hashes) - available),
            skipped=sorted(comparison.skipped, key=lambda skip: skip.file),
            duplicates=comparison.duplicates,
            refusal="" if refused is None else str(refused),
            rebuild=comparison.rebuild,
        )


def sync_index(
    task: SyncTask, options: SyncOptions | None = None, callbacks: SyncCallbacks | None = None
) -> IndexingReport:
    """Bring a category's index in step with its files and metadata.

    Only files of new content are embedded, and of these only contents whose vector is neither in a
    kept generation of the same embedder nor left by an interrupted sync. Where nothing has changed
    nothing is published. Two syncs of one category take turns.

    Args:
        task: what to bring in step with what.
        options: how.
        callbacks: who is told.

    Raises:
        IndexingError: not one image could be indexed; or many records would be removed, and that
            is not confirmed.
        VisualSearchError: as in :func:`~common.planning.plan_index`, or from the store. Whatever
            is raised, the current generation stays as it was.
    """
    started = time.perf_counter()
    chosen, told = options or SyncOptions(), callbacks or SyncCallbacks()
    with _session(task, told) as (notes, journal):
        comparison = compare(task, chosen, notes, told.on_survey)
        if refused := refusal(task, chosen, comparison):
            raise refused
        written, manifest, published = _apply(task, chosen, told, comparison, notes, journal)
        try:
            journal.discard()
        except StorageUnavailable as error:
            _log.warning("the journal stays until the next sync: %s", error)
    report = IndexingReport(
        manifest,
        published,
        changes(comparison, written),
        embedded=written.embedded,
        reused=written.reused,
        skipped=sorted(
            [*comparison.skipped, *written.skipped.values()], key=lambda skip: skip.file
        ),
        duplicates=comparison.duplicates,
        seconds=time.perf_counter() - started,
    )
    _log.info(
        "indexed %s: %d images, %d embedded, %d skipped, %.1f s, generation %s",
        task.category.name,
        report.indexed,
        report.embedded,
        len(report.skipped),
        report.seconds,
        manifest.generation,
    )
    return report


def _apply(
    task: SyncTask,
    options: SyncOptions,
    callbacks: SyncCallbacks,
    comparison: Comparison,
    notes: FileNotes,
    journal: VectorJournal,
) -> tuple[Written, GenerationManifest, bool]:
    """Write the difference and publish it; the flag tells whether there was anything to publish."""
    current = None if comparison.current is None else comparison.current.manifest
    builder: GenerationBuilder | None = None

    def begun() -> GenerationBuilder:
        nonlocal builder
        if builder is None:
            from_current = current is not None and not comparison.rebuild
            builder = task.store.build(
                task.category.name, comparison.spec, from_current=from_current
            )
        return builder

    def keep_notes(written: Written) -> None:
        refused = {**comparison.refused, **written.refused}
        notes.save(
            comparison.plan.files,
            comparison.surveyed,
            refused,
            comparison.conditions,
            comparison.looked_at,
        )

    def before_switch() -> None:
        found = None if current is None else current.generation
        if found is not None and task.store.current(task.category.name) != found:
            raise IndexingError(
                f"The index of '{task.category.name}' was changed from elsewhere meanwhile",
                "Index it again",
            )
        callbacks.before_switch()

    try:
        with _known_vectors(task, comparison, journal) as known:
            writer = RecordWriter(
                task, comparison, known, journal, begun, lambda: keep_notes(Written())
            )
            written = writer.write(callbacks.on_progress)
        gone = ended(task, comparison, written)
        if not options.confirm_deletes:
            check_losses(task.category, lost(comparison, written, gone), len(comparison.records))
        check_not_empty(task, comparison, written, gone)
        keep_notes(written)
        if current is not None and not written.ids and not gone and comparison.same_spec:
            before_switch()
            return written, current, False
        if gone and not comparison.rebuild:
            begun().delete(sorted(gone))
        return written, begun().publish(before_switch), True
    except BaseException:
        if builder is not None:
            builder.abandon()
        raise


@contextmanager
def _session(task: SyncTask, callbacks: SyncCallbacks) -> Iterator[tuple[FileNotes, VectorJournal]]:
    """Hold the category's lock and what lies beside it."""
    card = task.embedder.card
    with ExitStack() as stack:
        stack.enter_context(task.workplace.locked(callbacks.on_waiting))
        notes = stack.enter_context(closing(FileNotes(task.workplace.notes)))
        journal = VectorJournal(task.workplace.journal, card.fingerprint, card.dim)
        yield notes, stack.enter_context(closing(journal))


@contextmanager
def _known_vectors(
    task: SyncTask, comparison: Comparison, journal: VectorJournal
) -> Iterator[KnownVectors]:
    name = task.category.name
    index = None if comparison.rebuild else comparison.current
    records = {} if comparison.rebuild else comparison.records
    known = KnownVectors(task.store, name, comparison.spec, index, records, journal)
    try:
        yield known
    finally:
        known.close()
