"""Bodies that are too large are refused before they are kept anywhere."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response

TITLE = "ContentTooLarge"


class BodyLimit:
    """Refuses by the announced length, and where none is announced while counting what comes.

    Args:
        app: that reads bodies.
        max_bytes: longest body that it gets to see.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._text = (
            f"The request is larger than the {max_bytes / 1e6:g} MB that are read. "
            "Send less at once, or raise MAX_REQUEST_MEGABYTES."
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > self._max_bytes:
            # What is still on its way is not read, so the connection cannot be used again.
            headers = {"Connection": "close"}
            refusal = problem_response(scope["path"], 413, TITLE, self._text, headers)
            await refusal(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                # Of the framework's own kind: others it takes for a body that does not parse.
                raise HTTPException(413, self._text, {"Connection": "close"})
            return message

        await self._app(scope, receive_counted, send)
