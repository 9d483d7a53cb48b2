"""The one table from errors to HTTP answers: RFC 9457 problem details."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from common.errors import (
    CategoryBroken,
    CategoryNameError,
    CategoryNotFound,
    FilterError,
    FingerprintMismatch,
    GenerationNotFound,
    ImageError,
    ImageFormatError,
    ImageTooLarge,
    ObjectNotFound,
    QueryError,
    RecordNotFound,
    StorageUnavailable,
    StoreUnavailable,
    VisualSearchError,
)

_log = logging.getLogger(__name__)

# The first row whose class fits decides; the last fits all.
_STATUS: tuple[tuple[type[VisualSearchError], int], ...] = (
    (CategoryNotFound, 404),
    (CategoryNameError, 404),
    (GenerationNotFound, 404),
    (RecordNotFound, 404),
    (ObjectNotFound, 404),
    (CategoryBroken, 503),
    (FingerprintMismatch, 409),
    (ImageTooLarge, 413),
    (ImageFormatError, 415),
    (ImageError, 422),
    (QueryError, 422),
    (FilterError, 422),
    (StorageUnavailable, 503),
    (StoreUnavailable, 503),
    (VisualSearchError, 500),
)


def install_problem_handlers(app: FastAPI) -> None:
    """Make ``app`` answer every error as ``application/problem+json``."""

    @app.exception_handler(VisualSearchError)
    def known(request: Request, error: VisualSearchError) -> JSONResponse:
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return _problem(request, status, type(error).__name__, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        text = "; ".join(
            f"{'.'.join(str(part) for part in e['loc'])}: {e['msg'].lower()}"
            for e in error.errors()
        )
        return _problem(request, 422, "InvalidRequest", f"{text}.")

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        return _problem(request, error.status_code, "HTTPError", f"{error.detail}.")

    @app.exception_handler(Exception)
    def unknown(request: Request, error: Exception) -> JSONResponse:
        _log.error("unexpected error in the API", exc_info=error)
        text = "Something went wrong on the server; the details are in its log."
        return _problem(request, 500, "InternalError", text)


def _problem(request: Request, status: int, title: str, detail: str) -> JSONResponse:
    return JSONResponse(
        {"title": title, "status": status, "detail": detail, "instance": request.url.path},
        status_code=status,
        media_type="application/problem+json",
    )
