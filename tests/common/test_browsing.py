"""Leafing through a category: every order against a plain sort, pages without gaps or repeats."""

from __future__ import annotations

import threading
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.assembly import Services
from common.browsing import MAX_PAGE, BrowseService, sort_key
from common.errors import CategoryNotFound, FilterError, QueryError, RecordNotFound
from common.records import AnyOf, FieldType, Filter, PayloadValue, Point, record_id
from common.vectors.base import GenerationSpec

FIELDS: dict[str, FieldType] = {
    "file": "keyword",
    "name": "keyword",
    "price": "number",
    "year": "integer",
    "drawn": "date",
    "tags": "list",
}


def publish(live: Services, payloads: list[dict[str, PayloadValue]]) -> list[Point]:
    """Put records with these payloads in the index of 'shapes'."""
    vector = np.array([1, 0], dtype=np.float32)
    points = [
        Point(record_id("shapes", str(number)), vector, {"file": str(number), **payload})
        for number, payload in enumerate(payloads)
    ]
    builder = live.store.build("shapes", GenerationSpec(2, "f" * 64, "none", FIELDS))
    builder.upsert(points)
    builder.publish()
    return sorted(points, key=lambda point: point.id)


def listed(browse: BrowseService, page: int = 7, **asked: object) -> list[Point]:
    """All records, read in pages."""
    found: list[Point] = []
    while True:
        told = browse.page("shapes", offset=len(found), limit=page, **asked)
        found += told.records
        if not told.records:
            assert len(found) == told.total
            return found


def test_records_come_in_the_order_of_their_ids_without_another(live: Services) -> None:
    expected = live.search.index("shapes").scroll(limit=100).points
    assert [p.id for p in listed(live.browse)] == [p.id for p in expected]
    page = live.browse.page("shapes", offset=3, limit=2)
    assert [p.id for p in page.records] == [p.id for p in expected[3:5]]
    assert (page.total, page.generation) == (12, live.store.current("shapes"))
    assert dict(page.records[0].payload) == dict(expected[3].payload)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", ["name", "price", "year", "drawn"])
def test_every_order_is_that_of_a_plain_sort_with_ties_by_id_and_missing_values_last(
    live: Services, field: str, descending: bool
) -> None:
    rng = Random(3)
    values: dict[str, list[PayloadValue]] = {
        "name": ["b", "B", "a", "Äpfel", "10", "9", "", None, True, False, ["a"], 7],
        "price": [1, 1.5, -2.0, 1e300, None, "3", True],
        "year": [3, -500, 2**62, None, 1.5, 1890, 1890],
        "drawn": ["1890-05-31", "2001-01-01", None, "0900-12-31"],
    }
    payloads = [{name: rng.choice(many) for name, many in values.items()} for _ in range(200)]
    points = publish(live, payloads)
    keys = {point.id: sort_key(point.payload, field, FIELDS) for point in points}
    with_value = [p.id for p in points if keys[p.id] is not None]
    expected = sorted(with_value, key=lambda id_: keys[id_], reverse=descending)
    expected += [p.id for p in points if keys[p.id] is None]
    found = listed(live.browse, order_by=field, descending=descending)
    assert [p.id for p in found] == expected
    assert len(set(expected)) == 200


@pytest.mark.parametrize(
    ("field", "values", "expected"),
    [
        ("name", ["b", None, "A", "a", "B"], ["A", "a", "B", "b", None]),
        ("price", [2, None, -1.5, 10], [-1.5, 2, 10, None]),
        ("year", [2000, -44, None, 1], [-44, 1, 2000, None]),
        ("drawn", ["2001-01-01", None, "1890-05-31"], ["1890-05-31", "2001-01-01", None]),
    ],
)
def test_values_come_as_a_person_would_sort_them(
    live: Services, field: str, values: list[PayloadValue], expected: list[PayloadValue]
) -> None:
    publish(live, [{field: value} for value in values])
    told = [point.payload[field] for point in listed(live.browse, order_by=field)]
    assert told == expected


def test_a_descending_order_has_equal_values_in_the_order_of_their_ids_too(live: Services) -> None:
    points = publish(live, [{"price": number % 3} for number in range(30)])
    found = listed(live.browse, order_by="price", descending=True)
    expected = [p.id for price in (2, 1, 0) for p in points if p.payload["price"] == price]
    assert [p.id for p in found] == expected


def test_filters_narrow_a_sorted_listing(live: Services) -> None:
    teal = Filter((AnyOf("class", ("teal shape",)),))
    found = listed(live.browse, 3, filter=teal, order_by="price", descending=True)
    assert [p.payload["file"] for p in found] == [f"teal/{n}.jpg" for n in (3, 2, 1, 0)]
    nothing = Filter((AnyOf("class", ("none",)),))
    assert live.browse.page("shapes", filter=nothing, order_by="price").total == 0


def test_a_page_past_the_end_is_empty(live: Services) -> None:
    page = live.browse.page("shapes", offset=10**9)
    assert (list(page.records), page.total) == ([], 12)


def test_an_order_is_read_once_a_generation(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = type(live.store.open("shapes"))
    scroll, scrolled = index.scroll, []

    def counted(self: object, **asked: object):
        scrolled.append(1)
        return scroll(self, **asked)

    monkeypatch.setattr(index, "scroll", counted)
    for offset in (0, 5, 10):
        live.browse.page("shapes", order_by="price", offset=offset, limit=5)
    assert len(scrolled) == 1
    live.browse.page("shapes", order_by="price", descending=True)
    assert len(scrolled) == 2


def test_a_new_generation_is_listed_anew(live: Services) -> None:
    first = live.browse.page("shapes", order_by="price", descending=True)
    record = first.records[-1].id
    live.editor(live.catalog.get("shapes")).patch(record, {"price": 1000})
    second = live.browse.page("shapes", order_by="price", descending=True)
    assert second.records[0].id == record
    assert second.generation > first.generation


@pytest.mark.parametrize(
    ("asked", "error", "sentence"),
    [
        ({"order_by": "prize"}, FilterError, "no field 'prize' to order by.*'price'"),
        ({"order_by": "colours"}, FilterError, "'colours' is a list"),
        ({"filter": Filter((AnyOf("none", ("a",)),))}, FilterError, "'none'"),
        ({"offset": -1}, QueryError, "after -1"),
        ({"limit": 0}, QueryError, "page of 0"),
        ({"limit": MAX_PAGE + 1}, QueryError, "page of 1,001"),
    ],
)
def test_what_cannot_be_listed_is_refused_with_a_sentence(
    live: Services, asked: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        live.browse.page("shapes", **asked)


def test_a_category_that_is_not_there_is_named(live: Services) -> None:
    with pytest.raises(CategoryNotFound, match="'nothing'"):
        live.browse.page("nothing")


def test_pages_of_one_generation_hold_together_while_records_are_removed(live: Services) -> None:
    """Whatever generation a page is of, it is a part of that generation's whole listing."""
    stop = threading.Event()
    failures: list[BaseException] = []
    wholes: dict[str, set[int]] = {}

    def browse() -> None:
        while not stop.is_set():
            try:
                page = live.browse.page("shapes", order_by="price", limit=100)
                assert len(page.records) == page.total
                wholes.setdefault(page.generation, set()).add(page.total)
            except BaseException as error:  # noqa: BLE001  # whatever it is, it is a failure
                failures.append(error)

    threads = [threading.Thread(target=browse) for _ in range(2)]
    for thread in threads:
        thread.start()
    editor = live.editor(live.catalog.get("shapes"))
    for point in live.browse.page("shapes", limit=5).records:
        editor.delete([point.id])
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert all(len(totals) == 1 for totals in wholes.values())
    with pytest.raises(RecordNotFound):
        live.search.record("shapes", point.id)


@given(st.lists(st.one_of(st.none(), st.text(), st.booleans(), st.integers(), st.lists(st.text()))))
@settings(deadline=None)
def test_whatever_a_text_field_holds_has_a_key_that_compares_or_none(
    values: list[PayloadValue],
) -> None:
    keys = [sort_key({"name": value}, "name", FIELDS) for value in values]
    assert [key is not None for key in keys] == [
        isinstance(value, str | bool) or (isinstance(value, list) and bool(value))
        for value in values
    ]
    sorted(key for key in keys if key is not None)
