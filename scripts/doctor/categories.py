"""Categories: what each is made of, and whether its index answers queries."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from common.assembly import bucket_places, embedded_store, server_store
from common.bucket.places import open_catalog
from common.categories import BrokenCategory, Category, CategoryCatalog
from common.category_files import CategoryFiles, LocalFiles
from common.embedding.base import ModelCard
from common.errors import VisualSearchError
from common.settings import Settings
from common.vectors.base import GenerationManifest, VectorStore
from scripts.doctor.findings import Finding, failure, ok, warning
from scripts.doctor.models import registry_of
from scripts.doctor.services import TIMEOUT_SECONDS, names_qdrant

AREA: Final = "categories"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What categories are judged by.

    Attributes:
        files: of the categories.
        store: of their indexes; None where its server does not answer.
        cards: of the models on this machine, by name.
        embedder: of categories that choose none.
        fetches_models: whether a model that is not here may be had from a bucket.
    """

    files: CategoryFiles
    store: VectorStore | None
    cards: Mapping[str, ModelCard]
    embedder: str
    fetches_models: bool


def check_categories(
    settings: Settings, *, qdrant_answers: bool, bucket_answers: bool
) -> list[Finding]:
    """Check every category, with one finding for each that is well.

    Args:
        settings: of the installation.
        qdrant_answers: else indexes are not asked for: each would wait for the server.
        bucket_answers: else categories in a bucket are not listed.
    """
    store = index_store(settings) if qdrant_answers or not names_qdrant(settings) else None
    cards = registry_of(settings).cards()
    if settings.type == "LOCAL":
        catalog = CategoryCatalog(settings.data_dir / "metric_datasets")
        files = LocalFiles(catalog.root)
        return _findings(
            catalog, Surroundings(files, store, cards, settings.embedder, fetches_models=False)
        )
    if not bucket_answers:
        return [warning(AREA, "Categories are not looked at", "See what is said of the bucket")]
    # Copies of manifests are kept beside DATA_DIR's own, which this command does not touch.
    with tempfile.TemporaryDirectory() as folder:
        opened = open_catalog(bucket_places(settings), Path(folder), links=False)
        catalog = CategoryCatalog(opened.mirror.folder, opened.mirror)
        return _findings(
            catalog,
            Surroundings(opened.files, store, cards, settings.embedder, fetches_models=True),
        )


def index_store(settings: Settings) -> VectorStore:
    """Return the store of the indexes, which does not wait long for a server."""
    if not names_qdrant(settings):
        return embedded_store(settings)
    limited = min(TIMEOUT_SECONDS, settings.qdrant_timeout_seconds)
    return server_store(
        settings.model_copy(update={"qdrant_timeout_seconds": limited, "qdrant_grpc_port": 0})
    )


def category_findings(category: Category, around: Surroundings) -> list[Finding]:
    """Check one category: its images, table, edits and index."""
    found = _file_findings(category, around.files)
    if around.store is not None:
        try:
            found += _index_findings(category, around.store, around)
        except VisualSearchError as error:
            found.append(failure(AREA, error.what, error.cure))
    return found or [ok(AREA, f"Category '{category.name}' is well")]


def _findings(catalog: CategoryCatalog, around: Surroundings) -> list[Finding]:
    entries = catalog.list()
    if not entries:
        return [ok(AREA, f"There is no category in {catalog.address} yet")]
    found: list[Finding] = []
    for entry in entries:
        if isinstance(entry, BrokenCategory):
            found.append(failure(AREA, entry.error.what, entry.error.cure))
        else:
            found += category_findings(entry, around)
    return found


def _file_findings(category: Category, files: CategoryFiles) -> list[Finding]:
    found: list[Finding] = []
    try:
        if next(iter(files.images(category).walk()), None) is None:
            what = f"Category '{category.name}' has no images"
            found.append(warning(AREA, what, "Add some, or correct 'images' in its category.yaml"))
    except VisualSearchError as error:
        found.append(failure(AREA, f"Category '{category.name}': {error.what}", error.cure))
    try:
        files.fetch_table(category)
        table = category.metadata_path
        if table is not None and not table.is_file():
            what = f"Category '{category.name}': its table '{table}' is not there"
            found.append(failure(AREA, what, "Correct 'metadata' in its category.yaml"))
    except VisualSearchError as error:
        found.append(failure(AREA, f"Category '{category.name}': {error.what}", error.cure))
    try:
        files.edits(category.name).read()
    except VisualSearchError as error:
        found.append(failure(AREA, f"Category '{category.name}': {error.what}", error.cure))
    return found


def _index_findings(category: Category, store: VectorStore, around: Surroundings) -> list[Finding]:
    name = category.name
    again = f"Run 'make index CATEGORY={name}'"
    current = store.current(name)
    if current is None:
        return [warning(AREA, f"Category '{name}' has no index", again)]
    published = {manifest.generation: manifest for manifest in store.generations(name)}
    manifest = published.get(current)
    if manifest is None:
        what = f"Category '{name}': generation {current} is the current one, and is not there"
        return [failure(AREA, what, again)]
    return embedder_findings(category, manifest, around)


def embedder_findings(
    category: Category, manifest: GenerationManifest, around: Surroundings
) -> list[Finding]:
    """Compare the embedder of a category's index with those that are here."""
    name, spec = category.name, manifest.spec
    again = f"Run 'make index CATEGORY={name}'"
    made_by = around.cards.get(spec.embedder)
    if made_by is None and not around.fetches_models:
        what = f"Category '{name}' is indexed with '{spec.embedder}', which is not here"
        return [failure(AREA, what, f"Bring that model back, or: {again.lower()}")]
    if made_by is not None and made_by.fingerprint != spec.fingerprint:
        what = (
            f"Category '{name}' was indexed with another version of '{spec.embedder}' than the "
            "one installed, and answers no pictures"
        )
        return [failure(AREA, what, again)]
    wanted = category.manifest.embedder or around.embedder
    if wanted != spec.embedder:
        what = f"Category '{name}' is indexed with '{spec.embedder}', and should be with '{wanted}'"
        return [warning(AREA, what, again)]
    if not manifest.count:
        return [warning(AREA, f"The index of category '{name}' is empty", again)]
    return []
