"""CSV and TSV."""

from __future__ import annotations

import csv
import io
from typing import Final

from common.errors import MetadataError
from common.metadata.raw import CELL_CHARACTERS, RawTable, from_lines
from common.metadata.texts import decode_text

DELIMITERS: Final = ",;\t|"


def read_delimited(content: bytes, source: str, delimiter: str | None = None) -> RawTable:
    """Read a table of delimited text.

    Args:
        content: the file's bytes, UTF-8 with or without byte order mark, or UTF-16 with it.
        source: its name, for messages.
        delimiter: between cells; None: comma, semicolon, tab or bar, whichever the first row has
            most of.

    Raises:
        MetadataError: it is no such text.
    """
    text = decode_text(content, source, "TSV" if delimiter == "\t" else "CSV")
    first = text.split("\n", 1)[0]
    chosen = delimiter or max(DELIMITERS, key=first.count)
    return from_lines(source, enumerate(_lines(text, source, chosen), start=1))


def _lines(text: str, source: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    csv.field_size_limit(CELL_CHARACTERS)
    lines: list[list[str]] = []
    try:
        lines.extend(reader)
    except csv.Error as error:
        raise MetadataError(
            f"{source}: row {len(lines) + 1} cannot be read ({error})",
            "Check the quotation marks in and above that row",
        ) from error
    return lines
