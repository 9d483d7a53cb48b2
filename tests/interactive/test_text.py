"""Values from metadata are shown as text."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactive.text import (
    ago,
    counted,
    definition_list,
    percent,
    plain,
    safe_link,
    seconds_left,
    shown,
)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "**bold**", "[a](javascript:b)", ":red[x]", ":smile:", "$x^2$"],
)
def test_markup_characters_are_escaped(text: str) -> None:
    # Every special character is preceded by a backslash.
    assert not re.search(r"(?<!\\)[<>*_\[\]():$]", plain(text))
    assert plain(text).replace("\\", "") == text


@given(st.text(max_size=50))
def test_plain_text_stays_on_one_line(text: str) -> None:
    assert "\n" not in plain(text)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=4))
def test_a_definition_list_holds_no_markup_but_its_own(rows: list[tuple[str, str]]) -> None:
    body = definition_list(rows)
    tags = re.findall(r"<[^>]*>", body)
    assert set(tags) <= {
        '<dl class="facts">',
        "</dl>",
        "<div>",
        "</div>",
        "<dt>",
        "</dt>",
        "<dd>",
        "</dd>",
    }
    values = re.findall(r"<dd>(.*?)</dd>", body, re.DOTALL)
    assert [html.unescape(value) for value in values] == [value for _, value in rows]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ([], ""),
        (["red", "blue"], "red, blue"),
        (True, "yes"),
        (1999, "1999"),
        (12.5, "12.5"),
        (12.0, "12"),
        (1234567.891, "1\u202f234\u202f567.891"),
        (0.0012, "0.0012"),
        (52.520008, "52.520008"),
        (1e-9, "1e-09"),
        (0.0, "0"),
        ("text", "text"),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, text: str) -> None:
    assert shown(value) == text  # type: ignore[arg-type]


def test_a_negative_similarity_is_shown_as_none_at_all() -> None:
    assert percent(-0.2) == "0.0 %"
    assert percent(0.98765) == "98.8 %"


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a",
        "http://",
        "//a",
        "http://[",
        3,
        None,
        "a.html",
    ],
)
def test_only_web_addresses_are_linked_to(value: object) -> None:
    assert safe_link(value) is None  # type: ignore[arg-type]


def test_web_addresses_are_linked_to_as_they_are() -> None:
    assert safe_link("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7_199, "1 hour ago"),
        (172_800, "2 days ago"),
    ],
)
def test_a_moment_is_told_by_its_distance(seconds: int, text: str) -> None:
    now = datetime(2026, 1, 31, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == text


def test_the_time_left_is_never_told_as_less_than_it_is() -> None:
    assert seconds_left(0.2) == "about 1 s left"
    assert seconds_left(59.5) == "about 60 s left"
    assert seconds_left(150) == "about 3 min left"


def test_one_is_no_plural() -> None:
    assert [counted(number, "picture") for number in (0, 1, 2_000)] == [
        "0 pictures",
        "1 picture",
        "2,000 pictures",
    ]
