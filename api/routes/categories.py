"""Categories: listing them, reading, making and removing one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.models.categories import CategoryBody, CategorySummary, NewCategory, category_body
from api.models.generations import generation_body
from api.problems import described
from api.routes.parameters import CategoryName, refusal_to_wait
from common.assembly import Services
from common.cataloguing import create_category, remove_category
from common.categories import BrokenCategory, Category
from common.errors import VisualSearchError


def category_routes(live: Services) -> APIRouter:
    """Return the routes of categories."""
    router = APIRouter(prefix="/v1/categories", tags=["categories"])

    @router.get("", responses=described(401, 503))
    def list_categories() -> list[CategorySummary]:
        """List the categories, broken ones included."""
        return [_summary(live, entry) for entry in live.catalog.list()]

    @router.get("/{category}", responses=described(401, 404, 422, 503))
    def read_category(category: CategoryName) -> CategoryBody:
        """Read what a category's manifest says, and its current generation."""
        return _body(live, live.catalog.get(category))

    @router.post("", status_code=201, responses=described(400, 401, 403, 404, 409, 413, 422, 503))
    def make_category(request: Request, response: Response, body: NewCategory) -> CategoryBody:
        """Make a category. It can be searched once it has images and is indexed."""
        if body.embedder is not None:
            live.embedders.get(body.embedder)
        made = create_category(live.catalog, body.name, body.to_manifest())
        prefix = request.scope.get("root_path", "")
        response.headers["Location"] = f"{prefix}/v1/categories/{made.name}"
        return _body(live, made)

    @router.delete(
        "/{category}", status_code=204, responses=described(401, 403, 404, 409, 422, 503)
    )
    def delete_category(category: CategoryName) -> None:
        """Remove a category, its index, and the images in its own directory, for good."""
        remove_category(live.catalog, live.generations(category, refusal_to_wait(category)))

    return router


def _body(live: Services, category: Category) -> CategoryBody:
    try:
        manifest = live.search.manifest(category.name)
    except VisualSearchError as error:
        return category_body(category, None, str(error))
    return category_body(category, generation_body(manifest, manifest.generation), None)


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
