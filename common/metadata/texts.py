"""Bytes of a text table to text: UTF-8, or UTF-16 where its byte order mark says so."""

from __future__ import annotations

import codecs

from common.errors import MetadataError

# A spreadsheet program saves "Unicode text" as UTF-16, with the mark.
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def decode_text(content: bytes, source: str, kind: str) -> str:
    """Return the text of a table without its byte order mark.

    Args:
        content: the file's bytes.
        source: its name, for messages.
        kind: what it should be, such as CSV, for messages.

    Raises:
        MetadataError: it is no such text; the row is named.
    """
    encoding = _UTF16.get(content[:2], "utf-8")
    body = content[2:] if content[:2] in _UTF16 else content.removeprefix(codecs.BOM_UTF8)
    cure = f"Save the table as {kind} in UTF-8"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        row = body[: error.start].decode(encoding, errors="replace").count("\n") + 1
        name = encoding.upper()[:6].rstrip("-")
        raise MetadataError(f"{source}: row {row} is not {name} text", cure) from error
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise MetadataError(
            f"{source}: row {row} holds a NUL byte, so this is no {kind} file", cure
        )
    return text
