"""The use case of a fresh stack over a bucket: the indexes that it lacks, from the newest backups.

The categories and their pictures are in the bucket already; only the vectors are not, and restoring
them is far quicker than embedding every picture again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.backups.files import BackupReader
from common.backups.manifest import Backup
from common.backups.places import backup_names, read_backup, read_list
from common.backups.points import read_checks, read_points
from common.backups.restoring import Stack
from common.backups.saving import SavingCallbacks
from common.errors import (
    BackupDamaged,
    EmbedderError,
    FingerprintMismatch,
    IndexDiffers,
    VisualSearchError,
)
from common.storage.base import ImageStore
from common.vectors.base import GenerationManifest
from common.vectors.copying import copy_generation

_UNFIT = (BackupDamaged, EmbedderError, FingerprintMismatch, IndexDiffers)


@dataclass(frozen=True, slots=True)
class IndexesReport:
    """What was restored.

    Attributes:
        backups: those looked into, newest first; empty: there is none yet.
        restored: the generations that were made, each with the backup that it is from.
        indexed: names of categories of the backups that have an index here already.
        unknown: names of categories of the backups that are not here.
        unfit: why a backup, or an index in it, was passed over.
    """

    backups: Sequence[Backup] = ()
    restored: Sequence[tuple[GenerationManifest, Backup]] = ()
    indexed: Sequence[str] = ()
    unknown: Sequence[str] = ()
    unfit: Sequence[VisualSearchError] = ()


def restore_missing_indexes(
    place: ImageStore, stack: Stack, callbacks: SavingCallbacks | None = None, *, name: str = ""
) -> IndexesReport:
    """Restore the index of each category that is here and has none. Nothing is written over.

    Each index is proved by the answers that the original gave; one that fails is taken back. One
    that is damaged, or of another model than there is here, is passed over for that of the next
    older backup, and so is a backup whose list cannot be read.

    Args:
        place: where the backups lie; of each category the newest is taken.
        stack: what to restore into. Its categories may lie in a bucket.
        callbacks: who is told.
        name: of the only backup to look into; empty: all, until no index is missing.

    Raises:
        BackupNotFound: there is none of that name.
        VisualSearchError: something cannot be read or written; indexes before it stay restored.
    """
    told = callbacks or SavingCallbacks()
    names = [read_backup(place, name).name] if name else backup_names(place)[::-1]
    missing = {
        entry.name for entry in stack.catalog.list() if stack.store.current(entry.name) is None
    }
    backups: list[Backup] = []
    restored: list[tuple[GenerationManifest, Backup]] = []
    passed: dict[str, bool] = {}  # category: whether it is here
    unfit: list[VisualSearchError] = []
    for backup in _readable(place, names, unfit):
        backups.append(backup)
        for saved in backup.categories:
            if saved.generation is None:
                continue
            if saved.name not in missing:
                passed.setdefault(saved.name, stack.catalog.exists(saved.name))
                continue
            try:
                copy = _restore(BackupReader(place, backup), saved.generation, stack, told)
            except _UNFIT as error:
                unfit.append(error)
                continue
            missing.remove(saved.name)
            if copy is not None:
                restored.append((copy, backup))
        if not missing:
            break
    made = {copy.category for copy, _ in restored}
    return IndexesReport(
        backups,
        restored,
        [category for category, here in passed.items() if here and category not in made],
        [category for category, here in passed.items() if not here],
        unfit,
    )


def _readable(
    place: ImageStore, names: Sequence[str], unfit: list[VisualSearchError]
) -> Iterator[Backup]:
    for name in names:
        try:
            backup = read_list(place, name)
        except BackupDamaged as error:
            unfit.append(error)
        else:
            yield backup


def _restore(
    reader: BackupReader, saved: GenerationManifest, stack: Stack, told: SavingCallbacks
) -> GenerationManifest | None:
    """Return the copy that was made; None: there was an index already."""
    folder = f"categories/{saved.category}/index"
    if stack.embedder(saved.spec.embedder).card.fingerprint != saved.spec.fingerprint:
        raise FingerprintMismatch(
            f"The index of '{saved.category}' in backup '{reader.backup.name}' was made by another "
            f"'{saved.spec.embedder}' than there is here",
            f"Index it anew with 'make index CATEGORY={saved.category}'",
        )
    with stack.workplace(saved.category).locked(lambda: told.on_waiting(saved.category)):
        if stack.store.current(saved.category) is not None:
            return None
        return copy_generation(
            stack.store,
            saved,
            read_points(reader, folder, saved),
            read_checks(reader, folder),
            on_progress=told.on_records,
        )
