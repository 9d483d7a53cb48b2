"""Deliveries for a category of this test's own, taken in without indexing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from common.assembly import Services
from common.cataloguing import create_category
from common.categories import CategoryManifest
from common.intake import Delivery, IntakeReport, take_in
from tests.samples import make_services

TakeIn = Callable[..., IntakeReport]


@pytest.fixture
def fresh(tmp_path: Path) -> Services:
    """Live objects with the category 'prints', which has no image yet."""
    live = make_services(tmp_path / "data", embedder="histogram", embedding_threads=1)
    create_category(live.catalog, "prints", CategoryManifest())
    return live


def hand_in(
    live: Services,
    files: Mapping[str, bytes] | Sequence[tuple[str, bytes]] = (),
    *,
    table: tuple[str, bytes] | None = None,
    urls: Sequence[str] = (),
    category: str = "prints",
) -> Delivery:
    """Return a complete delivery."""
    opened = live.deliveries.begin(category)
    for name, content in files.items() if isinstance(files, Mapping) else files:
        opened.add(name, [content])
    if table is not None:
        opened.add_table(*table)
    opened.add_addresses(urls)
    return live.deliveries.get(opened.seal())


@pytest.fixture
def take(fresh: Services) -> TakeIn:
    """Hand files in for 'prints' and take them in."""

    def taken(files=(), *, label: str = "", duplicates="keep", **more: object) -> IntakeReport:
        return take_in(
            fresh.intake_task(fresh.catalog.get("prints")),
            hand_in(fresh, files, **more),
            lambda done, total, *, stage: None,
            label=label,
            duplicates=duplicates,
        )

    return taken


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a directory, hidden ones included."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
