"""What a visitor's session remembers and forgets."""

from __future__ import annotations

from common.records import Answer
from interactive.session import PageQuery, Session


def query(title: str) -> PageQuery:
    return PageQuery("upload", title, b"")


def test_two_sessions_share_nothing() -> None:
    one, other = Session({}), Session({})
    one.choose_category("shoes")
    one.ask(query("a"))
    assert other.category is None
    assert other.query is None


def test_going_back_returns_the_queries_in_reverse() -> None:
    session = Session({})
    for title in ("a", "b", "c"):
        session.ask(query(title))
    titles = []
    while session.can_go_back:
        session.go_back()
        titles.append(session.query.title if session.query else None)
    assert titles == ["b", "a"]
    session.go_back()
    assert session.query is not None
    assert session.query.title == "a"


def test_the_history_is_bounded() -> None:
    session = Session({})
    for i in range(100):
        session.ask(query(str(i)))
    steps = 0
    while session.can_go_back:
        session.go_back()
        steps += 1
    assert steps == 20


def test_the_history_does_not_pile_up_large_pictures() -> None:
    session = Session({})
    for i in range(6):
        session.ask(PageQuery("upload", str(i), bytes(20_000_000)))
    steps = 0
    while session.can_go_back:
        session.go_back()
        steps += 1
    assert steps == 2


def test_the_preview_is_made_once_for_each_query() -> None:
    session = Session({})
    made: list[str] = []

    def make(name: str) -> bytes:
        made.append(name)
        return name.encode()

    first, second = query("first"), query("second")
    assert session.preview(first, lambda: make("a")) == b"a"
    assert session.preview(first, lambda: make("b")) == b"a"
    assert session.preview(second, lambda: make("c")) == b"c"
    assert made == ["a", "c"]


def test_another_category_clears_what_belonged_to_the_old_one() -> None:
    session = Session({})
    session.choose_category("shoes")
    session.ask(query("a"))
    session.ask(query("b"))
    session.keep_answer(("key",), Answer([], "shoes", "1"))
    session.random_records = []
    epoch = session.epoch
    session.choose_category("logos")
    assert session.query is None
    assert not session.can_go_back
    assert session.cached_answer(("key",)) is None
    assert session.random_records is None
    assert session.epoch > epoch


def test_the_same_category_again_clears_nothing() -> None:
    session = Session({})
    session.choose_category("shoes")
    session.ask(query("a"))
    session.choose_category("shoes")
    assert session.query is not None


def test_an_answer_is_returned_for_just_its_question() -> None:
    session = Session({})
    answer = Answer([], "shoes", "1")
    session.keep_answer(("shoes", 9), answer)
    assert session.cached_answer(("shoes", 9)) is answer
    assert session.cached_answer(("shoes", 10)) is None


def test_a_notice_is_told_once() -> None:
    session = Session({})
    session.tell("It is saved.")
    assert session.take_notice() == "It is saved."
    assert session.take_notice() == ""


def test_what_changes_the_listing_leads_back_to_its_start() -> None:
    session = Session({})
    for change in (session.leaf_to_start, session.clear_filters, session.reset):
        session.leafed_to = 4
        change()
        assert session.leafed_to == 1


def test_another_category_empties_its_filters_and_not_the_form_that_takes_in_images() -> None:
    session = Session({})
    session.choose_category("shoes")
    filters, intake = session.filters, session.intake
    session.choose_category("logos")
    assert session.filters > filters
    assert session.intake == intake


def test_what_can_be_filtered_by_is_read_once_a_generation() -> None:
    session = Session({})
    read: list[str] = []

    def choices(generation: str) -> list[str]:
        read.append(generation)
        return [generation]

    for generation in ("1", "1", "2"):
        assert session.choices(generation, lambda g=generation: choices(g)) == [generation]
    assert read == ["1", "2"]
