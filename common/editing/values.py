"""Values that people give: of a field's type, or refused with a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from common.errors import EditError
from common.records import FieldType, Payload, PayloadValue

MAX_TEXT = 10_000
MAX_ELEMENTS = 1_000
_INT64_MAX = 2**63 - 1
_WANTED: Mapping[FieldType, str] = {
    "keyword": f"a text of at most {MAX_TEXT:,} characters",
    "link": "an address that begins with https:// or http://",
    "date": "a date such as 1890-05-31",
    "integer": "a whole number of at most 64 bits",
    "number": "a number",
    "list": f"a list of at most {MAX_ELEMENTS:,} texts",
}


def typed_changes(
    changes: Mapping[str, object], fields: Mapping[str, FieldType], category: str
) -> Payload:
    """Return changes of a record with each value as its field's type has it.

    Null, an empty text and an empty list remove a value: the field is then as an empty cell of a
    table is read.

    Args:
        changes: values by field, as they came.
        fields: that the category has, or that its manifest declares, with their types.
        category: its name, for messages.

    Raises:
        EditError: a field is unknown or is the file itself, or a value is not of its field's type.
    """
    return {name: _typed(name, value, fields, category) for name, value in changes.items()}


def _typed(
    name: str, value: object, fields: Mapping[str, FieldType], category: str
) -> PayloadValue:
    if name == "file" or name.startswith("_"):
        raise EditError(
            f"The field '{name}' cannot be changed: it tells which picture the record is of",
            "Rename the file instead, and index the category again"
            if name == "file"
            else "Leave it out",
        )
    if name not in fields:
        known = ", ".join(f"'{field}'" for field in fields if field != "file") or "none"
        raise EditError(
            f"The category '{category}' has no field '{name}' (fields: {known})",
            "Correct the name, or declare the field under 'fields' in its category.yaml, with "
            "'by_hand: true' where no column has it",
        )
    type_ = fields[name]
    try:
        return _converted(value, type_)
    except ValueError as error:
        raise EditError(
            f"The value of '{name}' is not {_WANTED[type_]}", "Correct it, or give null for none"
        ) from error


def _converted(value: object, type_: FieldType) -> PayloadValue:
    if type_ == "list":
        return _list(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    match type_:
        case "integer":
            return _integer(value)
        case "number":
            return _number(value)
        case "date":
            return date.fromisoformat(_text(value)).isoformat()
        case "link":
            return _link(_text(value))
        case "keyword":
            return _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(value)
    value.encode()  # half of a surrogate pair cannot be kept
    return value.strip()


def _link(text: str) -> str:
    address = urlsplit(text)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise ValueError(text)
    return text


def _integer(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # in JSON, 10.0 is the number that 10 is
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _INT64_MAX:
        raise ValueError(value)
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(value)
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError(value) from error
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _list(value: object) -> list[str]:
    elements = [] if value is None else value
    if not isinstance(elements, list) or len(elements) > MAX_ELEMENTS:
        raise ValueError(value)
    texts = [_text(element) for element in elements]
    return [text for text in texts if text]
