"""The HTTP API as an application to mount beside the page or to serve alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from starlette.middleware.cors import CORSMiddleware

from api.adapters.choice import parse_adapters
from api.adapters.mounting import SEARCHES, TAGS, UPLOADS, adapter_routes
from api.adapters.places import Places
from api.guards.access import AccessControl, parse_keys
from api.guards.bodies import BodyLimit
from api.guards.requests import REQUEST_ID, RequestRecorder
from api.guards.slots import editing_slots, embedding_slots, upload_slots, waiting_slots
from api.metrics import Metrics
from api.models.problems import Problem
from api.problems import install_problem_handlers
from api.routes.categories import category_routes
from api.routes.edits import edit_routes
from api.routes.embedders import embedder_routes
from api.routes.generations import generation_routes
from api.routes.intake import intake_routes
from api.routes.jobs import job_routes
from api.routes.operation import health_routes, metrics_routes
from api.routes.records import record_routes
from api.routes.search import search_routes
from common.assembly import Services

VERSION = "0.1.0"
_DESCRIPTION = """Ask with a picture; get the most similar ones.

Errors are problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)); `title` is equal
for equal problems. Where the server asks for a key, send `Authorization: Bearer KEY`: writing needs
one of scope *write*. Every answer carries `X-Request-ID`, which the server's log repeats; a client
may choose it.
"""
_TAGS = (
    ("search", "Queries: by picture, record, vector, or several examples like and unlike."),
    ("categories", "Named sets of images to search in."),
    ("records", "The images of a category with their metadata."),
    ("generations", "Builds of a category's index, one of which answers."),
    ("jobs", "Long tasks, such as indexing: started, followed, cancelled and retried."),
    ("embedders", "Models that turn pictures into vectors, and their cards."),
    ("operation", "Health and figures, for those who run the server."),
)


def create_api(live: Services) -> FastAPI:
    """Return the application, with its routes under ``/v1`` and its description at ``/docs``.

    Raises:
        SettingsError: API_KEYS or API_ADAPTERS cannot be used.
    """
    settings = live.settings
    metrics = Metrics()
    slots = embedding_slots(settings.max_queries_at_once, metrics)
    waiting, uploads = waiting_slots(metrics), upload_slots(metrics)
    adapters = parse_adapters(settings.api_adapters)
    origins = [origin.strip().rstrip("/") for origin in settings.cors_origins.split(",")]
    origins = [origin for origin in origins if origin]
    app = _Api(
        title="Visual Similarity Search",
        version=VERSION,
        description=_DESCRIPTION,
        openapi_tags=[
            {"name": name, "description": text}
            for name, text in (*_TAGS, *((name, TAGS[name]) for name in adapters))
        ],
        redoc_url=None,
    )
    install_problem_handlers(app)
    app.include_router(health_routes(live))
    # For the description only: keys are checked before a body is read, by AccessControl.
    bearer = Depends(HTTPBearer(auto_error=False, description="An API key, where one is needed."))
    for router in (
        search_routes(live, slots, metrics),
        category_routes(live),
        edit_routes(live, editing_slots(metrics)),  # before a record's own address
        record_routes(live),
        generation_routes(live),
        job_routes(live, waiting),
        intake_routes(live, uploads),
        embedder_routes(live),
        metrics_routes(live, metrics),
        *adapter_routes(adapters, live, Places(slots, waiting, uploads), metrics),
    ):
        app.include_router(router, dependencies=[bearer])
    # The last one added is the first to see a request.
    app.add_middleware(
        BodyLimit,
        max_bytes=round(settings.max_request_megabytes * 1e6),
        max_upload_bytes=round(settings.max_upload_megabytes * 1e6),
        uploads=UPLOADS,
    )
    app.add_middleware(
        AccessControl,
        keys=parse_keys(settings.api_keys),
        origins=frozenset(origins),
        searches=SEARCHES,
    )
    app.add_middleware(RequestRecorder, metrics=metrics)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", REQUEST_ID],
            expose_headers=[REQUEST_ID, "ETag", "Retry-After", "Location"],
        )
    return app


class _Api(FastAPI):
    """The application, whose description has problem details for every error."""

    def openapi(self) -> dict[str, Any]:
        """Return the API's description (OpenAPI 3.1)."""
        if self.openapi_schema is None:
            schema = super().openapi()
            schemas = schema["components"]["schemas"]
            schemas["Problem"] = Problem.model_json_schema(
                ref_template="#/components/schemas/{model}"
            )
            for operation in _operations(schema):
                # What the framework promises by itself is not what is answered here.
                default = operation["responses"].get("422", {})
                if "application/json" in default.get("content", {}):
                    del operation["responses"]["422"]
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
        assert self.openapi_schema is not None  # noqa: S101  # set by the framework's own method
        return self.openapi_schema


def _operations(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]
