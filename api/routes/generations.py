"""Generations of a category's index: listing them, and going back to one."""

from __future__ import annotations

from fastapi import APIRouter

from api.models.generations import CurrentGeneration, GenerationBody, generation_body
from api.problems import described
from api.routes.parameters import CategoryName, refusal_to_wait
from common.assembly import Services


def generation_routes(live: Services) -> APIRouter:
    """Return the routes that look after generations."""
    router = APIRouter(prefix="/v1/categories/{category}/generations", tags=["generations"])

    @router.get("", responses=described(401, 404, 422, 503))
    def list_generations(category: CategoryName) -> list[GenerationBody]:
        """List the published generations, oldest first."""
        live.catalog.get(category)
        generations = live.generations(category)
        current = generations.current()
        return [generation_body(manifest, current) for manifest in generations.list()]

    @router.put("/current", responses=described(400, 401, 403, 404, 409, 413, 422, 503))
    def switch_generation(category: CategoryName, body: CurrentGeneration) -> GenerationBody:
        """Make another generation the one that answers. Newer ones stay."""
        live.catalog.get(category)
        manifest = live.generations(category, refusal_to_wait(category)).roll_back(body.generation)
        return generation_body(manifest, manifest.generation)

    return router
