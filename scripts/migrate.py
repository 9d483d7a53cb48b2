"""Move an index between the embedded engine and a server: ``make migrate CATEGORY=name TO=server``.

TO=server | embedded   where it shall be; the server is the one of QDRANT_URL or QDRANT_HOST
FORCE=1                replace an index that is there already, which may be the newer one
REMOVE_SOURCE=1        remove it where it was, once the copy is proved

Without CATEGORY, every category that has an index is moved. Nothing is embedded again.
"""

from __future__ import annotations

import os
import sys

from common.assembly import Services, assemble, embedded_store, server_store
from common.errors import VectorStoreError
from common.logs import configure_logging
from common.migration import MigrationReport, migrate
from common.settings import Settings, load_settings
from common.vectors.base import VectorStore
from scripts.terminal import exit_status, progress_bar, switched_on


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    source, target = chosen_stores(settings, os.environ.get("TO", ""))
    name = os.environ.get("CATEGORY", "")
    names = [name] if name else source.categories()
    if not names:
        raise VectorStoreError("There is no index to move", "Index a category first")
    for category in names:
        print_report(moved(live, category, source, target))
    if os.environ.get("TO") == "embedded":
        print("Unset QDRANT_URL and QDRANT_HOST to search what is embedded now.")


def chosen_stores(settings: Settings, to: str) -> tuple[VectorStore, VectorStore]:
    """Return the store to read from and the one to write to.

    Raises:
        VectorStoreError: ``to`` is neither ``server`` nor ``embedded``.
        SettingsError: there is no server in the settings.
    """
    if to not in ("server", "embedded"):
        raise VectorStoreError(f"TO is '{to}'", "Give it as server or embedded")
    embedded, server = embedded_store(settings), server_store(settings)
    return (embedded, server) if to == "server" else (server, embedded)


def moved(
    live: Services, category: str, source: VectorStore, target: VectorStore
) -> MigrationReport:
    """Move one category, with a bar."""
    with progress_bar(f"Moving {category}", "records") as on_progress:
        return migrate(
            category,
            source,
            target,
            live.workplace(category),
            on_progress=on_progress,
            on_waiting=lambda: print(
                f"'{category}' is being indexed: waiting for it.", file=sys.stderr
            ),
            replace=switched_on("FORCE"),
            remove_source=switched_on("REMOVE_SOURCE"),
        )


def print_report(report: MigrationReport) -> None:
    """Print what was moved."""
    print(
        f"{report.target.category}: {report.target.count:,} records from {report.source.engine} to "
        f"{report.target.engine} in {report.seconds:.1f} s, {report.queries} queries answered "
        f"alike, generation {report.target.generation}"
        f"{'; removed where it was' if report.removed else ''}"
    )


if __name__ == "__main__":
    sys.exit(exit_status(run))
