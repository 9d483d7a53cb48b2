"""Writing what a comparison found: vectors that are known are taken over, the others are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from common.pipeline import UNREADABLE, Embedded, Skipped, embed_files
from common.records import Point, record_id
from common.syncing.batches import batches
from common.syncing.comparison import Comparison
from common.syncing.facts import PHASH, SHA256, KnownContent, known_content
from common.syncing.journal import VectorJournal
from common.syncing.task import SyncTask
from common.syncing.vectors import KnownVectors
from common.vectors.base import GenerationBuilder


@dataclass(slots=True)
class Written:
    """What became of the files to write.

    Attributes:
        embedded: number of vectors that were made.
        reused: number of records written with a vector that was there already.
        ids: of the records written.
        skipped: files that could not be written, and why.
        refused: contents that were found to be at fault, by hash.
    """

    embedded: int = 0
    reused: int = 0
    ids: set[str] = field(default_factory=set)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    refused: dict[str, Skipped] = field(default_factory=dict)


class RecordWriter:
    """Writes records into a generation that begins with the first of them.

    Args:
        task: what is synchronised.
        comparison: what was found.
        known: vectors that are there already.
        journal: keeps those that are made.
        begin: begins the generation; called when there is something to write.
        on_kept: called when the first vectors lie in the journal.
    """

    def __init__(
        self,
        task: SyncTask,
        comparison: Comparison,
        known: KnownVectors,
        journal: VectorJournal,
        begin: Callable[[], GenerationBuilder],
        on_kept: Callable[[], None],
    ) -> None:
        self.written = Written()
        self._task = task
        self._comparison = comparison
        self._known = known
        self._journal = journal
        self._begin = begin
        self._on_kept = on_kept

    def write(self, on_progress: Callable[[int, int], None]) -> Written:
        """Write every file that the comparison names.

        Args:
            on_progress: called with the files embedded and their total, after each batch.

        Raises:
            StorageUnavailable: the images went away, or the journal cannot be written.
            VectorStoreError: the store failed.
        """
        files = list(self._comparison.to_write)
        unknown = self._write_known(files, self._known)
        first, repeated = _first_of_each(unknown, self._comparison.hashes)
        self._embed(first, on_progress)
        # Those that a file before them did not settle, as it changed meanwhile, stand alone.
        rest = self._write_known(repeated, self._known)
        refused = self.written.refused
        for file in [file for file in rest if self._comparison.hashes[file] in refused]:
            reason = refused[self._comparison.hashes[file]]
            self.written.skipped[file] = replace(reason, file=file)
        rest = [file for file in rest if file not in self.written.skipped]
        if rest:
            self._embed(rest, on_progress)
        return self.written

    def _write_known(self, files: Sequence[str], known: KnownVectors) -> list[str]:
        """Write the files whose vector is known; return the others."""
        hashes = self._comparison.hashes
        available = known.among({hashes[file] for file in files})
        unknown = [file for file in files if hashes[file] not in available]
        for batch in batches(file for file in files if hashes[file] in available):
            contents = known.get({hashes[file] for file in batch})
            usable = [
                file
                for file in batch
                if hashes[file] in contents and self._may_stay(contents, file)
            ]
            unknown += [file for file in batch if file not in set(usable)]
            self._upsert({file: contents[hashes[file]] for file in usable})
            self.written.reused += len(usable)
        return sorted(unknown)

    def _may_stay(self, contents: Mapping[str, KnownContent], file: str) -> bool:
        facts = contents[self._comparison.hashes[file]].facts
        return not self._comparison.unwanted.is_suspect(int(str(facts[PHASH]), 16))

    def _embed(self, files: Sequence[str], on_progress: Callable[[int, int], None]) -> None:
        done = 0
        on_progress(done, len(files))
        for outcomes in embed_files(
            files,
            self._task.images,
            self._task.embedder,
            self._task.limits,
            batch_size=self._task.batch_size,
            threads=self._task.threads,
            check=self._comparison.unwanted.check,
        ):
            made = {
                outcome.file: known_content(outcome)
                for outcome in outcomes
                if isinstance(outcome, Embedded)
            }
            self._journal.add(made.values())
            self._known.note({str(content.facts[SHA256]) for content in made.values()})
            if made and not self.written.embedded:
                self._on_kept()
            self._upsert(made)
            self.written.embedded += len(made)
            for outcome in outcomes:
                if isinstance(outcome, Skipped):
                    self.written.skipped[outcome.file] = outcome
                    if outcome.sha256:
                        self.written.refused[outcome.sha256] = outcome
            done += len(outcomes)
            on_progress(done, len(files))

    def _upsert(self, contents: Mapping[str, KnownContent]) -> None:
        if not contents:
            return
        name = self._task.category.name
        payloads = self._comparison.plan.payloads
        points = [
            Point(record_id(name, file), content.vector, {**payloads[file], **content.facts})
            for file, content in contents.items()
        ]
        self._begin().upsert(points)
        self.written.ids |= {point.id for point in points}


def unreadable_now(written: Written) -> set[str]:
    """Return the files that could not be read when they were to be embedded."""
    return {file for file, skip in written.skipped.items() if skip.reason == UNREADABLE}


def _first_of_each(files: Sequence[str], hashes: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Part files into the first of each content and those that repeat one."""
    seen: set[str] = set()
    first: list[str] = []
    repeated: list[str] = []
    for file in files:
        (repeated if hashes[file] in seen else first).append(file)
        seen.add(hashes[file])
    return first, repeated
