"""Every request gets an id, a line in the log and a place in the metrics; none ends silently."""

from __future__ import annotations

import logging
import re
import time
import uuid
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import problem_response
from common.logs import request_id

REQUEST_ID = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = ("/v1/health/live", "/v1/health/ready", "/v1/metrics")  # asked every few seconds
_log = logging.getLogger(__name__)


class RequestRecorder:
    """Names, times, logs and counts requests, and answers errors that nobody foresaw.

    A client's own ``X-Request-ID`` is kept if it is short and plain. Logged are method, path,
    status and time: no query, no header, no body.

    Args:
        app: that answers.
        metrics: that count.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        name = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        status = 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = name
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        token = request_id.set(name)
        started = time.perf_counter()
        try:
            await self._app(scope, receive, send_named)
        except Exception:
            _log.exception("unexpected error in the API")
            if status:  # too late for another answer: the connection has to break
                raise
            text = "Something went wrong on the server; the details are in its log."
            response = problem_response(scope["path"], 500, "InternalError", text)
            await response(scope, receive, send_named)
        finally:
            self._record(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.count_request(scope["method"], route, status, seconds)
        path = scope["path"]
        level = logging.DEBUG if path.endswith(_QUIET) else logging.INFO
        _log.log(
            level, "%s %s %d in %.1f ms", scope["method"], quote(path), status, seconds * 1_000
        )
