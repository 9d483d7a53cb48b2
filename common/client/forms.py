"""Forms with any number of files, each opened only while it is sent (RFC 7578)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

Content: TypeAlias = bytes | Path
"""A file's bytes, or where it lies."""

_PIECE_BYTES: Final = 1 << 18


class Form:
    """A form that is sent piece by piece. What it is made of may be read once.

    Args:
        files: part name, file name and content of each.
        values: of the other parts.

    Attributes:
        content_type: to be sent with it.
    """

    def __init__(
        self, files: Iterable[tuple[str, str, Content]], values: Mapping[str, str]
    ) -> None:
        self._boundary = uuid.uuid4().hex
        self._files = files
        self._values = values
        self.content_type = f"multipart/form-data; boundary={self._boundary}"

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body.

        Raises:
            OSError: a file cannot be read.
        """
        for name, value in self._values.items():
            yield self._head(name) + value.encode()
        for name, file_name, content in self._files:
            yield self._head(name, file_name)
            yield from _pieces(content)
        yield f"\r\n--{self._boundary}--\r\n".encode()

    def _head(self, name: str, file_name: str | None = None) -> bytes:
        named = "" if file_name is None else f'; filename="{_quoted(file_name)}"'
        return (
            f"\r\n--{self._boundary}\r\n"
            f'Content-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        ).encode("utf-8", "surrogateescape")


def _quoted(name: str) -> str:
    # Line ends would end the header; the others are what ends the name, or escapes.
    plain = name.replace("\r", " ").replace("\n", " ")
    return plain.replace("\\", "\\\\").replace('"', '\\"')


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece
