"""A category is given another model."""

from __future__ import annotations

from dataclasses import replace

from common.assembly import Services
from common.categories import Category, write_manifest
from common.errors import IndexingError
from common.indexing import SyncCallbacks
from scripts.reports import print_report
from scripts.terminal import progress_bar


def switch(live: Services, category: Category, name: str) -> None:
    """Index a category with a model; it changes over when the index is whole.

    Its manifest may have been edited since it was read: only the model in it is changed.

    Args:
        live: the product's objects.
        category: as it was when the model was compared with the category's own.
        name: of the model.

    Raises:
        IndexingError: the category was given yet another model meanwhile.
        VisualSearchError: as :meth:`common.assembly.Services.index`; nothing has changed then.
    """

    def switched() -> Category:
        now = live.catalog.get(category.name)
        if now.manifest.embedder not in (category.manifest.embedder, name):
            raise IndexingError(
                f"Category '{category.name}' was given the model '{now.manifest.embedder}' "
                "meanwhile, which nothing was compared with",
                f"Compare them with 'make compare CATEGORY={category.name}'",
            )
        return replace(now, manifest=now.manifest.model_copy(update={"embedder": name}))

    with progress_bar(f"Indexing {category.name}", "images") as on_progress:
        report = live.index(
            switched(),
            callbacks=SyncCallbacks(
                on_progress=on_progress,
                before_switch=lambda: write_manifest(category.directory, switched().manifest),
            ),
        )
    print_report(report)
    print(f"Category '{category.name}' is searched with '{name}' from now on.")
