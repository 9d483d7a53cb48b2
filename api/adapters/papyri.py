"""S2, Papyrus Retrieval: four points of a photograph, rectified and searched, fetched by its id.

What took a queue of tasks there is done before the id is returned: it takes as long as any search.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import Annotated, Final, Literal

from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from api.adapters.answers import AnswerStore
from api.adapters.choice import asked_category
from api.adapters.hits import kept_answer, page_address
from api.guards.slots import Slots
from api.metrics import Metrics
from api.models.search import DEFAULT_K
from api.problems import described
from common.assembly import Services
from common.errors import QueryError
from common.images import decode
from common.images.rectifying import rectify
from common.queries import MAX_K, SearchOptions

TAG: Final = "s2"
_LARGEST_PART_PX: Final = 768  # twice what the largest usual embedder looks at
_BYTES_A_PIXEL: Final = 4  # of a file, at most
_LONGEST_COORDINATES: Final = 1_000
_CORNERS: Final = TypeAdapter(list[tuple[FiniteFloat, FiniteFloat]])
_TASK: Final = "0b7e8f0a-6a35-4c39-9f0c-3f5a2f1d7c11"


class SubmittedQuery(BaseModel):
    """A query whose answer can be fetched."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"task_id": _TASK, "status": "The result can be fetched."}]}
    )

    task_id: str = Field(description="A UUID.")
    status: str = Field(description="For people.")


class QueryResult(BaseModel):
    """What was found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "request_id": _TASK,
                    "query_status": "SUCCESS",
                    "query_result": ["https://papyri.example/p-123"],
                }
            ]
        }
    )

    request_id: str = Field(description="The `task_id`.")
    query_status: Literal["SUCCESS"]
    query_result: list[str] = Field(
        description="Web pages of the records that were found, best first; of those without one, "
        "the image on this server."
    )


def papyrus_routes(
    live: Services, category: str, answers: AnswerStore, slots: Slots, metrics: Metrics
) -> APIRouter:
    """Return the routes of S2.

    Args:
        live: what they stand for.
        category: to search where a request names none; empty: there is none.
        answers: keeps answers until they are fetched.
        slots: places for queries that need an embedding.
        metrics: that are told how long each stage took.
    """
    router = APIRouter(prefix="/papyrus", tags=[TAG])
    default = category
    # So that the part, as a file, is within the limit on files itself.
    side = max(1, min(_LARGEST_PART_PX, math.isqrt(live.limits.max_bytes // _BYTES_A_PIXEL)))

    @router.post("/submit/", responses=described(400, 401, 404, 409, 413, 415, 422, 503))
    def submit_query(
        coordinates: Annotated[
            str,
            Form(
                max_length=_LONGEST_COORDINATES,
                description="JSON text: x and y of four corners in pixels of the upright picture, "
                "in their order around the part to search with.",
                examples=["[[120, 80], [610, 95], [600, 720], [110, 700]]"],
            ),
        ],
        image: Annotated[UploadFile, File(description="An image file.")],
        category: Annotated[
            str | None,
            Query(max_length=100, description="To search in; left out: the setting's."),
        ] = None,
        k: Annotated[
            int, Query(ge=1, le=MAX_K, description="How many records at most.")
        ] = DEFAULT_K,
    ) -> SubmittedQuery:
        """Find the records most similar to a part of a picture, seen straight on."""
        found = live.catalog.get(asked_category(category, default, "s2"))
        corners = _corners(coordinates)
        data = image.file.read(live.limits.max_bytes + 1)
        with slots.taken():
            part = rectify(decode(data, live.limits), corners, largest_side_px=side)
            answer = live.search.by_image(found.name, _as_file(part), SearchOptions(k))
        metrics.observe_stages(answer.seconds)
        task = answers.keep(kept_answer(found, answer))
        return SubmittedQuery(task_id=task, status="The result can be fetched.")

    @router.get("/result/{task_id}", responses=described(401, 404, 422, 503))
    def read_result(
        request: Request,
        task_id: Annotated[
            str, Path(max_length=100, description="Of a submitted query.", examples=[_TASK])
        ],
    ) -> QueryResult:
        """Fetch what a query found. It is kept for an hour."""
        kept = answers.get(task_id)
        return QueryResult(
            request_id=task_id,
            query_status="SUCCESS",
            query_result=[page_address(request, kept.category, hit) for hit in kept.hits],
        )

    return router


def _corners(text: str) -> list[tuple[float, float]]:
    try:
        return _CORNERS.validate_json(text, strict=True)
    except ValidationError as error:
        raise QueryError(
            "The coordinates are no list of corners, each of two numbers",
            "Send them as JSON text: [[x, y], [x, y], [x, y], [x, y]]",
        ) from error


def _as_file(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()
