"""Embedders and their model cards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.models.embedders import BrokenEmbedder, EmbedderBody, EmbedderList, embedder_body
from api.problems import described
from common.assembly import Services
from common.errors import EmbedderNotFound


def embedder_routes(live: Services) -> APIRouter:
    """Return the routes that read model cards."""
    router = APIRouter(prefix="/v1/embedders", tags=["embedders"])
    default = live.settings.embedder

    @router.get("", responses=described(401))
    def list_embedders() -> EmbedderList:
        """List the embedders with their cards."""
        return EmbedderList(
            embedders=[embedder_body(card, default) for card in live.embedders.cards().values()],
            broken=[
                BrokenEmbedder(name=name, problem=str(error))
                for name, error in live.embedders.broken().items()
            ],
        )

    @router.get("/{name}", responses=described(401, 404, 422, 503))
    def read_embedder(
        name: Annotated[str, Path(max_length=100, description="Its name.", examples=["histogram"])],
    ) -> EmbedderBody:
        """Read an embedder's card."""
        if name in (broken := live.embedders.broken()):
            raise broken[name]
        card = live.embedders.cards().get(name)
        if card is None:
            raise EmbedderNotFound(
                f"There is no embedder named '{name}'",
                f"There are: {', '.join(live.embedders.names())}",
            )
        return embedder_body(card, default)

    return router
