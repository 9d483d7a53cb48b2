"""Which format a table has: what its name says, checked against its first bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import Final

from common.errors import MetadataError
from common.metadata.delimited import read_delimited
from common.metadata.jsonlines import read_jsonl
from common.metadata.raw import RawTable
from common.metadata.workbook import MAX_WORKBOOK_BYTES, read_xlsx

MAX_TABLE_BYTES: Final = 512 * 2**20

_READERS: Final[Mapping[str, Callable[[bytes, str], RawTable]]] = {
    ".csv": read_delimited,
    ".tsv": partial(read_delimited, delimiter="\t"),
    ".xlsx": read_xlsx,
    ".jsonl": read_jsonl,
    # Other names of the same formats. Older versions took a table of any name for CSV.
    "": read_delimited,
    ".txt": read_delimited,
    ".tab": partial(read_delimited, delimiter="\t"),
    ".ndjson": read_jsonl,
}
TABLE_SUFFIXES: Final = (".csv", ".tsv", ".xlsx", ".jsonl")
"""Endings of the names of tables, each of a format."""

_CURE: Final = "Save it as CSV, TSV, XLSX or JSONL, and name it so"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY: Final = {
    _ZIP: "a ZIP archive, such as an XLSX workbook",
    _OLE: "an old or an encrypted Excel workbook",
    b"%PDF-": "a PDF document",
    b"\x1f\x8b": "compressed by gzip",
    b"PAR1": "a Parquet file",
    b"SQLite format 3\0": "an SQLite database",
}


def read_table_file(path: Path) -> bytes:
    """Return the bytes of a table's file.

    Raises:
        MetadataError: it cannot be read, or is larger than 512 MiB.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_TABLE_BYTES + 1)
    except OSError as error:
        raise MetadataError(
            f"Metadata table '{path}' cannot be read ({error.strerror or error})",
            "Check that the file exists and its permissions",
        ) from error
    if len(content) > MAX_TABLE_BYTES:
        raise MetadataError(
            f"Metadata table '{path}' is larger than {MAX_TABLE_BYTES // 2**20} MiB",
            "Remove columns that nobody needs, or split the images into several categories",
        )
    return content


def check_table_name(name: str) -> None:
    """Make sure that a file's name says a format that is read.

    Raises:
        MetadataError: it says another.
    """
    if _suffix(name) not in _READERS:
        raise MetadataError(f"Metadata table '{name}' has the name of no table that is read", _CURE)


def read_raw_table(content: bytes, source: str) -> RawTable:
    """Read a table in the format that its name says.

    Args:
        content: the file's bytes.
        source: its name, for messages and for the format.

    Raises:
        MetadataError: the name says no known format, the content is of another, or it is broken.
    """
    check_table_name(source)
    suffix = _suffix(source)
    if suffix == ".xlsx":
        _check_workbook(content, source)
    else:
        _check_text(content, source)
    if suffix in (".jsonl", ".ndjson") and content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
        raise MetadataError(
            f"{source}: row 1 begins a JSON list, where JSONL has one object a line",
            "Write each object of the list on a line of its own, without brackets and commas",
        )
    return _READERS[suffix](content, source)


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _check_workbook(content: bytes, source: str) -> None:
    if content.startswith(_OLE):
        raise MetadataError(
            f"{source} is an old or an encrypted Excel workbook by its content",
            "Save it as XLSX without a password",
        )
    if not content.startswith(_ZIP):
        raise MetadataError(f"{source} is no XLSX workbook by its content", _CURE)
    if len(content) > MAX_WORKBOOK_BYTES:
        raise MetadataError(
            f"{source} is larger than the {MAX_WORKBOOK_BYTES // 2**20} MiB that are read of XLSX",
            "Save it as CSV in UTF-8",
        )


def _check_text(content: bytes, source: str) -> None:
    found = next((kind for magic, kind in _BINARY.items() if content.startswith(magic)), None)
    if found is not None:
        raise MetadataError(f"{source} is {found} by its content, and its name says text", _CURE)
