"""Searching: by a picture, by a record, by several examples, and several queries at once."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, UploadFile

from api.guards.slots import Slots
from api.metrics import Metrics
from api.models.records import record_values
from api.models.search import (
    AnswerBody,
    BatchAnswerBody,
    BatchBody,
    HitBody,
    QueryBody,
    with_pictures,
)
from api.problems import described
from api.routes.parameters import CategoryName, FieldNames, RecordId, options_of
from common.assembly import Services
from common.records import Answer
from common.search import SearchOptions

Options = Annotated[SearchOptions, Depends(options_of)]
_PROBLEMS = (401, 404, 409, 422, 503)
_PICTURE_PROBLEMS = (400, *_PROBLEMS, 413, 415)


def search_routes(live: Services, slots: Slots, metrics: Metrics) -> APIRouter:
    """Return the routes that answer queries."""
    router = APIRouter(prefix="/v1/categories/{category}", tags=["search"])

    def answered(request: Request, answer: Answer, fields: Collection[str] | None) -> AnswerBody:
        metrics.observe_stages(answer.seconds)
        prefix = request.scope.get("root_path", "")
        return AnswerBody(
            category=answer.category,
            generation=answer.generation,
            hits=[
                HitBody(
                    rank=hit.rank,
                    similarity=hit.similarity,
                    **record_values(prefix, answer.category, hit.id, hit.payload, fields),
                )
                for hit in answer.hits
            ],
            seconds=dict(answer.seconds),
        )

    @router.post("/search", responses=described(*_PICTURE_PROBLEMS))
    def search_by_file(
        request: Request,
        category: CategoryName,
        file: Annotated[UploadFile, File(description="An image file.")],
        options: Options,
        fields: FieldNames = None,
    ) -> AnswerBody:
        """Find the records most similar to an uploaded picture."""
        # One byte more than allowed is enough for the decoder to refuse it.
        data = file.file.read(live.limits.max_bytes + 1)
        with slots.taken():
            answer = live.search.by_image(category, data, options)
        return answered(request, answer, fields)

    @router.get("/records/{record}/similar", responses=described(*_PROBLEMS))
    def search_by_record(
        request: Request,
        category: CategoryName,
        record: RecordId,
        options: Options,
        fields: FieldNames = None,
    ) -> AnswerBody:
        """Find the records most similar to one of the category, itself left out."""
        return answered(request, live.search.by_record(category, record, options), fields)

    @router.post("/search/examples", responses=described(*_PICTURE_PROBLEMS))
    def search_by_examples(request: Request, category: CategoryName, body: QueryBody) -> AnswerBody:
        """Find records that are like some examples and unlike others.

        Examples are records, pictures and vectors, each with a weight; the query is the direction
        of their weighted sum.
        """
        query = body.to_query()
        with slots.taken() if with_pictures(query) else nullcontext():
            (answer,) = live.search.by_examples(category, [query])
        return answered(request, answer, body.fields)

    @router.post("/search/batch", responses=described(*_PICTURE_PROBLEMS))
    def search_batch(request: Request, category: CategoryName, body: BatchBody) -> BatchAnswerBody:
        """Answer several queries by the same generation: all of them, or none."""
        queries = [query.to_query() for query in body.queries]
        with slots.taken() if any(map(with_pictures, queries)) else nullcontext():
            answers = live.search.by_examples(category, queries)
        return BatchAnswerBody(
            answers=[
                answered(request, answer, query.fields)
                for answer, query in zip(answers, body.queries, strict=True)
            ]
        )

    return router
