"""Keys, and what a listing tells of the objects behind them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from common.errors import PathOutsideRoot
from common.storage.base import StoredFile

_MAX_KEY_BYTES: Final = 1024  # S3's own limit
_FRACTION_BITS: Final = 20


@dataclass(frozen=True, slots=True)
class StoredObject(StoredFile):
    """A file in a bucket.

    Attributes:
        etag: the server's own word for its content: MD5 in hexadecimal, where it was uploaded in
            one piece and is not encrypted.
    """

    etag: str


def key_of(prefix: str, path: str) -> str:
    """Return the key of a path below a prefix.

    Keys are plain text to a server, and ``a//b`` another one than ``a/b``; only the parts ``.``
    are left out, as the client would refuse them.

    Args:
        prefix: empty, or ending in a slash.
        path: relative to it.

    Raises:
        PathOutsideRoot: the path is no path below the prefix.
    """
    parts = [part for part in path.split("/") if part != "."]
    if not any(parts) or path.startswith("/") or ".." in parts or "\0" in path:
        raise _outside(path, prefix, "Give a path relative to the images, without '..'")
    key = prefix + "/".join(parts)
    try:
        length = len(key.encode())
    except UnicodeEncodeError as error:
        raise _outside(path, prefix, "Give it a name in UTF-8") from error
    if length > _MAX_KEY_BYTES:
        raise _outside(path, prefix, f"Give it a name of less than {_MAX_KEY_BYTES} bytes")
    return key


def is_hidden(path: str) -> bool:
    """Tell whether a part of a path begins with a dot, or the path names a directory."""
    return path.endswith("/") or any(part.startswith(".") for part in path.split("/"))


def modified_of(last_modified: datetime | None, etag: str) -> float:
    """Return a time of change that differs for contents put within the same second.

    Listings and headers tell times of different resolution, so that only whole seconds agree; what
    is behind the point is taken from the etag.

    Returns:
        Seconds since the epoch, right to a second.
    """
    seconds = 0 if last_modified is None else int(last_modified.timestamp())
    digest = hashlib.sha256(etag.encode()).digest()
    return seconds + (int.from_bytes(digest[:4]) >> (32 - _FRACTION_BITS)) / 2**_FRACTION_BITS


def _outside(path: str, prefix: str, cure: str) -> PathOutsideRoot:
    shown = path.encode("utf-8", "backslashreplace").decode()
    return PathOutsideRoot(f"Path '{shown}' is no file's name below '{prefix}' in a bucket", cure)
