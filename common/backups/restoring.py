"""The use case of restoring categories from a backup, into an empty stack or beside others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.backups.category_parts import IMAGES
from common.backups.files import BackupReader
from common.backups.manifest import Backup, SavedCategory, SavedFile, SavedModel
from common.backups.places import read_backup
from common.backups.points import read_checks, read_points
from common.backups.saving import SavingCallbacks
from common.backups.staging import StagedFolder
from common.categories import CategoryCatalog
from common.embedding.base import Embedder, ModelCard
from common.embedding.card import read_card
from common.errors import BackupDamaged, BackupError, BackupNotFound, CategoryExists
from common.storage.base import ImageStore
from common.syncing.workplace import Workplace
from common.vectors.base import GenerationManifest, VectorStore
from common.vectors.copying import copy_generation


@dataclass(frozen=True, slots=True)
class Stack:
    """What is restored into.

    Attributes:
        catalog: of the categories.
        store: of their indexes.
        cards: returns the cards of the models that are there, by name.
        embedder: returns the embedder of that name, or raises an
            :class:`~common.errors.EmbedderError`.
        models_dir: where bundles are put.
        workplace: returns a category's; nobody indexes it while it is restored.
    """

    catalog: CategoryCatalog
    store: VectorStore
    cards: Callable[[], dict[str, ModelCard]]
    embedder: Callable[[str], Embedder]
    models_dir: Path
    workplace: Callable[[str], Workplace]


@dataclass(frozen=True, slots=True)
class RestoringReport:
    """What was restored.

    Attributes:
        backup: from which.
        categories: those restored, each with the generation that was made; None: it had no index.
        models: names of the bundles that were put in place.
        queries: number of queries that are answered as they were when the backup was made.
        seconds: wall time.
    """

    backup: Backup
    categories: Sequence[tuple[SavedCategory, GenerationManifest | None]]
    models: Sequence[str]
    queries: int
    seconds: float


def restore_backup(
    place: ImageStore,
    stack: Stack,
    *,
    name: str = "",
    category: str = "",
    force: bool = False,
    callbacks: SavingCallbacks | None = None,
) -> RestoringReport:
    """Restore categories with their indexes, and the models these were made with.

    Every file is checked before anything is changed. Each index is proved by the answers that the
    original gave; one that fails is taken back, with the files of its category.

    Args:
        place: where the backups lie.
        stack: what to restore into.
        name: of the backup; empty: the newest, or the newest that holds ``category``.
        category: only this one; empty: all in the backup.
        force: write over categories and models that are there. Files of theirs that are not in the
            backup stay, such as pictures.
        callbacks: who is told.

    Raises:
        BackupNotFound: there is no such backup, or the category is not in it.
        BackupDamaged: a file is missing or was altered; nothing was changed.
        CategoryExists: a category is there already; nothing was changed.
        BackupError: another model of the same name is there already; nothing was changed.
        IndexDiffers: a restored index does not answer as the original did.
        VisualSearchError: something cannot be written; categories before it stay restored.
    """
    started = time.perf_counter()
    told = callbacks or SavingCallbacks()
    stack.catalog.require_own()
    reader = BackupReader(place, read_backup(place, name, category))
    chosen = _chosen(reader.backup, category)
    models = _wanted_models(reader.backup, chosen)
    for file in _files_of(reader.backup, chosen, models):
        reader.read(file)
    missing = _check_conflicts(stack, chosen, models, force)
    for model in missing:
        _restore_model(reader, model, stack.models_dir)
    restored = [(saved, _restore_category(reader, saved, stack, told)) for saved in chosen]
    queries = sum(
        len(read_checks(reader, _index_of(saved))) for saved in chosen if saved.generation
    )
    return RestoringReport(
        reader.backup,
        restored,
        [model.name for model in missing],
        queries,
        time.perf_counter() - started,
    )


def _chosen(backup: Backup, category: str) -> list[SavedCategory]:
    chosen = [saved for saved in backup.categories if category in ("", saved.name)]
    if not chosen:
        known = ", ".join(f"'{saved.name}'" for saved in backup.categories)
        raise BackupNotFound(
            f"There is no category '{category}' in backup '{backup.name}'", f"There are: {known}"
        )
    return chosen


def _wanted_models(backup: Backup, chosen: Sequence[SavedCategory]) -> list[SavedModel]:
    """Return the models of the chosen indexes; of all categories, all that there are."""
    if len(chosen) == len(backup.categories):
        return list(backup.models)
    names = {saved.generation.spec.embedder for saved in chosen if saved.generation}
    return [model for model in backup.models if model.name in names]


def _files_of(
    backup: Backup, chosen: Sequence[SavedCategory], models: Sequence[SavedModel]
) -> list[SavedFile]:
    folders = [f"categories/{saved.name}" for saved in chosen]
    folders += [f"models/{model.name}" for model in models]
    return [file for folder in folders for file in backup.below(folder)]


def _check_conflicts(
    stack: Stack, chosen: Sequence[SavedCategory], models: Sequence[SavedModel], force: bool
) -> list[SavedModel]:
    """Make sure that nothing is written over unasked.

    Returns:
        The models that are not there yet.

    Raises:
        CategoryExists: a category is there.
        BackupError: another model of the same name is there.
    """
    cards = stack.cards()
    missing = [
        model
        for model in models
        if model.name not in cards or cards[model.name].fingerprint != model.fingerprint
    ]
    if force:
        return missing
    for saved in chosen:
        taken = stack.catalog.exists(saved.name) or stack.store.current(saved.name) is not None
        if taken:
            raise CategoryExists(
                f"There is a category '{saved.name}' already",
                "Add FORCE=1 to write over it, or name another with CATEGORY",
            )
    for model in missing:
        if model.name in cards:
            raise BackupError(
                f"There is another model '{model.name}' already",
                "Add FORCE=1 to put the one of the backup in its place",
            )
    return missing


def _restore_model(reader: BackupReader, model: SavedModel, models_dir: Path) -> None:
    folder = f"models/{model.name}"
    with StagedFolder(models_dir / model.name) as staged:
        for file in reader.backup.below(folder):
            staged.write(file.path.removeprefix(f"{folder}/"), reader.read(file))
        if read_card(staged.path).fingerprint != model.fingerprint:
            raise BackupDamaged(
                f"Model '{model.name}' of backup '{reader.backup.name}' is not the one it was",
                "Choose another backup with AT",
            )
        staged.commit()


def _restore_category(
    reader: BackupReader, saved: SavedCategory, stack: Stack, told: SavingCallbacks
) -> GenerationManifest | None:
    folder = f"categories/{saved.name}"
    workplace = stack.workplace(saved.name)
    with (
        workplace.locked(lambda: told.on_waiting(saved.name)),
        StagedFolder(stack.catalog.root / saved.name) as staged,
    ):
        for file in reader.backup.below(f"{folder}/files"):
            staged.write(file.path.removeprefix(f"{folder}/files/"), reader.read(file))
        images = reader.backup.below(f"{folder}/{IMAGES}")
        for done, file in enumerate(images, start=1):
            staged.write(file.path.removeprefix(f"{folder}/"), reader.read(file))
            told.on_images(done, len(images))
        if saved.generation is None:
            staged.commit()
            return None
        return copy_generation(
            stack.store,
            saved.generation,
            read_points(reader, _index_of(saved), saved.generation),
            read_checks(reader, _index_of(saved)),
            on_progress=told.on_records,
            before_switch=staged.commit,
        )


def _index_of(saved: SavedCategory) -> str:
    return f"categories/{saved.name}/index"
