"""Uploads: multipart bodies read part by part, each file straight into a delivery.

The framework's own reader keeps every file of a form open until all have come, of which there may
be thousands here (RFC 7578, "Returning Values from Forms: multipart/form-data").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from common.errors import DeliveryTooLarge, IntakeError
from common.intake import IncomingFile, OpenDelivery

IMAGES: Final = "images"
METADATA: Final = "metadata"

_LONGEST_VALUE: Final = 2_000
_SHOWN: Final = 60
_BATCH_BYTES: Final = 262_144  # each batch is a journey to another thread and back


@dataclass(slots=True)
class UploadReader:
    """Takes a multipart body apart, in whichever thread it is fed.

    Args:
        boundary: between the parts.
        delivery: that gets the files.
        names: of the parts that are plain values.
        images: name of the parts that are images and archives.

    Attributes:
        values: the plain values that have come.
    """

    boundary: bytes
    delivery: OpenDelivery
    names: tuple[str, ...]
    images: str = IMAGES
    values: dict[str, str] = field(default_factory=dict)
    _parser: MultipartParser = field(init=False)
    _part: _Part | None = field(default=None, init=False)
    _header: bytes = field(default=b"", init=False)
    _header_value: bytes = field(default=b"", init=False)
    _ended: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._parser = MultipartParser(
            self.boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_header,
                "on_header_value": self._on_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._open,
                "on_part_data": self._on_data,
                "on_part_end": self._close,
                "on_end": self._end,
            },
        )

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the body.

        Raises:
            HTTPException: they are no multipart body.
            VisualSearchError: a part is refused, or cannot be kept.
        """
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise HTTPException(400, "The body is not multipart/form-data.") from error

    def finish(self) -> None:
        """Make sure that the body came whole.

        Raises:
            HTTPException: its end is missing.
        """
        if not self._ended:
            raise HTTPException(400, "The body ends before its last boundary.")

    def abandon(self) -> None:
        """Drop the part that is being read."""
        if self._part is not None and self._part.file is not None:
            self._part.file.abandon()
        self._part = None

    def _begin(self) -> None:
        self._part = _Part()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        part = self._now()
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._header_value)
            part.name = _text(options.get(b"name", b""))
            part.filename = _text(options[b"filename"]) if b"filename" in options else None
        self._header = self._header_value = b""

    def _open(self) -> None:
        part = self._now()
        if part.name == self.images and part.filename:
            part.file = self.delivery.open(part.filename)
        elif part.name in (self.images, METADATA) and part.filename is None:
            raise IntakeError(
                f"The part '{part.name}' of the form is no file", "Send it with a file name"
            )
        elif part.name not in (self.images, METADATA, *self.names):
            raise IntakeError(
                f"The form has a part '{part.name[:_SHOWN]}', which means nothing here",
                f"There are {', '.join((self.images, METADATA, *self.names))}",
            )

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        part = self._now()
        if part.file is not None:
            part.file.write(data[start:end])
            return
        if part.name == self.images:  # a field of a form in which no file was chosen
            return
        longest = self.delivery.limits.table_bytes if part.name == METADATA else _LONGEST_VALUE
        part.content += data[start:end]
        if len(part.content) > longest:
            raise DeliveryTooLarge(
                f"The part '{part.name}' of the form is longer than {longest:,} bytes",
                "Make it shorter",
            )

    def _close(self) -> None:
        part = self._now()
        self._part = None
        if part.file is not None:
            part.file.close()
        elif part.name == METADATA:
            if part.filename:
                self.delivery.add_table(part.filename, bytes(part.content))
        elif part.name != self.images:
            self.values[part.name] = _text(bytes(part.content))

    def _end(self) -> None:
        self._ended = True

    def _now(self) -> _Part:
        if self._part is None:
            self._part = _Part()
        return self._part


@dataclass(slots=True)
class _Part:
    name: str = ""
    filename: str | None = None
    file: IncomingFile | None = None
    content: bytearray = field(default_factory=bytearray)


async def read_upload(
    request: Request, delivery: OpenDelivery, names: tuple[str, ...], *, images: str = IMAGES
) -> dict[str, str]:
    """Read a request's form into a delivery; return its plain values.

    Args:
        request: whose body has parts with images (files), ``metadata`` (a file) and values.
        delivery: that gets the files. It is neither sealed nor discarded here.
        names: of the parts that are plain values.
        images: name of the parts that are images and archives.

    Raises:
        HTTPException: the body is not multipart, or too large, or ends too early.
        VisualSearchError: a part is refused, or cannot be kept.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise HTTPException(415, "The body is not multipart/form-data: send the files as a form.")
    try:
        reader = UploadReader(options.get(b"boundary", b""), delivery, names, images)
    except FormParserError as error:
        raise HTTPException(400, "The boundary of the form is too long.") from error
    try:
        batch = bytearray()
        async for piece in request.stream():
            batch += piece
            if len(batch) >= _BATCH_BYTES:
                await run_in_threadpool(reader.feed, bytes(batch))
                batch.clear()
        await run_in_threadpool(reader.feed, bytes(batch))
        reader.finish()
    except ClientDisconnect as error:
        raise HTTPException(400, "The connection ended before the body did.") from error
    finally:
        reader.abandon()
    return reader.values


def _text(value: bytes) -> str:
    """Return text of a form, which is UTF-8 unless somebody sent something else."""
    return value.decode("utf-8", "surrogateescape")
