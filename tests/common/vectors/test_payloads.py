"""Payloads survive the trip through Qdrant's format, names and values alike."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from common.vectors.payloads import decode_payload, encode_payload, field_path

tricky = st.text(alphabet='\\%"25Ctrufalse🐢 .[]', max_size=12)
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), tricky, st.lists(tricky)
)


@given(payload=st.dictionaries(tricky, values, max_size=6))
@settings(derandomize=True)
def test_any_payload_is_decoded_to_what_was_encoded(payload: dict[str, object]) -> None:
    assert decode_payload(encode_payload(payload)) == payload


@given(payload=st.dictionaries(tricky, st.none(), max_size=6))
@settings(derandomize=True)
def test_stored_names_need_no_escape_within_quotes(payload: dict[str, None]) -> None:
    stored = encode_payload(payload)
    assert len(stored) == len(payload)
    assert not any(character in name for name in stored for character in '"\\')
    assert {field_path(name) for name in payload} == {f'"{name}"' for name in stored}


def test_what_a_person_writes_is_stored_as_it_is() -> None:
    payload = {"price (EUR)": 2.5, "brand": "Ada", "tags": ["a b"], "n": 1, "none": None}
    assert encode_payload(payload) == payload


def test_nothing_stored_is_an_empty_payload() -> None:
    assert decode_payload(None) == {}
