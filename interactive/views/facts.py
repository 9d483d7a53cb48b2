"""A record's metadata in a tidy form."""

from __future__ import annotations

from dataclasses import dataclass

from common.categories import Category
from common.metadata import years_fields
from common.records import Payload
from interactive.text import safe_link, shown

# Shown elsewhere on the card, or of no use to people: the label is the class's number.
_NOT_LISTED = frozenset({"file", "class", "label"})


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A web address that may be linked to, and what to call it."""

    address: str
    label: str


def facts(category: Category, payload: Payload) -> list[tuple[str, str]]:
    """Return the label and text of every metadata column that has a value.

    The class, the file and the source link have places of their own and are left out.
    """
    rows = []
    # A date in words tells more than the years that were read from it for filters.
    years = {
        part
        for name, described in category.manifest.fields.items()
        if described.type == "years" and payload.get(name)
        for part in years_fields(name)
    }
    for column, value in payload.items():
        text = shown(value)
        hidden = column.startswith("_") or column in _NOT_LISTED or column in years
        if hidden or column == category.manifest.link_field or not text:
            continue
        described = category.manifest.fields.get(column)
        unit = f"\u00a0{described.unit}" if described and described.unit else ""
        rows.append((field_label(category, column), text + unit))
    return rows


def source_link(category: Category, payload: Payload) -> SourceLink | None:
    """Return the link to the record's source page, where it has a safe one."""
    field = category.manifest.link_field
    address = safe_link(payload.get(field)) if field else None
    if field is None or address is None:
        return None
    described = category.manifest.fields.get(field)
    return SourceLink(address, described.label if described and described.label else "Source")


def everything_known(
    category: Category, record: str, file: str, payload: Payload
) -> list[tuple[str, str]]:
    """Return all there is to tell of a record, its source link excepted."""
    rows = [("Category", category.title)]
    if payload.get("class") is not None:
        rows.append(("Class", str(payload["class"])))
    rows += facts(category, payload)
    rows.append(("File", file))
    width, height = payload.get("_width"), payload.get("_height")
    if width and height:
        rows.append(("Size", f"{width} × {height} px"))
    rows.append(("Record", record))
    return rows


def field_label(category: Category, column: str) -> str:
    """Return what people call a metadata column: what the manifest says, or else its name."""
    described = category.manifest.fields.get(column)
    return described.label if described and described.label else readable(column)


def readable(column: str) -> str:
    """Return a column's name as a label: ``heel_height`` becomes ``Heel height``."""
    words = column.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
