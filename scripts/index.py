"""Bring a category's index in step with its files: ``make index CATEGORY=name [IMAGES=path] …``.

With IMAGES, the category is made (or pointed at these images); without, it is indexed again.
Without CATEGORY, every category that has no index yet gets one. IMAGES may also be a directory
with images/, metadata/ (one table) and perhaps images_to_remove/ side by side.

META=file.csv        the category's table: CSV, TSV, XLSX or JSONL
COPY=1               copy the images below DATA_DIR
ALLOW_MISMATCH=1     leave out rows without an image and images without a row
DRY_RUN=1            only print what would be done (not with IMAGES)
CONFIRM_DELETES=1    remove records even if that empties the index, or most of it
DUPLICATES=skip      index only the first of files with equal content (default: keep)
VERIFY=1             read every file instead of trusting its length and time of change
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from common.assembly import Services, assemble
from common.categories import BrokenCategory, Category
from common.errors import IndexingError, VisualSearchError
from common.importing import StagedCategory
from common.indexing import SyncCallbacks, SyncOptions
from common.logs import configure_logging
from common.settings import load_settings
from scripts.reports import print_plan, print_report
from scripts.terminal import exit_status, progress_bar, switched_on


def index_category(live: Services, category: Category, options: SyncOptions | None = None) -> None:
    """Bring an existing category's index in step with its files, with a bar and a report."""
    with _callbacks(category.name) as callbacks:
        report = live.index(category, options, callbacks)
    print_report(report)


def import_category(
    live: Services,
    name: str,
    images: Path,
    metadata: Path | None,
    *,
    copy: bool,
    options: SyncOptions,
) -> None:
    """Bring a directory in as a category and index it; both become visible, or neither."""
    with (
        StagedCategory(live.catalog, name, images, metadata, copy=copy) as staged,
        _callbacks(name) as callbacks,
    ):
        report = live.index(
            staged.category, options, replace(callbacks, before_switch=staged.commit)
        )
    print_report(report)


def print_dry_run(live: Services, category: Category, options: SyncOptions) -> None:
    """Print what indexing a category would do now, and change nothing."""
    with _callbacks(category.name) as callbacks:
        plan = live.plan(category, options, callbacks)
    print_plan(plan)


def index_missing(live: Services) -> list[VisualSearchError]:
    """Index every category that has no index yet; one that fails does not stop the others.

    Returns:
        Why each of those that failed did.
    """
    failures: list[VisualSearchError] = []
    for entry in live.catalog.list():
        if isinstance(entry, BrokenCategory):
            failures.append(entry.error)
            continue
        try:
            if live.store.current(entry.name) is None:
                index_category(live, entry)
        except VisualSearchError as error:
            failures.append(error)
    return failures


def chosen_options() -> SyncOptions:
    """Return the options that the environment names.

    Raises:
        IndexingError: DUPLICATES is neither keep nor skip.
    """
    duplicates = os.environ.get("DUPLICATES", "") or "keep"
    if duplicates not in ("keep", "skip"):
        raise IndexingError(f"DUPLICATES is '{duplicates}'", "Give it as keep or skip")
    return SyncOptions(
        allow_mismatch=switched_on("ALLOW_MISMATCH"),
        confirm_deletes=switched_on("CONFIRM_DELETES"),
        duplicates="skip" if duplicates == "skip" else "keep",
        verify=switched_on("VERIFY"),
    )


@contextmanager
def _callbacks(name: str) -> Iterator[SyncCallbacks]:
    """Show bars while the block runs, and say so when another sync must be waited for."""
    with (
        progress_bar(f"Reading {name}", "files") as on_survey,
        progress_bar(f"Indexing {name}", "images") as on_progress,
    ):
        yield SyncCallbacks(
            on_progress=on_progress,
            on_survey=on_survey,
            on_waiting=lambda: print(
                f"'{name}' is being indexed by another process: waiting for it.", file=sys.stderr
            ),
        )


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    # The report says in more words what INFO would log.
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    name, images, meta = (os.environ.get(key, "") for key in ("CATEGORY", "IMAGES", "META"))
    options = chosen_options()
    dry_run = switched_on("DRY_RUN")
    if dry_run and (images or not name):
        raise IndexingError(
            "DRY_RUN tells what would be done to a category that there is",
            "Give CATEGORY alone",
        )
    if images:
        if not name:
            raise IndexingError("IMAGES is given without CATEGORY", "Add CATEGORY=name")
        import_category(
            live,
            name,
            Path(images).expanduser(),
            Path(meta).expanduser() if meta else None,
            copy=switched_on("COPY"),
            options=options,
        )
    elif meta or switched_on("COPY"):
        raise IndexingError("META and COPY need IMAGES", "Add IMAGES=path")
    elif dry_run:
        print_dry_run(live, live.catalog.get(name), options)
    elif name:
        index_category(live, live.catalog.get(name), options)
    else:
        failures = index_missing(live)
        for error in failures[:-1]:
            print(f"Error: {error}", file=sys.stderr)
        if failures:
            raise failures[-1]


if __name__ == "__main__":
    sys.exit(exit_status(run))
