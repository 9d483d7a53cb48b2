"""S1, an older Visual Similarity Search: ``GET /ping`` and ``POST /search/{collection}``."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, File, Path, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.guards.slots import Slots
from api.metrics import Metrics
from api.problems import described
from common.assembly import Services
from common.queries import MAX_K, SearchOptions
from common.records import Hit

TAG: Final = "s1"
_DEFAULT_LIMIT: Final = 20
_LARGEST_NUMBER: Final = 2**53 - 1  # that JavaScript tells from its neighbours


class Pong(BaseModel):
    """A sign of life."""

    msg: Literal["pong"] = "pong"


class CollectionPayload(BaseModel):
    """What is known of an image."""

    class_: str = Field(description="Empty where the image has no class.")
    file: str = Field(description="Path relative to the category's images.")
    label: int = Field(description="Number of the class; -1 where the image has none.")


class CollectionHit(BaseModel):
    """An image that was found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 4105217320960065,
                    "version": 0,
                    "score": 0.914,
                    "payload": {"class_": "boots", "file": "boots/17.jpg", "label": 3},
                }
            ]
        }
    )

    id: int = Field(description="Equal for equal images: 53 bits of the record's id.")
    version: int = Field(description="Always 0: an index is never changed once it is published.")
    score: float = Field(description="Cosine in [-1, 1], higher is better.")
    payload: CollectionPayload


def collection_search_routes(live: Services, slots: Slots, metrics: Metrics) -> APIRouter:
    """Return the routes of S1.

    Args:
        live: what they stand for.
        slots: places for queries that need an embedding.
        metrics: that are told how long each stage took.
    """
    router = APIRouter(tags=[TAG])

    @router.get("/ping", responses=described(401))
    def ping() -> Pong:
        """Tell that the process answers."""
        return Pong()

    @router.post(
        "/search/{collection}", responses=described(400, 401, 404, 409, 413, 415, 422, 503)
    )
    def search_collection(
        collection: Annotated[
            str, Path(max_length=100, description="A category's name.", examples=["shoes"])
        ],
        file: Annotated[UploadFile, File(description="An image file.")],
        limit: Annotated[
            int, Query(ge=1, le=MAX_K, description="How many images at most.")
        ] = _DEFAULT_LIMIT,
    ) -> list[CollectionHit]:
        """Find the images most similar to an uploaded one, best first."""
        data = file.file.read(live.limits.max_bytes + 1)
        with slots.taken():
            answer = live.search.by_image(collection, data, SearchOptions(limit))
        metrics.observe_stages(answer.seconds)
        return [_hit(hit) for hit in answer.hits]

    return router


def _hit(hit: Hit) -> CollectionHit:
    class_, label = hit.payload.get("class"), hit.payload.get("label")
    return CollectionHit(
        id=UUID(hit.id).int & _LARGEST_NUMBER,
        version=0,
        score=hit.similarity,
        payload=CollectionPayload(
            class_="" if class_ is None else str(class_),
            file=hit.file,
            label=label if isinstance(label, int) else -1,
        ),
    )
