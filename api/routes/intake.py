"""Adding images: from a form with files and archives, or from a list of web addresses."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from api.guards.slots import Slots
from api.models.intake import AddressList, UploadFields, upload_body
from api.models.jobs import JobBody, job_body
from api.problems import described
from api.routes.parameters import CategoryName
from api.uploads import read_upload
from common.adding import AddOptions, require_room, submit_delivery
from common.assembly import Services
from common.intake import OpenDelivery
from common.jobs import Job

_VALUES = tuple(UploadFields.model_fields)


def intake_routes(live: Services, uploads: Slots) -> APIRouter:
    """Return the routes by which images come in.

    Args:
        live: whose categories they are for.
        uploads: places for requests that bring files.
    """
    router = APIRouter(prefix="/v1/categories/{category}", tags=["categories"])

    def begun(category: str) -> OpenDelivery:
        live.catalog.require_own()
        live.catalog.get(category)
        require_room(live)
        return live.deliveries.begin(category)

    def submitted(delivery: OpenDelivery, options: AddOptions) -> Job:
        return submit_delivery(live, delivery.seal(), options)

    @router.post(
        "/images",
        status_code=202,
        responses=described(400, 401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra={"requestBody": upload_body()},
    )
    async def add_images(request: Request, response: Response, category: CategoryName) -> JobBody:
        """Take image files and ZIP archives in; a job then adds them and indexes the category.

        The job's report tells what became of each. Form parts are read in any order; nothing is
        queued unless all of them came whole.
        """
        with uploads.taken():
            delivery = await run_in_threadpool(begun, category)
            try:
                values = await read_upload(request, delivery, _VALUES)
                options = _validated(values).to_options()
                job = await run_in_threadpool(submitted, delivery, options)
            except BaseException:
                await run_in_threadpool(delivery.discard)
                raise
        return _answered(request, response, job)

    @router.post(
        "/urls", status_code=202, responses=described(400, 401, 403, 404, 409, 413, 422, 503)
    )
    def add_urls(
        request: Request, response: Response, category: CategoryName, body: AddressList
    ) -> JobBody:
        """Queue a job that downloads images from web addresses, adds them and indexes the category.

        Hosts are asked politely, a few images at once; addresses that lead into private networks
        are not asked.
        """
        delivery = begun(category)
        try:
            delivery.add_addresses(body.urls)
            job = submitted(delivery, body.to_options())
        except BaseException:
            delivery.discard()
            raise
        return _answered(request, response, job)

    return router


def _validated(values: dict[str, str]) -> UploadFields:
    try:
        return UploadFields.model_validate(values)
    except ValidationError as error:
        raise RequestValidationError(
            [{**found, "loc": ("body", *found["loc"])} for found in error.errors()]
        ) from error


def _answered(request: Request, response: Response, job: Job) -> JobBody:
    prefix = request.scope.get("root_path", "")
    response.headers["Location"] = f"{prefix}/v1/jobs/{job.id}"
    return job_body(job)
