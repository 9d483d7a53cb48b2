"""Jobs: indexing as one, and following, cancelling and retrying what runs or ran."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response

from api.guards.slots import Slots
from api.models.jobs import IndexOptions, JobBody, job_body
from api.problems import described
from api.routes.parameters import CategoryName
from common.assembly import Services
from common.job_kinds import INDEX, index_arguments
from common.jobs import JobState

MAX_JOBS = 100
MAX_WAIT_SECONDS = 30  # many proxies give up after a minute, and a server that stops waits for all

JobId = Annotated[
    str,
    Path(
        max_length=100,
        description="A job's id.",
        examples=["0b7e8f0a-6a35-4c39-9f0c-3f5a2f1d7c11"],
    ),
]


def job_routes(live: Services, waiting: Slots) -> APIRouter:
    """Return the routes of jobs.

    Args:
        live: whose jobs they are.
        waiting: places for requests that wait for a change. Each keeps a thread of the pool that
            all requests share.
    """
    router = APIRouter(prefix="/v1", tags=["jobs"])

    @router.post(
        "/categories/{category}/index",
        status_code=202,
        responses=described(400, 401, 403, 404, 413, 422, 503),
    )
    def index_category(
        request: Request,
        response: Response,
        category: CategoryName,
        options: Annotated[IndexOptions, Body(default_factory=IndexOptions)],
    ) -> JobBody:
        """Queue a job that brings a category's index in step with its files.

        Where a job that does the same is queued already, that one is answered.
        """
        live.catalog.get(category)
        arguments = index_arguments(options.to_options())
        job = live.jobs.submit(INDEX.name, category, arguments)
        prefix = request.scope.get("root_path", "")
        response.headers["Location"] = f"{prefix}/v1/jobs/{job.id}"
        return job_body(job)

    @router.get("/jobs", responses=described(401, 422, 503))
    def list_jobs(
        category: Annotated[
            str | None, Query(max_length=100, description="Only this one's; left out: all.")
        ] = None,
        state: Annotated[
            list[JobState] | None,
            Query(
                max_length=10,
                description="Only those in it; may be given several times; left out: all.",
            ),
        ] = None,
        limit: Annotated[
            int, Query(ge=1, le=MAX_JOBS, description="How many jobs at most.")
        ] = MAX_JOBS,
    ) -> list[JobBody]:
        """List the jobs, newest first. Of those that have ended, the oldest are forgotten."""
        jobs = live.jobs.list(states=state or (), category=category, limit=limit)
        return [job_body(job) for job in jobs]

    @router.get("/jobs/{job}", responses=described(401, 404, 422, 503))
    def read_job(
        job: JobId,
        wait_seconds: Annotated[
            float,
            Query(
                ge=0,
                le=MAX_WAIT_SECONDS,
                description="How long to wait for a change; not done where the job has ended.",
            ),
        ] = 0,
        revision: Annotated[
            int | None,
            Query(ge=0, description="The one known: a later one is answered at once."),
        ] = None,
    ) -> JobBody:
        """Read a job, at once or as soon as it changes."""
        found = live.jobs.get(job)
        if wait_seconds and found.is_open and revision in (None, found.revision):
            with waiting.taken():
                found = live.jobs.wait(found.id, found.revision, wait_seconds)
        return job_body(found)

    @router.post(
        "/jobs/{job}/cancel", status_code=202, responses=described(401, 403, 404, 409, 422, 503)
    )
    def cancel_job(job: JobId) -> JobBody:
        """End a queued job at once; ask a running one to end. Asking again changes nothing."""
        return job_body(live.jobs.cancel(job))

    @router.post(
        "/jobs/{job}/retry", status_code=202, responses=described(401, 403, 404, 409, 422, 503)
    )
    def retry_job(job: JobId) -> JobBody:
        """Queue a job again that failed, was cancelled or was interrupted."""
        return job_body(live.jobs.retry(job))

    return router
