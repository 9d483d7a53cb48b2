"""Index a category: ``make index CATEGORY=name [IMAGES=path] [META=file.csv] …``.

With IMAGES, the category is made (or pointed at these images); without, it is indexed again.
Without CATEGORY, every category that has no index yet gets one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from common.assembly import Services, assemble
from common.categories import Category
from common.errors import IndexingError
from common.importing import StagedCategory
from common.logs import configure_logging
from common.settings import load_settings
from scripts.terminal import exit_status, print_report, progress_bar


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
            before_publish=staged.commit,
        )
    print_report(report)


def index_missing(live: Services) -> None:
    """Index every category that has no index yet."""
    for entry in live.catalog.list():
        if isinstance(entry, Category) and live.store.current(entry.name) is None:
            index_category(live, entry)


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    configure_logging("WARNING")
    live = assemble(settings)
    name, images, meta = (os.environ.get(key, "") for key in ("CATEGORY", "IMAGES", "META"))
    allow_mismatch = _switch("ALLOW_MISMATCH")
    if images:
        if not name:
            raise IndexingError("IMAGES is given without CATEGORY", "Add CATEGORY=name")
        import_category(
            live,
            name,
            Path(images).expanduser(),
            Path(meta).expanduser() if meta else None,
            copy=_switch("COPY"),
            allow_mismatch=allow_mismatch,
        )
    elif meta or _switch("COPY"):
        raise IndexingError("META and COPY need IMAGES", "Add IMAGES=path")
    elif name:
        index_category(live, live.catalog.get(name), allow_mismatch=allow_mismatch)
    else:
        index_missing(live)


def _switch(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "no", "false")


if __name__ == "__main__":
    sys.exit(exit_status(run))
