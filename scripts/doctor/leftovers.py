"""What something that was killed left behind: interrupted jobs, half-made directories."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from common.jobs import JobStore
from common.settings import Settings
from scripts.doctor.findings import Finding, ok, warning

SETTLED_SECONDS: Final = 3_600.0
"""A directory that nothing was written into for that long is nobody's work in progress."""

_RESTORING: Final = "Move what is in its former/ back to where it was, then remove it"

# Below DATA_DIR, each with what takes it away; the first pattern that fits counts.
_STAGED: Final = {
    "metric_datasets/.restoring-*": _RESTORING,
    "metric_datasets/.staging-*": "Remove it",
    "metric_datasets/.creating-*": "Remove it",
    "metric_datasets/.removed-*": "Remove it",
    "models/.restoring-*": _RESTORING,
    "models/.*": "Remove it",
    "qdrant_storage/*/.building-*": "The next 'make index' of that category removes it",
    "qdrant_storage/*/.removed-*": "The next 'make index' of that category removes it",
}
_SHOWN: Final = 5


def check_jobs(settings: Settings) -> list[Finding]:
    """List jobs that ended with their process.

    Raises:
        StorageUnavailable: their list cannot be read.
    """
    path = settings.data_dir / "jobs.sqlite"
    if not path.exists():  # looking would make it
        return [ok("jobs", "There are no jobs")]
    store = JobStore(path)
    try:
        jobs = store.list(states=("interrupted",), limit=_SHOWN)
    finally:
        store.close()
    if not jobs:
        return [ok("jobs", "No job was interrupted")]
    return [
        warning(
            "jobs",
            f"The job {job.id[:8]} ({f'{job.kind} {job.category}'.strip()}) was interrupted",
            f"Run 'make jobs RETRY={job.id[:8]}'",
        )
        for job in jobs
    ]


def check_leftovers(settings: Settings) -> list[Finding]:
    """List half-made directories that nothing has touched for an hour."""
    cures: dict[Path, str] = {}
    for pattern, cure in _STAGED.items():
        for path in sorted(settings.data_dir.glob(pattern)):
            cures.setdefault(path, cure)
    found = [
        warning("leftovers", f"'{path}' was left half-made", cure)
        for path, cure in cures.items()
        if path.is_dir() and time.time() - last_change(path) > SETTLED_SECONDS
    ]
    return found or [ok("leftovers", "Nothing half-made lies around")]


def last_change(folder: Path) -> float:
    """Return when something in a directory, or right below one in it, was last written."""
    return max(_moments(folder))


def _moments(folder: Path) -> Iterator[float]:
    yield folder.stat().st_mtime
    for pattern in ("*", "*/*", "*/*/*"):
        for path in folder.glob(pattern):
            try:
                yield path.stat().st_mtime
            except FileNotFoundError:  # it goes away: someone is at work
                yield time.time()
