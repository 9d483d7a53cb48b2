"""Pictures with what browsers and proxies need to keep them: RFC 9110 and RFC 9111."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import Response

_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_EACH_TIME = "private, no-cache"


def picture_response(
    read: Callable[[], bytes],
    media_type: str,
    tag: str,
    if_none_match: str | None,
    *,
    for_ever: bool = False,
    file: str = "",
) -> Response:
    """Return a picture, or 304 where the client's copy is still right.

    Args:
        read: gives the picture's bytes; not called for a 304.
        media_type: of the picture.
        tag: equal for equal bytes, of characters that an ETag may hold.
        if_none_match: the request's header of that name.
        for_ever: whether this address will never show another picture.
        file: the path whose last part browsers shall propose when saving; empty: none.
    """
    etag = f'"{tag}"'
    headers = {"ETag": etag, "Cache-Control": _FOR_EVER if for_ever else _ASK_EACH_TIME}
    if if_none_match is not None and _among(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    if file:
        name = quote(PurePosixPath(file).name, safe="")
        headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    return Response(read(), media_type=media_type, headers=headers)


def _among(etag: str, if_none_match: str) -> bool:
    """Compare weakly, as RFC 9110, section 13.1.2, asks for."""
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in known or etag in known
