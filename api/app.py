"""The HTTP API as an application to mount beside the page or to serve alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import FastAPI, Query, UploadFile

from api.models import AnswerBody, CategorySummary, Health
from api.problems import install_problem_handlers
from common.assembly import Services
from common.categories import BrokenCategory, Category
from common.errors import VisualSearchError
from common.search import MAX_K, MAX_OFFSET, SearchOptions

VERSION = "0.1.0"


def create_api(live: Services) -> FastAPI:
    """Return the application, with its routes under ``/v1`` and its description at ``/docs``."""
    app = FastAPI(
        title="Visual Similarity Search",
        version=VERSION,
        description="Ask with a picture; get the most similar ones.",
    )
    install_problem_handlers(app)

    @app.get("/v1/health/live", tags=["health"])
    def health_live() -> Health:
        """Tell that the process answers."""
        return Health(status="ok")

    @app.get("/v1/categories", tags=["categories"])
    def list_categories() -> list[CategorySummary]:
        """List the categories, broken ones included."""
        return [_summary(live, entry) for entry in live.catalog.list()]

    @app.post("/v1/categories/{category}/search", tags=["search"])
    def search_by_file(
        category: str,
        file: UploadFile,
        k: Annotated[int, Query(ge=1, le=MAX_K)] = 9,
        offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
        minimum_similarity: Annotated[float, Query(ge=-1, le=1)] = -1.0,
    ) -> AnswerBody:
        """Find the records most similar to an uploaded picture."""
        # One byte more than allowed is enough for the decoder to refuse it.
        data = file.file.read(live.limits.max_bytes + 1)
        options = SearchOptions(k=k, offset=offset, minimum_similarity=minimum_similarity)
        return AnswerBody.model_validate(asdict(live.search.by_image(category, data, options)))

    return app


def _summary(live: Services, entry: Category | BrokenCategory) -> CategorySummary:
    if isinstance(entry, BrokenCategory):
        return CategorySummary(
            name=entry.name, title=entry.name, searchable=False, problem=str(entry.error)
        )
    try:
        live.search.manifest(entry.name)
    except VisualSearchError as error:
        return CategorySummary(
            name=entry.name, title=entry.title, searchable=False, problem=str(error)
        )
    return CategorySummary(name=entry.name, title=entry.title, searchable=True)
