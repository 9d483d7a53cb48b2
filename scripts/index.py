"""Index a category: ``make index CATEGORY=name [IMAGES=path] [META=file.csv] …``.

With IMAGES, the category is made (or pointed at these images); without, it is indexed again.
Without CATEGORY, every category that has no index yet gets one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from common.assembly import Services, assemble
from common.categories import BrokenCategory, Category
from common.errors import IndexingError, VisualSearchError
from common.importing import StagedCategory
from common.logs import configure_logging
from common.settings import load_settings
from scripts.terminal import exit_status, print_report, progress_bar, switched_on


def index_category(live: Services, category: Category, *, allow_mismatch: bool = False) -> None:
    """Build and publish a generation of an existing category, with a bar and a report."""
    with progress_bar(f"Indexing {category.name}", "images") as on_progress:
        report = live.index(category, allow_mismatch=allow_mismatch, on_progress=on_progress)
    print_report(report)


def import_category(
    live: Services,
    name: str,
    images: Path,
    metadata: Path | None,
    *,
    copy: bool,
    allow_mismatch: bool,
) -> None:
    """Bring a directory in as a category and index it; both become visible, or neither."""
    with (
        StagedCategory(live.catalog, name, images, metadata, copy=copy) as staged,
        progress_bar(f"Indexing {name}", "images") as on_progress,
    ):
        report = live.index(
            staged.category,
            allow_mismatch=allow_mismatch,
            on_progress=on_progress,
            before_switch=staged.commit,
        )
    print_report(report)


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
    allow_mismatch = switched_on("ALLOW_MISMATCH")
    if images:
        if not name:
            raise IndexingError("IMAGES is given without CATEGORY", "Add CATEGORY=name")
        import_category(
            live,
            name,
            Path(images).expanduser(),
            Path(meta).expanduser() if meta else None,
            copy=switched_on("COPY"),
            allow_mismatch=allow_mismatch,
        )
    elif meta or switched_on("COPY"):
        raise IndexingError("META and COPY need IMAGES", "Add IMAGES=path")
    elif name:
        index_category(live, live.catalog.get(name), allow_mismatch=allow_mismatch)
    else:
        failures = index_missing(live)
        for error in failures[:-1]:
            print(f"Error: {error}", file=sys.stderr)
        if failures:
            raise failures[-1]


if __name__ == "__main__":
    sys.exit(exit_status(run))
