"""S4, ImageSimilarity: catalogues that are uploaded, searches by picture, and polling for both."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.adapters.answers import AnswerStore
from api.adapters.choice import asked_category
from api.adapters.hits import image_address, kept_answer
from api.adapters.places import Places
from api.metrics import Metrics
from api.problems import described
from api.routes.jobs import MAX_WAIT_SECONDS
from api.uploads import read_upload
from common.adding import require_room, submit_delivery
from common.assembly import Services
from common.categories import Category
from common.errors import CategoryError, JobNotFound, TooBusy
from common.job_kinds import ADD
from common.jobs import Job, JobState
from common.queries import MAX_K, SearchOptions

TAG: Final = "s4"
_DEFAULT_TOP_K: Final = 100
_LONGEST_NAME: Final = 100
_MOST_SECONDS: Final = 86_400  # to be asked for; MAX_WAIT_SECONDS are waited for at most
_MOST_TRIES: Final = 1_000
_TASK: Final = "0b7e8f0a-6a35-4c39-9f0c-3f5a2f1d7c11"

TaskState: TypeAlias = Literal["PENDING", "STARTED", "SUCCESS", "FAILURE", "REVOKED"]
_STATES: Final[dict[JobState, TaskState]] = {
    "queued": "PENDING",
    "running": "STARTED",
    "succeeded": "SUCCESS",
    "failed": "FAILURE",
    "cancelled": "REVOKED",
    "interrupted": "FAILURE",
}

CategoryAsked = Annotated[
    str | None,
    Query(
        max_length=_LONGEST_NAME,
        description="A category's name; left out: the one that `model_id` names, or else the "
        "setting's.",
    ),
]


class StartedTask(BaseModel):
    """A task that can be polled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"task_id": _TASK}]})

    task_id: str


class FoundImage(BaseModel):
    """An image that was found."""

    image_uri: str = Field(description="On this server; its last part is the file's name.")
    distance: float = Field(description="1 less the cosine: 0 for the same, 2 for the opposite.")


class TaskStatus(BaseModel):
    """How far a task is, and what came of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "SUCCESS",
                    "result": [
                        {
                            "image_uri": "https://search.example/api/v1/categories/shoes/records/"
                            "2f1c7a52-9f0e-5d3b-8a5e-2f6d0c9b7e41/original#/boots/17.jpg",
                            "distance": 0.086,
                        }
                    ],
                },
                {"status": "STARTED"},
            ]
        }
    )

    status: TaskState
    result: list[FoundImage] | str | None = Field(
        None,
        description="Of a search the images, best first; of a catalogue a sentence, as of what "
        "failed; left out while there is none.",
    )


def catalogue_routes(
    live: Services, category: str, answers: AnswerStore, places: Places, metrics: Metrics
) -> APIRouter:
    """Return the routes of S4.

    Args:
        live: what they stand for.
        category: to use where a request names none; empty: there is none.
        answers: keeps answers until they are fetched.
        places: for requests.
        metrics: that are told how long each stage took.
    """
    router = APIRouter(tags=[TAG])
    default = category

    def meant(asked: str | None, model_id: str) -> Category:
        """Return the category: there each model had images of its own, as categories have here."""
        if not asked and model_id:
            with suppress(CategoryError):
                return live.catalog.get(model_id)
        return live.catalog.get(asked_category(asked, default or model_id, "s4"))

    @router.post("/search_with_image", responses=described(400, 401, 404, 409, 413, 415, 422, 503))
    def search_with_image(
        file: Annotated[UploadFile, File(description="An image file.")],
        model_id: Annotated[
            str, Form(max_length=_LONGEST_NAME, description="Names the category, if there is one.")
        ] = "",
        top_k: Annotated[
            int, Form(ge=1, le=MAX_K, description="How many images at most.")
        ] = _DEFAULT_TOP_K,
        category: CategoryAsked = None,
    ) -> StartedTask:
        """Find the images most similar to an uploaded one, to be fetched by polling."""
        found = meant(category, model_id)
        data = file.file.read(live.limits.max_bytes + 1)
        with places.embedding.taken():
            answer = live.search.by_image(found.name, data, SearchOptions(top_k))
        metrics.observe_stages(answer.seconds)
        return StartedTask(task_id=answers.keep(kept_answer(found, answer)))

    @router.post(
        "/upload_catalogue",
        responses=described(400, 401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra={"requestBody": _catalogue_body()},
    )
    async def upload_catalogue(request: Request, category: CategoryAsked = None) -> StartedTask:
        """Take image files and ZIP archives in, to be added and indexed by a task."""
        with places.uploading.taken():
            await run_in_threadpool(require_room, live)
            delivery = await run_in_threadpool(live.deliveries.begin, category or "")
            try:
                values = await read_upload(request, delivery, ("model_id",), images="files")
                # The form may name it behind the files.
                model_id = values.get("model_id", "")[:_LONGEST_NAME]
                delivery.category = (await run_in_threadpool(meant, category, model_id)).name
                job = await run_in_threadpool(lambda: submit_delivery(live, delivery.seal()))
            except BaseException:
                await run_in_threadpool(delivery.discard)
                raise
        return StartedTask(task_id=job.id)

    @router.get(
        "/poll_task_status/{task}",
        response_model_exclude_none=True,
        responses=described(401, 404, 422, 503),
    )
    def poll_task_status(
        request: Request,
        task: Annotated[str, Path(max_length=100, description="A `task_id`.", examples=[_TASK])],
        target_status: Annotated[
            str, Query(max_length=20, description="The state that is waited for.")
        ] = "SUCCESS",
        timeout: Annotated[
            int,
            Query(
                ge=0,
                le=_MOST_SECONDS,
                description=f"Seconds to wait each time; {MAX_WAIT_SECONDS} in all at most.",
            ),
        ] = MAX_WAIT_SECONDS,
        retry_limit: Annotated[
            int, Query(ge=0, le=_MOST_TRIES, description="How many times to wait.")
        ] = 3,
    ) -> TaskStatus:
        """Tell how a task is, as soon as it is in the state waited for, has ended, or time is up.

        Where many requests wait already, its state is told at once.
        """
        with suppress(JobNotFound):
            kept = answers.get(task)
            images = [
                FoundImage(
                    image_uri=image_address(request, kept.category, hit),
                    distance=1 - hit.similarity,
                )
                for hit in kept.hits
            ]
            return TaskStatus(status="SUCCESS", result=images)
        job = live.jobs.get(task)
        if job.kind != ADD.name:
            raise JobNotFound(f"There is no task '{job.id}'", "Poll what an upload answered")
        with suppress(TooBusy), places.waiting.taken():
            job = _awaited(live, job, target_status, min(timeout * retry_limit, MAX_WAIT_SECONDS))
        return TaskStatus(status=_STATES[job.state], result=_told(job))

    return router


def _awaited(live: Services, job: Job, target: str, seconds: float) -> Job:
    deadline = time.monotonic() + seconds
    while job.is_open and _STATES[job.state] != target:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        job = live.jobs.wait(job.id, job.revision, left)
    return job


def _told(job: Job) -> str | None:
    """Return a sentence or two on how a job ended."""
    if job.report is not None:
        count = job.report.get
        return (
            f"The catalogue is up to date: {count('added')} images were added, "
            f"{count('replaced')} replaced and {count('skipped_total')} skipped."
        )
    ends = [f"{part}." for part in (job.reason, job.cure) if part]
    return None if job.is_open else " ".join(ends) or f"The task was {job.state}."


def _catalogue_body() -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "files": {
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "description": "Image files, and ZIP archives of such, told apart by content.",
            },
            "model_id": {
                "type": "string",
                "maxLength": _LONGEST_NAME,
                "description": "Names the category, if there is one.",
            },
        },
        "required": ["files"],
        "additionalProperties": False,
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
