"""List a category's generations, roll back, remove: ``make generations CATEGORY=name``.

ROLLBACK=previous    make the one before current again (or ROLLBACK=generation)
REMOVE=old           remove all but the current one (or REMOVE=generation)

Without CATEGORY, the generations of all categories are listed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from common.assembly import Services, assemble
from common.errors import IndexingError
from common.generations import Generations
from common.logs import configure_logging
from common.settings import load_settings
from common.vectors.base import GenerationManifest
from scripts.terminal import exit_status


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    name, rollback, remove = (os.environ.get(key, "") for key in ("CATEGORY", "ROLLBACK", "REMOVE"))
    if not name:
        if rollback or remove:
            raise IndexingError("ROLLBACK and REMOVE need CATEGORY", "Add CATEGORY=name")
        for category in live.store.categories():
            print(as_table(live.generations(category)))
        return
    generations = _of(live, name)
    if rollback:
        manifest = generations.roll_back(rollback)
        print(f"{name}: generation {manifest.generation} of {manifest.created} is current again")
    if remove:
        removed = generations.remove(remove)
        print(f"{name}: {len(removed)} removed{_listed(removed)}")
    print(as_table(generations))


def as_table(generations: Generations) -> str:
    """Return the generations as lines, newest first, the current one marked."""
    current = generations.current()
    found = generations.list()
    lines = [f"{generations.category}: {len(found)} generations"]
    lines += [_line(manifest, current) for manifest in reversed(found)]
    return "\n".join(lines)


def _of(live: Services, name: str) -> Generations:
    def waiting() -> None:
        print(f"'{name}' is being indexed: waiting for it.", file=sys.stderr)

    generations = live.generations(name, waiting)
    if not generations.list():
        live.catalog.get(name)  # a name that is not there at all is said so
    return generations


def _line(manifest: GenerationManifest, current: str | None) -> str:
    mark = "*" if manifest.generation == current else " "
    size = "" if manifest.size_bytes is None else f"{manifest.size_bytes / 1e6:,.1f} MB"
    return (
        f"{mark} {manifest.generation}  {manifest.created}  {manifest.count:>10,} records  "
        f"{size:>12}  {manifest.spec.embedder}  {manifest.engine}"
    )


def _listed(names: Sequence[str]) -> str:
    return f": {', '.join(names)}" if names else ""


if __name__ == "__main__":
    sys.exit(exit_status(run))
