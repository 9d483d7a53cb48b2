"""Bodies that are too large are refused before they are kept anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response

TITLE = "ContentTooLarge"
# Files are read piece by piece there, so a body may be longer than memory.
_UPLOAD = re.compile(r"/v1/categories/[^/]+/images")


class BodyLimit:
    """Refuses by the announced length, and where none is announced while counting what comes.

    Args:
        app: that reads bodies.
        max_bytes: longest body that it gets to see.
        max_upload_bytes: longest body with images to add; None: as any other.
        uploads: other paths that take images to add.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        max_upload_bytes: int | None = None,
        uploads: re.Pattern[str] | None = None,
    ) -> None:
        self._app = app
        self._uploads = uploads
        self._any = _Limit(max_bytes, "MAX_REQUEST_MEGABYTES")
        self._upload = (
            self._any
            if max_upload_bytes is None
            else _Limit(max_upload_bytes, "MAX_UPLOAD_MEGABYTES")
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        limit = self._upload if self._takes_images(path) else self._any
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > limit.max_bytes:
            # What is still on its way is not read, so the connection cannot be used again.
            headers = {"Connection": "close"}
            refusal = problem_response(scope["path"], 413, TITLE, limit.text, headers)
            await refusal(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit.max_bytes:
                # Of the framework's own kind: others it takes for a body that does not parse.
                raise HTTPException(413, limit.text, {"Connection": "close"})
            return message

        await self._app(scope, receive_counted, send)

    def _takes_images(self, path: str) -> bool:
        others = self._uploads is not None and self._uploads.fullmatch(path)
        return bool(others or _UPLOAD.fullmatch(path))


@dataclass(frozen=True, slots=True)
class _Limit:
    """A longest body, and the setting that allows longer ones."""

    max_bytes: int
    setting: str

    @property
    def text(self) -> str:
        return (
            f"The request is larger than the {self.max_bytes / 1e6:g} MB that are read. "
            f"Send less at once, or raise {self.setting}."
        )
