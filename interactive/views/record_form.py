"""A form to correct a record's metadata, with a widget for each field's type."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from common.categories import Category
from common.editing import RecordEditor
from common.errors import VisualSearchError
from common.records import FieldType, Payload, PayloadValue, Point
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import plain
from interactive.views.facts import field_label

# The label is the class's number, and follows the class.
_NOT_EDITED = frozenset({"file", "label"})
_LARGEST_EXACT = 2**53 - 1  # that a browser's number holds exactly: its input takes no larger one
_HINTS: dict[FieldType, str] = {
    "date": "A date such as 1890-05-31",
    "link": "An address that begins with https:// or http://",
}


def render(
    editor: RecordEditor,
    category: Category,
    point: Point,
    fields: Mapping[str, FieldType],
    session: Session,
) -> None:
    """Ask for a record's values, and write those that were changed.

    Args:
        editor: of the category.
        category: of the record.
        point: the record.
        fields: of the index, with their types.
        session: is told what was done.
    """
    editable = {name: type_ for name, type_ in fields.items() if name not in _NOT_EDITED}
    with st.form(f"edit_{point.id}", border=False):
        values = {name: _ask(category, point, name, type_) for name, type_ in editable.items()}
        saved = st.form_submit_button(
            "Save", type="primary", icon=":material/save:", disabled=not editable
        )
    if not editable:
        st.caption("This category has no metadata to edit.")
    if not saved:
        return
    changes = changed(point.payload, values)
    try:
        if changes:
            editor.patch(point.id, changes)
    except VisualSearchError as error:
        show_error(error)
        return
    session.tell(f"{point.payload['file']} is saved." if changes else "Nothing was changed.")
    st.rerun()


def changed(payload: Payload, values: Payload) -> dict[str, PayloadValue]:
    """Return the values that differ from a payload's; an empty text or list is no value."""
    given = {name: _told(value) for name, value in values.items()}
    return {name: value for name, value in given.items() if value != _told(payload.get(name))}


def _told(value: PayloadValue) -> PayloadValue:
    return None if value in ("", []) else value


def _whole(text: str) -> PayloadValue:
    """Return a text's number; a text that is none is left for the editor to refuse."""
    try:
        return int(text)
    except ValueError:
        return text.strip()


def _ask(category: Category, point: Point, name: str, type_: FieldType) -> PayloadValue:
    value = point.payload.get(name)
    described = category.manifest.fields.get(name)
    unit = f" ({described.unit})" if described and described.unit else ""
    label, key = plain(field_label(category, name) + unit), f"edit_{point.id}_{name}"
    match type_:
        case "integer":
            # Only what is a whole number: an older table may have left another value there.
            whole = value if isinstance(value, int) else None
            if whole is not None and abs(whole) > _LARGEST_EXACT:
                return _whole(st.text_input(label, value=str(whole), key=key))
            return st.number_input(label, value=whole, step=1, format="%d", key=key)
        case "number":
            number = float(value) if isinstance(value, int | float) else None
            return st.number_input(label, value=number, format="%g", step=1.0, key=key)
        case "list":
            elements = value if isinstance(value, list) else []
            return st.multiselect(
                label,
                elements,
                default=elements,
                accept_new_options=True,
                key=key,
                placeholder="Type a value and press Enter",
            )
        case _:
            text = "" if value is None else str(value)
            return st.text_input(label, value=text, key=key, help=_HINTS.get(type_)).strip()
