"""The use case of saving categories: files, index and models, to a directory or a bucket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from common.backups.category_parts import IMAGES, write_files, write_images
from common.backups.files import BackupWriter
from common.backups.manifest import Backup, SavedCategory, SavedModel
from common.backups.places import new_backup_name
from common.backups.points import write_checks, write_points
from common.categories import Category
from common.embedding.card import read_card
from common.errors import BackupError
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from common.syncing.workplace import Workplace
from common.vectors.base import GenerationManifest, VectorStore
from common.vectors.spot_checks import draw_spot_checks

OnProgress: TypeAlias = Callable[[int, int], None]


def _no_progress(_done: int, _total: int) -> None:
    """Take a report that nobody asked for."""


def _no_wait(_category: str) -> None:
    """Take a report that nobody asked for."""


@dataclass(frozen=True, slots=True)
class SavedParts:
    """Where the parts of one category lie.

    Attributes:
        category: its manifest.
        own: the directory of the manifest.
        images: the pictures.
        unwanted: the directory of pictures to leave out that the manifest names, where it is there.
        workplace: nobody indexes the category while it is saved.
    """

    category: Category
    own: ImageStore
    images: ImageStore
    unwanted: ImageStore | None
    workplace: Workplace


@dataclass(frozen=True, slots=True)
class SavingCallbacks:
    """Who is told what while a backup is made.

    Attributes:
        on_records: called with the records of a category that were written, and their total.
        on_images: called with the pictures of a category that were looked at, and their total.
        on_waiting: called with a category's name when an index at work must be waited for.
    """

    on_records: OnProgress = _no_progress
    on_images: OnProgress = _no_progress
    on_waiting: Callable[[str], None] = _no_wait


@dataclass(frozen=True, slots=True)
class SavingReport:
    """What was saved.

    Attributes:
        backup: that was made.
        left_out: files and directories that cannot be read and are not in it, by category.
        seconds: wall time.
    """

    backup: Backup
    left_out: Mapping[str, Sequence[str]]
    seconds: float


def save_backup(
    parts: Sequence[SavedParts],
    store: VectorStore,
    models: Callable[[str], Path | None],
    place: ImageStore,
    *,
    with_images: bool = False,
    callbacks: SavingCallbacks | None = None,
) -> SavingReport:
    """Save categories to a place. The backup is there when this returns, or not at all.

    Args:
        parts: the categories.
        store: of their indexes.
        models: returns where the bundle of a model lies, None where there is none.
        place: where the backup goes.
        with_images: save the pictures too.
        callbacks: who is told.

    Raises:
        BackupError: there is no category to save.
        VisualSearchError: something cannot be read or written; what was written is removed.
    """
    started = time.perf_counter()
    told = callbacks or SavingCallbacks()
    if not parts:
        raise BackupError("There is no category to save", "Make one with 'make index'")
    writer = BackupWriter(place, new_backup_name())
    created = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        left_out: dict[str, Sequence[str]] = {}
        saved: list[SavedCategory] = []
        for part in parts:
            category, missing = _save_category(part, store, writer, told, with_images)
            saved.append(category)
            left_out |= {category.name: missing} if missing else {}
        wanted = {part.category.manifest.embedder for part in parts} | {
            category.generation.spec.embedder for category in saved if category.generation
        }
        bundles = _save_models(sorted(name for name in wanted if name), models, writer)
        backup = writer.finish(created, saved, bundles)
    except BaseException:
        writer.discard()
        raise
    return SavingReport(backup, left_out, time.perf_counter() - started)


def _save_category(
    parts: SavedParts,
    store: VectorStore,
    writer: BackupWriter,
    told: SavingCallbacks,
    with_images: bool,
) -> tuple[SavedCategory, Sequence[str]]:
    """Return what was saved, and what was left out of it."""
    name = parts.category.name
    folder = f"categories/{name}"
    with parts.workplace.locked(lambda: told.on_waiting(name)):
        left_out = write_files(
            parts.category,
            parts.own,
            parts.unwanted,
            writer,
            f"{folder}/files",
            with_images=with_images,
        )
        if with_images:
            missing = write_images(parts.images, writer, f"{folder}/{IMAGES}", told.on_images)
            left_out += [f"{parts.category.manifest.images}/{path}" for path in missing]
        generation = _save_index(name, store, writer, f"{folder}/index", told.on_records)
    return SavedCategory(name, generation, with_images), left_out


def _save_index(
    category: str, store: VectorStore, writer: BackupWriter, folder: str, on_progress: OnProgress
) -> GenerationManifest | None:
    current = store.current(category)
    if current is None:
        return None
    index = store.open(category, current)
    try:
        written = write_points(index, writer, folder, on_progress=on_progress)
        if written != index.manifest.count:
            raise BackupError(
                f"The index of '{category}' gave {written} of its {index.manifest.count} records",
                "Index the category again",
            )
        write_checks(draw_spot_checks(index), writer, folder)
        return index.manifest
    finally:
        index.close()


def _save_models(
    names: Iterable[str], models: Callable[[str], Path | None], writer: BackupWriter
) -> list[SavedModel]:
    saved: list[SavedModel] = []
    for name in names:
        directory = models(name)
        if directory is None:
            continue  # the built-in one, or one that is gone: its index can still be restored
        card = read_card(directory)
        bundle = FolderStore(directory)
        for stored in bundle.walk():
            writer.write(f"models/{name}/{stored.path}", bundle.read(stored.path))
        saved.append(SavedModel(name, card.fingerprint))
    return saved
