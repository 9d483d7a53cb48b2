"""Save categories with their indexes and models: ``make backup TO=place [CATEGORY=name] …``.

TO=directory | s3://bucket/prefix   where backups lie; each is a directory of its own there
CATEGORY=name                       only this one; all of them where it is not given
IMAGES=1                            save the pictures too
KEEP=n                              afterwards, remove all but the newest n backups of each category
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from common.assembly import Services, assemble, backup_place
from common.backups.places import remove_old_backups
from common.backups.saving import SavingCallbacks, SavingReport, save_backup
from common.categories import BrokenCategory, Category
from common.errors import BackupError
from common.logs import configure_logging
from common.settings import load_settings
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from scripts.terminal import exit_status, progress_bar, switched_on

_SHOWN = 10


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    keep = wanted_number(os.environ.get("KEEP", ""))
    place = backup_place(settings, os.environ.get("TO", ""))
    make_directory(place)
    categories = chosen_categories(live, os.environ.get("CATEGORY", ""))
    report = saved(live, categories, place, with_images=switched_on("IMAGES"))
    print_report(report)
    if keep is not None:
        removed = remove_old_backups(place, keep)
        print(f"{len(removed)} older backups removed")


def saved(
    live: Services, categories: list[Category], place: ImageStore, *, with_images: bool
) -> SavingReport:
    """Save categories, with bars."""
    with (
        progress_bar("Saving records", "records") as on_records,
        progress_bar("Saving pictures", "files") as on_images,
    ):
        return save_backup(
            [live.saved_parts(category) for category in categories],
            live.store,
            live.embedders.directory,
            place,
            with_images=with_images,
            callbacks=SavingCallbacks(on_records, on_images, say_waiting),
        )


def chosen_categories(live: Services, name: str) -> list[Category]:
    """Return the category of that name, or all; a broken one is named and left out."""
    if name:
        return [live.catalog.get(name)]
    chosen: list[Category] = []
    for entry in live.catalog.list():
        if isinstance(entry, BrokenCategory):
            print(f"Left out: {entry.error}", file=sys.stderr)
        else:
            chosen.append(entry)
    return chosen


def make_directory(place: ImageStore) -> None:
    """Make the directory of backups, where it is one and not there yet.

    Raises:
        BackupError: it cannot be made.
    """
    if isinstance(place, FolderStore):
        try:
            Path(place.root).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BackupError(
                f"Directory '{place.root}' cannot be made ({error.strerror})",
                "Give TO a directory that can be written",
            ) from error


def wanted_number(text: str) -> int | None:
    """Return KEEP as a number, None where it is not given.

    Raises:
        BackupError: it is none, or less than 1.
    """
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise BackupError(f"KEEP is '{text}'", "Give it as a number of 1 or more")
    return int(text)


def say_waiting(category: str) -> None:
    """Say that an index at work is waited for."""
    print(f"'{category}' is being indexed: waiting for it.", file=sys.stderr)


def print_report(report: SavingReport) -> None:
    """Print what was saved."""
    backup = report.backup
    for category in backup.categories:
        saved_index = category.generation
        index = "no index" if saved_index is None else f"{saved_index.count:,} records"
        print(f"{category.name}: {index}{', with pictures' if category.with_images else ''}")
        left_out = report.left_out.get(category.name, ())
        if left_out:
            print(f"  left out, as they cannot be read: {len(left_out):,}")
        for path in left_out[:_SHOWN]:
            print(f"    {path}")
    models = ", ".join(model.name for model in backup.models) or "none"
    print(
        f"{backup.name}: {len(backup.files):,} files, {backup.size_bytes / 1e6:,.1f} MB in "
        f"{report.seconds:.1f} s; models: {models}"
    )


if __name__ == "__main__":
    sys.exit(exit_status(run))
