"""What filters mean: checked against an index's fields, and evaluated plainly on one payload.

A field's type decides which of its values are compared:

=============================== ==================================================
``keyword date link list``      texts and booleans, alone or as elements of a list
``integer``                     whole numbers
``number``                      whole and other numbers
=============================== ==================================================

Any other value in the field, such as a text in a number field, counts as missing. Values are
equal when they are so in Python, but a boolean equals no number.
"""

from __future__ import annotations

from collections.abc import Mapping

from common.errors import FilterError
from common.records import Between, Condition, FieldType, Filter, Payload

NUMERIC: frozenset[FieldType] = frozenset({"integer", "number"})


def check_filter(filter: Filter | None, fields: Mapping[str, FieldType]) -> None:
    """Make sure that an index with these fields can answer a filter.

    Raises:
        FilterError: it names an unknown field, or asks a range of a field that is no number.
    """
    if filter is None:
        return
    for condition in (*filter.must, *filter.must_not):
        _check_known(condition.field, fields)
        if isinstance(condition, Between) and fields[condition.field] not in NUMERIC:
            raise FilterError(
                f"Field '{condition.field}' is of type {fields[condition.field]} and has no ranges",
                "Filter it by its values",
            )


def check_facet(field: str, fields: Mapping[str, FieldType]) -> None:
    """Make sure that an index with these fields can count the values of ``field``.

    Raises:
        FilterError: the field is unknown or of type ``number``.
    """
    _check_known(field, fields)
    if fields[field] == "number":
        raise FilterError(
            f"Field '{field}' is of type number: its values are too many to count one by one",
            "Ask for ranges instead",
        )


def passes(filter: Filter | None, fields: Mapping[str, FieldType], payload: Payload) -> bool:
    """Tell whether a payload passes a filter that :func:`check_filter` accepted."""
    if filter is None:
        return True
    return all(_holds(condition, fields, payload) for condition in filter.must) and not any(
        _holds(condition, fields, payload) for condition in filter.must_not
    )


def compared_values(
    payload: Payload, field: str, fields: Mapping[str, FieldType]
) -> list[str | bool] | list[int] | list[float]:
    """Return the values of ``field`` that its type compares; empty where there is none."""
    value = payload.get(field)
    if fields[field] in NUMERIC:
        kinds = int if fields[field] == "integer" else (int, float)
        return [value] if isinstance(value, kinds) and not isinstance(value, bool) else []
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str | bool)]


def _check_known(field: str, fields: Mapping[str, FieldType]) -> None:
    if field not in fields:
        known = ", ".join(f"'{name}'" for name in fields) or "none"
        raise FilterError(
            f"The index has no field '{field}' to filter or count by", f"Known fields: {known}"
        )


def _holds(condition: Condition, fields: Mapping[str, FieldType], payload: Payload) -> bool:
    values = compared_values(payload, condition.field, fields)
    if isinstance(condition, Between):
        return any(
            (condition.minimum is None or value >= condition.minimum)
            and (condition.maximum is None or value <= condition.maximum)
            for value in values
            if not isinstance(value, str)
        )
    return any(
        value == wanted and isinstance(value, bool) == isinstance(wanted, bool)
        for value in values
        for wanted in condition.values
    )
