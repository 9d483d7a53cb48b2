"""The use case of a fresh stack over a bucket: the indexes that it lacks, from the newest backup.

The categories and their pictures are in the bucket already; only the vectors are not, and restoring
them is far quicker than embedding every picture again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.backups.files import BackupReader
from common.backups.manifest import Backup
from common.backups.places import backup_names, read_backup
from common.backups.points import read_checks, read_points
from common.backups.restoring import Stack
from common.backups.saving import SavingCallbacks
from common.storage.base import ImageStore
from common.vectors.base import GenerationManifest
from common.vectors.copying import copy_generation


@dataclass(frozen=True, slots=True)
class IndexesReport:
    """What was restored.

    Attributes:
        backup: from which; None: there is none yet.
        restored: the generations that were made.
        indexed: names of categories of the backup that have an index here already.
        unknown: names of categories of the backup that are not here.
    """

    backup: Backup | None
    restored: Sequence[GenerationManifest] = ()
    indexed: Sequence[str] = ()
    unknown: Sequence[str] = ()


def restore_missing_indexes(
    place: ImageStore, stack: Stack, callbacks: SavingCallbacks | None = None
) -> IndexesReport:
    """Restore the index of each category that is here and has none. Nothing is written over.

    Each index is proved by the answers that the original gave; one that fails is taken back.

    Args:
        place: where the backups lie; the newest is taken.
        stack: what to restore into. Its categories may lie in a bucket.
        callbacks: who is told.

    Raises:
        BackupDamaged: a file is missing or was altered; indexes before it stay restored.
        IndexDiffers: a restored index does not answer as the original did.
        VisualSearchError: something cannot be read or written.
    """
    if not backup_names(place):
        return IndexesReport(None)
    told = callbacks or SavingCallbacks()
    reader = BackupReader(place, read_backup(place))
    restored: list[GenerationManifest] = []
    indexed: list[str] = []
    unknown: list[str] = []
    for saved in reader.backup.categories:
        if saved.generation is None:
            continue
        if not stack.catalog.exists(saved.name):
            unknown.append(saved.name)
            continue
        copy = _restore(reader, saved.generation, stack, told)
        if copy is None:
            indexed.append(saved.name)
        else:
            restored.append(copy)
    return IndexesReport(reader.backup, restored, indexed, unknown)


def _restore(
    reader: BackupReader, saved: GenerationManifest, stack: Stack, told: SavingCallbacks
) -> GenerationManifest | None:
    """Return the copy that was made; None: there was an index already."""
    folder = f"categories/{saved.category}/index"
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
