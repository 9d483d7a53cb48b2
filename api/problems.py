"""The one table from errors to HTTP answers: RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.models.problems import Problem
from common.errors import (
    CategoryBroken,
    CategoryExists,
    CategoryNameError,
    CategoryNotFound,
    CategoryReadOnly,
    DeliveryTooLarge,
    DimensionMismatch,
    EditError,
    EmbedderError,
    EmbedderNotFound,
    FilterError,
    FingerprintMismatch,
    GenerationNotFound,
    ImageError,
    ImageFormatError,
    ImageTooLarge,
    IndexingError,
    IntakeError,
    JobError,
    JobNotFound,
    KeyInsufficient,
    KeyRequired,
    MetadataError,
    ModelBundleError,
    ObjectNotFound,
    ObjectUnreadable,
    PathOutsideRoot,
    QueryError,
    RecordNotFound,
    StorageUnavailable,
    StoreUnavailable,
    TooBusy,
    VisualSearchError,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
_MOST_SHOWN = 6

# The first row whose class fits decides; the last fits all.
_STATUS: tuple[tuple[type[VisualSearchError], int], ...] = (
    (KeyRequired, 401),
    (KeyInsufficient, 403),
    (CategoryNotFound, 404),
    (CategoryNameError, 404),
    (EmbedderNotFound, 404),
    (GenerationNotFound, 404),
    (JobNotFound, 404),
    (RecordNotFound, 404),
    (ObjectNotFound, 404),
    (PathOutsideRoot, 404),
    (CategoryExists, 409),
    (CategoryReadOnly, 409),
    (FingerprintMismatch, 409),
    (IndexingError, 409),
    (MetadataError, 409),
    (JobError, 409),
    (ImageTooLarge, 413),
    (DeliveryTooLarge, 413),
    (ImageFormatError, 415),
    (ImageError, 422),
    (IntakeError, 422),
    (QueryError, 422),
    (EditError, 422),
    (FilterError, 422),
    (DimensionMismatch, 422),
    (CategoryBroken, 503),
    (ModelBundleError, 503),
    (EmbedderError, 503),
    (ObjectUnreadable, 503),
    (StorageUnavailable, 503),
    (StoreUnavailable, 503),
    (TooBusy, 503),
    (VisualSearchError, 500),
)
_HEADERS: Mapping[type[VisualSearchError], Mapping[str, str]] = {
    KeyRequired: {"WWW-Authenticate": "Bearer"},
    TooBusy: {"Retry-After": str(RETRY_AFTER_SECONDS)},
}
_MEANINGS = {
    400: "The body cannot be read as what its `Content-Type` says.",
    401: "An API key is needed, or the one given is not known.",
    403: "The API key may not do this.",
    404: "There is nothing of that name.",
    409: "The state of the category or the job does not allow it.",
    413: "The request or the picture is too large.",
    415: "The file is no picture of a kind that is read.",
    422: "A value cannot be used, or the picture is damaged.",
    503: "Something this rests on does not answer, or too much is asked at once (`Retry-After`).",
}


def install_problem_handlers(app: FastAPI) -> None:
    """Make ``app`` answer every foreseen error as ``application/problem+json``.

    Unforeseen ones are answered by :mod:`api.guards.requests`, which logs them too.
    """

    @app.exception_handler(VisualSearchError)
    def known(request: Request, error: VisualSearchError) -> JSONResponse:
        return error_response(request.url.path, error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # Neither what was sent nor the text that was to be parsed: it may be a picture, or a key.
        found = [
            f"{'.'.join(str(part) for part in e['loc'])}: {e['msg'].lower()}"
            for e in error.errors()
        ]
        more = f"; and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
        text = f"{'; '.join(found[:_MOST_SHOWN])}{more}."
        return problem_response(request.url.path, 422, "InvalidRequest", text)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        title = HTTPStatus(error.status_code).phrase.title().replace(" ", "").replace("-", "")
        text = error.detail if error.detail.endswith(".") else f"{error.detail}."
        path = request.url.path
        return problem_response(path, error.status_code, title, text, error.headers)


def error_response(path: str, error: VisualSearchError) -> JSONResponse:
    """Return the answer to an error of the tree."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return problem_response(
        path, status, type(error).__name__, str(error), _HEADERS.get(type(error))
    )


def problem_response(
    path: str, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return problem details."""
    problem = Problem(
        title=title, status=status, detail=_encodable(detail), instance=_encodable(path)
    )
    return JSONResponse(problem.model_dump(), status, headers, MEDIA_TYPE)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI shall say of the problems that a route answers with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": _MEANINGS[status], "content": content}
        for status in sorted(statuses)
    }


def _encodable(text: str) -> str:
    # Names in a request may hold halves of surrogate pairs, which no answer can repeat.
    return text.encode("utf-8", "backslashreplace").decode()
