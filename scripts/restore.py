"""Restore categories from a backup: ``make restore FROM=place [CATEGORY=name] [AT=backup]``.

FROM=directory | s3://bucket/prefix   where the backups lie, as it was given to TO
CATEGORY=name                         only this one; all in the backup where it is not given
AT=backup                             which one; the newest (that holds CATEGORY) otherwise
FORCE=1                               write over categories and models that are there
"""

from __future__ import annotations

import os
import sys

from common.assembly import Services, assemble, backup_place
from common.backups.restoring import RestoringReport, restore_backup
from common.backups.saving import SavingCallbacks
from common.errors import BackupNotFound
from common.logs import configure_logging
from common.settings import load_settings
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from scripts.backup import say_waiting
from scripts.terminal import exit_status, progress_bar, switched_on


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    place = backup_place(settings, os.environ.get("FROM", ""))
    if isinstance(place, FolderStore) and not place.root.is_dir():
        raise BackupNotFound(
            f"Directory '{place.root}' does not exist", "Give FROM the place given as TO"
        )
    print_report(restored(live, place))


def restored(live: Services, place: ImageStore) -> RestoringReport:
    """Restore what the environment names, with bars."""
    with (
        progress_bar("Restoring records", "records") as on_records,
        progress_bar("Restoring pictures", "files") as on_images,
    ):
        return restore_backup(
            place,
            live.stack(),
            name=os.environ.get("AT", ""),
            category=os.environ.get("CATEGORY", ""),
            force=switched_on("FORCE"),
            callbacks=SavingCallbacks(on_records, on_images, say_waiting),
        )


def print_report(report: RestoringReport) -> None:
    """Print what was restored."""
    for saved, generation in report.categories:
        if generation is None:
            print(f"{saved.name}: restored; it had no index")
        else:
            print(f"{saved.name}: {generation.count:,} records, generation {generation.generation}")
        if not saved.with_images:
            print("  its pictures are not in the backup: results show once they are in place")
    models = f"; models: {', '.join(report.models)}" if report.models else ""
    print(
        f"from {report.backup.name} of {report.backup.created} in {report.seconds:.1f} s; "
        f"{report.queries} queries answered as before{models}"
    )


if __name__ == "__main__":
    sys.exit(exit_status(run))
