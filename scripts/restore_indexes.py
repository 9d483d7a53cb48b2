"""Restore the indexes that a fresh stack lacks, from the newest backups: before it serves.

FROM=directory | s3://bucket/prefix   where the backups lie, as it was given to 'make backup'
AT=backup                             the only one to look into; else the newest of each category

Where there is no backup yet, or no index is missing, nothing is done, and that is no error. Nor is
a bucket that cannot be reached, or a backup that cannot be used: that is told, and no reason not to
serve what there is.
"""

from __future__ import annotations

import os
import sys

from common.assembly import assemble, backup_place
from common.backups.indexes import IndexesReport, restore_missing_indexes
from common.backups.saving import SavingCallbacks
from common.errors import BackupError, StorageError
from common.logs import configure_logging
from common.settings import load_settings
from scripts.backup import say_waiting
from scripts.terminal import exit_status, progress_bar


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: the settings do not allow it, or indexes cannot be written.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    place = backup_place(settings, os.environ.get("FROM", ""))
    at = os.environ.get("AT", "")
    try:
        with progress_bar("Restoring records", "records") as on_records:
            callbacks = SavingCallbacks(on_records=on_records, on_waiting=say_waiting)
            report = restore_missing_indexes(place, live.stack(), callbacks, name=at)
    except (BackupError, StorageError) as error:
        print(f"Warning: indexes are not restored: {error}", file=sys.stderr)
        return
    for passed_over in report.unfit:
        print(f"Warning: {passed_over}", file=sys.stderr)
    for line in told(report):
        print(line)


def told(report: IndexesReport) -> list[str]:
    """Return what happened, a line a thing."""
    if not report.backups:
        if report.unfit:
            return ["There is no backup that can be used: nothing is restored."]
        return ["There is no backup yet: nothing is restored."]
    lines = [
        f"{copy.category}: {copy.count:,} records restored, generation {copy.generation}, "
        f"from {backup.name} of {backup.created}"
        for copy, backup in report.restored
    ]
    lines += [f"{name}: has an index already" for name in report.indexed]
    lines += [f"{name}: is in the backup, but not here" for name in report.unknown]
    lines += [
        f"{copy.category}: 'make index CATEGORY={copy.category}' brings in what changed since"
        for copy, _ in report.restored
    ]
    return lines


if __name__ == "__main__":
    sys.exit(exit_status(run))
