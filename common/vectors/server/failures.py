"""What a Qdrant server, or the way to it, refuses: as errors of our tree, each with its cure.

Over HTTP qdrant-client raises exceptions of its own, over gRPC those of that library, and its
local mode, which stands in for a server in tests, a plain :class:`ValueError`. All of them are
sorted into one :class:`Failure`, from which the sentence, the cure and whether to try again follow.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto

import grpc  # type: ignore[import-untyped]
import httpx
from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from common.errors import GenerationNotFound, StoreUnavailable, VisualSearchError

_MAX_SHOWN = 200  # characters of what a server says


class Failure(Enum):
    """Kinds of failure, by what cures them."""

    UNREACHABLE = auto()
    TIMEOUT = auto()
    UNTRUSTED = auto()
    KEY = auto()
    GONE = auto()
    BUSY = auto()
    DOWN = auto()
    STRANGE = auto()
    REFUSED = auto()


_SENTENCES: Mapping[Failure, tuple[str, str]] = {
    Failure.UNREACHABLE: (
        "it cannot be reached",
        "Check that it runs and that its address is right (QDRANT_URL, or QDRANT_HOST and "
        "QDRANT_PORT)",
    ),
    Failure.TIMEOUT: (
        "it did not answer in time",
        "Look at its load, or raise QDRANT_TIMEOUT_SECONDS",
    ),
    Failure.UNTRUSTED: (
        "its certificate is not trusted",
        "Name the file of the authority that signed it in QDRANT_CA_FILE",
    ),
    Failure.KEY: ("it does not accept the API key", "Check QDRANT_API_KEY"),
    Failure.GONE: ("the generation was removed", "Open the category again"),
    Failure.BUSY: ("it is asked too much at once", "Wait a little, then try again"),
    Failure.DOWN: ("it is not ready", "Wait a little, then try again, or look at its log"),
    Failure.STRANGE: (
        "its answer is not understood",
        "Check that the address is that of a Qdrant server of version 1.16 or later",
    ),
    Failure.REFUSED: ("it refuses", "Look at its log"),
}
_STATUSES: Mapping[int | None, Failure] = {
    401: Failure.KEY,
    403: Failure.KEY,
    408: Failure.TIMEOUT,
    429: Failure.BUSY,
    502: Failure.DOWN,
    503: Failure.DOWN,
    504: Failure.TIMEOUT,
}
_CODES: Mapping[grpc.StatusCode, Failure] = {
    grpc.StatusCode.UNAUTHENTICATED: Failure.KEY,
    grpc.StatusCode.PERMISSION_DENIED: Failure.KEY,
    grpc.StatusCode.NOT_FOUND: Failure.GONE,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Failure.BUSY,
    grpc.StatusCode.DEADLINE_EXCEEDED: Failure.TIMEOUT,
    grpc.StatusCode.UNAVAILABLE: Failure.UNREACHABLE,
    grpc.StatusCode.UNIMPLEMENTED: Failure.STRANGE,
}

VENDOR_ERRORS = (ApiException, QdrantException, grpc.RpcError, ValueError, RuntimeError)
"""What qdrant-client is known to raise."""


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn whatever qdrant-client raises into an error of our tree.

    Args:
        doing: what fails, such as ``search category 'shoes'``.

    Raises:
        GenerationNotFound: the collection is gone.
        StoreUnavailable: the server does not answer, or refuses.
    """
    try:
        yield
    except VisualSearchError:
        raise
    except VENDOR_ERRORS as error:
        failure = failure_of(error)
        what, cure = _SENTENCES[failure]
        detail = _detail(error)
        sentence = f"The Qdrant server could not {doing}: {what}{f' ({detail})' if detail else ''}"
        kind = GenerationNotFound if failure is Failure.GONE else StoreUnavailable
        raise kind(sentence, cure) from error


def failure_of(error: Exception) -> Failure:
    """Return the kind of failure that an exception of qdrant-client stands for."""
    match error:
        case ResponseHandlingException():
            return _on_the_way(error.source)
        case ResourceExhaustedResponse():
            return Failure.BUSY
        case UnexpectedResponse(status_code=404):
            # Only Qdrant says so in these terms; any other web server has a page for it.
            return Failure.GONE if _said(error) else Failure.STRANGE
        case UnexpectedResponse():
            return _STATUSES.get(error.status_code, Failure.REFUSED)
        case grpc.RpcError():
            return _CODES.get(_code(error), Failure.REFUSED)
        case ValueError() if str(error).endswith("not found"):
            return Failure.GONE  # local mode has only sentences
    return Failure.REFUSED


def _on_the_way(source: Exception) -> Failure:
    """Return what kept a request from being answered over HTTP."""
    if isinstance(source, httpx.TimeoutException):
        return Failure.TIMEOUT
    if isinstance(source, httpx.TransportError):
        cause: BaseException | None = source
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return Failure.UNTRUSTED
            cause = cause.__cause__ or cause.__context__
        return Failure.UNREACHABLE
    return Failure.STRANGE


def _detail(error: Exception) -> str:
    match error:
        case ResponseHandlingException():
            source = error.source
            # A model that does not fit an answer says so in many lines that help nobody.
            detail = str(source) if isinstance(source, httpx.HTTPError) else ""
        case UnexpectedResponse():
            detail = _said(error) or f"status {error.status_code}"
        case grpc.RpcError():
            detail = str(getattr(error, "details", str)() or "")
        case _:
            detail = str(error)
    line = " ".join(detail.split())
    return line if len(line) <= _MAX_SHOWN else f"{line[:_MAX_SHOWN]}…"


def _said(error: UnexpectedResponse) -> str:
    """Return the sentence in a Qdrant server's refusal, empty where it is not one of Qdrant's."""
    try:
        return str(json.loads(error.content)["status"]["error"])
    except (ValueError, TypeError, KeyError):
        return ""


def _code(error: grpc.RpcError) -> grpc.StatusCode:
    return error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
