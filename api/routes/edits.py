"""Records changed by hand: correcting their metadata, removing and restoring them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.guards.slots import Slots
from api.models.edits import (
    FileProblem,
    RecordChoice,
    RecordPatch,
    RemovalBody,
    RemovalOrder,
    RemovedPage,
    RemovedRecordBody,
)
from api.models.jobs import JobBody, job_body
from api.models.records import RecordBody, record_values
from api.problems import described
from api.routes.parameters import CategoryName, RecordId, refusal_to_wait
from common.assembly import Services
from common.editing import RecordEditor, Removal
from common.indexing import SyncOptions
from common.job_kinds import INDEX, index_arguments

MAX_REMOVED_PAGE = 1_000


def edit_routes(live: Services, slots: Slots) -> APIRouter:
    """Return the routes that change records. Included before those that read one by its id.

    Args:
        live: whose records they are.
        slots: places for requests that change records, of which one a category is at work.
    """
    router = APIRouter(prefix="/v1/categories/{category}/records", tags=["records"])

    def editor(category: str) -> RecordEditor:
        return live.editor(live.catalog.get(category), refusal_to_wait(category))

    @router.get("/removed", responses=described(401, 404, 409, 422, 503))
    def list_removed_records(
        category: CategoryName,
        offset: Annotated[int, Query(ge=0, description="How many of the first to leave out.")] = 0,
        limit: Annotated[
            int, Query(ge=1, le=MAX_REMOVED_PAGE, description="How many records at most.")
        ] = 100,
    ) -> RemovedPage:
        """List the records that were removed by hand and whose files are still there."""
        removed = editor(category).removed()
        return RemovedPage(
            total=len(removed),
            records=[
                RemovedRecordBody(id=record.id, file=record.file)
                for record in removed[offset : offset + limit]
            ],
        )

    @router.post("/delete", responses=described(400, 401, 403, 404, 409, 413, 422, 503))
    def delete_records(category: CategoryName, body: RemovalOrder) -> RemovalBody:
        """Remove several records at once: all of them, or none."""
        with slots.taken():
            removal = editor(category).delete(body.records, remove_files=body.remove_files)
        return _removal_body(removal)

    @router.post(
        "/restore",
        status_code=202,
        responses=described(400, 401, 403, 404, 409, 413, 422, 503),
    )
    def restore_records(
        request: Request, response: Response, category: CategoryName, body: RecordChoice
    ) -> JobBody:
        """Have removed records back: queues the job that indexes their files again."""
        with slots.taken():
            editor(category).restore(body.records)
        job = live.jobs.submit(INDEX.name, category, index_arguments(SyncOptions()))
        prefix = request.scope.get("root_path", "")
        response.headers["Location"] = f"{prefix}/v1/jobs/{job.id}"
        return job_body(job)

    @router.patch("/{record}", responses=described(400, 401, 403, 404, 409, 413, 422, 503))
    def patch_record(
        request: Request, category: CategoryName, record: RecordId, body: RecordPatch
    ) -> RecordBody:
        """Change a record's metadata. It is seen at once, and no later indexing undoes it."""
        with slots.taken():
            point = editor(category).patch(record, body.payload)
        prefix = request.scope.get("root_path", "")
        return RecordBody(**record_values(prefix, category, point.id, point.payload, None))

    @router.delete("/{record}", responses=described(401, 403, 404, 409, 422, 503))
    def delete_record(
        category: CategoryName,
        record: RecordId,
        remove_file: Annotated[
            bool, Query(description="Whether the image file is removed too.")
        ] = False,
    ) -> RemovalBody:
        """Remove a record. It is gone at once, and no later indexing brings it back."""
        with slots.taken():
            removal = editor(category).delete([record], remove_files=remove_file)
        return _removal_body(removal)

    return router


def _removal_body(removal: Removal) -> RemovalBody:
    return RemovalBody(
        generation=removal.generation,
        removed=len(removal.files),
        files_removed=len(removal.files_removed),
        problems=[
            FileProblem(file=file, detail=detail) for file, detail in removal.problems.items()
        ],
    )
