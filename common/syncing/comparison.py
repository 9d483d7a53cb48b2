"""Everything that is found out before anything is written."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version

from common.errors import GenerationNotFound, ImageError, ImageUnwanted, IndexingError
from common.images import decode
from common.pipeline import Skipped, read_image_file
from common.planning import UNWANTED_FOLDER, Plan, plan_index
from common.syncing.difference import Difference, difference, duplicates, representatives
from common.syncing.guard import check_losses
from common.syncing.notes import FileNotes
from common.syncing.records import IndexedRecord, read_records
from common.syncing.survey import survey
from common.syncing.task import SyncOptions, SyncTask
from common.syncing.unwanted import UnwantedPictures, read_unwanted
from common.vectors.base import GenerationSpec, VectorIndex


@dataclass(frozen=True, slots=True)
class Comparison:
    """A category's files beside its current generation.

    Attributes:
        plan: the files with their metadata.
        spec: of a generation that is in step with them.
        current: the current generation, open; None where there is none that can be read.
        records: of it, by id.
        rebuild: its vectors are of no use, as they are another embedder's.
        hashes: content of each file to index, by path.
        surveyed: content of each file that could be read, by path.
        refused: contents that cannot be indexed, by hash, and why.
        conditions: under which they are refused.
        unwanted: pictures to leave out.
        removed: hashes of contents whose records people removed.
        skipped: files that are left out.
        duplicates: groups of files with equal content.
        difference: what is to be done.
        looked_at: when the files were listed, in seconds since the epoch.
    """

    plan: Plan
    spec: GenerationSpec
    current: VectorIndex | None
    records: Mapping[str, IndexedRecord]
    rebuild: bool
    hashes: Mapping[str, str]
    surveyed: Mapping[str, str]
    refused: Mapping[str, Skipped]
    conditions: str
    unwanted: UnwantedPictures
    removed: frozenset[str]
    skipped: tuple[Skipped, ...]
    duplicates: tuple[tuple[str, ...], ...]
    difference: Difference
    looked_at: float

    @property
    def same_spec(self) -> bool:
        """Whether the current generation has the same embedder and fields, in the same order."""
        if self.current is None:
            return False
        spec = self.current.manifest.spec
        return spec == self.spec and list(spec.fields) == list(self.spec.fields)

    @property
    def to_write(self) -> tuple[str, ...]:
        """Files whose record must be written, in path order."""
        return tuple(sorted(self.hashes)) if self.rebuild else self.difference.to_write


def compare(
    task: SyncTask, options: SyncOptions, notes: FileNotes, on_survey: Callable[[int, int], None]
) -> Comparison:
    """Compare a category's files with its current generation. Nothing is written.

    Args:
        task: what to compare with what.
        options: how.
        notes: what earlier syncs learnt of the files.
        on_survey: called with the files read so far and how many must be.

    Raises:
        IndexingError: there is neither an image nor an index.
        VisualSearchError: as in :func:`~common.planning.plan_index`, or from the store.
    """
    looked_at = time.time()
    card = task.embedder.card
    edits = task.edits.read() if task.edits else {}
    plan = plan_index(
        task.category,
        task.images,
        allow_mismatch=options.allow_mismatch,
        allow_empty=True,
        edits=edits,
    )
    spec = GenerationSpec(card.dim, card.fingerprint, card.name, plan.fields)
    current = _open_current(task)
    if not plan.payloads and current is None:
        raise IndexingError(
            f"There is no image in '{task.category.images_dir}'",
            "Put images there, in one sub-folder a class",
        )
    records = {} if current is None else read_records(current)
    rebuild = current is not None and not _same_vectors(current.manifest.spec, spec)
    removed = {
        record.sha256
        for record in records.values()
        if record.file in edits and edits[record.file].removed
    }
    unwanted = read_unwanted(
        [*((store, "") for store in task.unwanted), (task.images, f"{UNWANTED_FOLDER}/")],
        task.limits,
    )
    found = survey(
        list(plan.payloads),
        {} if options.verify else notes.hashes(plan.files.values()),
        task.images,
        task.limits,
        threads=task.threads,
        on_progress=on_survey,
    )
    conditions = _conditions(task, unwanted)
    refused = notes.refused(conditions)
    refused |= _refused_looks(task, unwanted, found.hashes, records)
    skipped = [*plan.skipped, *found.skipped]
    hashes: dict[str, str] = {}
    for file, sha256 in found.hashes.items():
        skip = unwanted.by_content(file, sha256)
        if skip is None and sha256 in refused:
            skip = replace(refused[sha256], file=file)
        if skip is None:
            hashes[file] = sha256
        else:
            skipped.append(skip)
    groups = duplicates(hashes)
    if options.duplicates == "skip":
        for file, other in representatives(groups).items():
            detail = f"'{file}' is the same file as '{other}'."
            skipped.append(Skipped(file, "same content as another file", detail))
            del hashes[file]
    return Comparison(
        plan,
        spec,
        current,
        records,
        rebuild,
        hashes,
        found.hashes,
        refused,
        conditions,
        unwanted,
        frozenset(removed),
        tuple(skipped),
        groups,
        difference(
            task.category.name,
            plan.payloads,
            hashes,
            records,
            # What is left out on purpose is not lost.
            present={*found.hashes.values(), *unwanted.names, *removed},
            # A record cannot be kept where its vector is of no use.
            unreadable=() if rebuild else found.unreadable,
        ),
        looked_at,
    )


def refusal(task: SyncTask, options: SyncOptions, comparison: Comparison) -> IndexingError | None:
    """Return why the difference is not applied as it stands, None where it is."""
    if options.confirm_deletes:
        return None
    try:
        check_losses(task.category, comparison.difference.lost, len(comparison.records))
    except IndexingError as error:
        return error
    return None


def _open_current(task: SyncTask) -> VectorIndex | None:
    try:
        return task.store.open(task.category.name)
    except GenerationNotFound:  # never indexed, or damaged: it is built from the files
        return None


def _same_vectors(one: GenerationSpec, other: GenerationSpec) -> bool:
    return (one.fingerprint, one.dim) == (other.fingerprint, other.dim)


def _conditions(task: SyncTask, unwanted: UnwantedPictures) -> str:
    """Return a text that changes with whatever decides if a content can be indexed."""
    parts = (
        version("pillow"),
        version("pi-heif"),
        task.limits,
        task.embedder.card.preprocessing.size_px,
        unwanted.fingerprint,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _refused_looks(
    task: SyncTask,
    unwanted: UnwantedPictures,
    hashes: Mapping[str, str],
    records: Mapping[str, IndexedRecord],
) -> dict[str, Skipped]:
    """Find indexed contents that look like pictures which are to be left out only now."""
    phashes = {record.sha256: record.phash for record in records.values() if record.sha256}
    suspects = {
        sha256: file
        for file, sha256 in hashes.items()
        if sha256 in phashes and unwanted.is_suspect(phashes[sha256])
    }
    refused: dict[str, Skipped] = {}
    for sha256, file in suspects.items():
        data = read_image_file(file, task.images, task.limits)
        if isinstance(data, Skipped):
            continue
        try:
            side_px = task.embedder.card.preprocessing.size_px
            unwanted.check(decode(data, task.limits, minimum_side_px=side_px))
        except ImageUnwanted as error:
            refused[sha256] = Skipped(file, error.reason, str(error), sha256)
        except ImageError:
            continue  # it changed since it was surveyed: the next sync meets it
    return refused
