"""Values that people give: whatever comes in is of its field's type, or refused by a sentence."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.editing import typed_changes
from common.errors import EditError
from common.records import FieldType, PayloadValue

FIELDS: dict[str, FieldType] = {
    "file": "keyword",
    "name": "keyword",
    "page": "link",
    "drawn": "date",
    "year": "integer",
    "price": "number",
    "tags": "list",
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
    max_leaves=5,
)


def typed(name: str, value: object) -> PayloadValue:
    return typed_changes({name: value}, FIELDS, "shapes")[name]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("name", " a word ", "a word"),
        ("name", "", None),
        ("page", "https://example.org/ä?b=c#d", "https://example.org/ä?b=c#d"),
        ("drawn", "1890-05-31", "1890-05-31"),
        ("year", -44, -44),
        ("year", 1890.0, 1890),
        ("price", 3, 3.0),
        ("price", None, None),
        ("tags", ["a", " ", "b "], ["a", "b"]),
        ("tags", None, []),
        ("tags", [], []),
    ],
)
def test_values_are_taken_as_a_person_means_them(
    name: str, value: object, expected: PayloadValue
) -> None:
    assert typed(name, value) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 3),
        ("name", False),
        ("page", "example.org"),
        ("page", "ftp://example.org"),
        ("page", "https://"),
        ("page", "https://[bad"),
        ("drawn", "1890"),
        ("drawn", 1890),
        ("year", "1890"),
        ("year", 1890.5),
        ("year", math.inf),
        ("year", -(2**63)),
        ("price", 10**400),
        ("price", "1,5"),
        ("tags", "a;b"),
        ("tags", ["a"] * 1001),
        ("tags", [["a"]]),
    ],
)
def test_values_of_another_type_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(EditError, match=f"The value of '{name}' is not"):
        typed(name, value)


@given(st.sampled_from([name for name in FIELDS if name != "file"]), ANYTHING)
@settings(deadline=None)
def test_whatever_is_accepted_fits_its_field_and_can_be_written(name: str, value: object) -> None:
    try:
        accepted = typed(name, value)
    except EditError:
        return
    kinds = {"year": int, "price": float, "tags": list}
    assert accepted is None or type(accepted) is kinds.get(name, str)
    assert json.loads(json.dumps(accepted, allow_nan=False)) == accepted
    assert typed(name, accepted) == accepted
