"""Restore the indexes that a fresh stack lacks, from the newest backup: before it serves.

FROM=directory | s3://bucket/prefix   where the backups lie, as it was given to 'make backup'

Where there is no backup yet, or no index is missing, nothing is done, and that is no error.
"""

from __future__ import annotations

import os
import sys

from common.assembly import assemble, backup_place
from common.backups.indexes import IndexesReport, restore_missing_indexes
from common.backups.saving import SavingCallbacks
from common.logs import configure_logging
from common.settings import load_settings
from scripts.backup import say_waiting
from scripts.terminal import exit_status, progress_bar


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    place = backup_place(settings, os.environ.get("FROM", ""))
    with progress_bar("Restoring records", "records") as on_records:
        callbacks = SavingCallbacks(on_records=on_records, on_waiting=say_waiting)
        report = restore_missing_indexes(place, live.stack(), callbacks)
    for line in told(report):
        print(line)


def told(report: IndexesReport) -> list[str]:
    """Return what happened, a line a thing."""
    if report.backup is None:
        return ["There is no backup yet: nothing is restored."]
    lines = [
        f"{copy.category}: {copy.count:,} records restored, generation {copy.generation}"
        for copy in report.restored
    ]
    lines += [f"{name}: has an index already" for name in report.indexed]
    lines += [f"{name}: is in the backup, but not here" for name in report.unknown]
    return [*lines, f"from {report.backup.name} of {report.backup.created}"]


if __name__ == "__main__":
    sys.exit(exit_status(run))
