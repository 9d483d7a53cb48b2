"""Browsing in every state, driven without a browser."""

from __future__ import annotations

import shutil
from pathlib import Path

from streamlit.testing.v1 import AppTest

from common.assembly import Services
from common.categories import CategoryManifest, write_manifest
from common.records import AnyOf, Filter, Payload
from interactive.navigation import BROWSE
from interactive.text import plain
from interactive.views.record_form import changed
from tests.interactive.conftest import OpenAt, assert_healthy, click, run_in_dialog, texts
from tests.samples import add_category, make_services, picture


def listed(page: AppTest) -> list[str]:
    """Ids of the records on the page, in their order."""
    keys = [button.key or "" for button in page.button]
    return [key.removeprefix("open_") for key in keys if key.startswith("open_")]


def open_record(page: AppTest, record: str) -> AppTest:
    return run_in_dialog(page, f"open_{record}")


def press(page: AppTest, record: str, label: str) -> AppTest:
    """Press a button of an opened record."""
    next(button for button in page.button if button.label == label).click()
    return open_record(page, record)


def choose(page: AppTest, label: str, value: object) -> AppTest:
    (box,) = [box for box in page.selectbox if box.label == label]
    return box.set_value(value).run()


def choose_category(page: AppTest, name: str) -> AppTest:
    return page.segmented_control(key="category_picker").set_value(name).run()


def with_column(tmp_path: Path, column: str, value: str, file: str = "a.jpg") -> Services:
    """Return live objects with the category 'prints', of one picture and one column."""
    directory = tmp_path / "metric_datasets" / "prints"
    (directory / "images").mkdir(parents=True)
    (directory / "images" / file).write_bytes(picture("teal", 0))
    (directory / "meta.csv").write_text(f"file,{column}\n{file},{value}\n", encoding="utf-8")
    write_manifest(directory, CategoryManifest(metadata="meta.csv"))
    live = make_services(tmp_path)
    live.index(live.catalog.get("prints"))
    return live


def test_all_of_a_category_is_listed_as_the_api_lists_it(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, BROWSE)
    assert_healthy(page)
    assert listed(page) == [point.id for point in live.browse.page("badges").records]
    assert "<strong>6 pictures</strong>" in texts(page)


def test_a_filter_narrows_the_listing_and_is_told(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, BROWSE)
    (classes,) = [box for box in page.multiselect if box.label == "Class"]
    page = classes.set_value(["teal shape"]).run()
    assert_healthy(page)
    expected = live.browse.page("badges", filter=Filter((AnyOf("class", ("teal shape",)),)))
    assert listed(page) == [point.id for point in expected.records]
    assert "2 of 6 pictures" in texts(page)
    assert "Class: teal shape" in texts(page)
    page = click(page, "Clear filters")
    assert len(listed(page)) == 6


def test_a_value_that_is_gone_from_the_category_is_no_longer_filtered_by(
    live: Services, open_at: OpenAt
) -> None:
    page = open_at(live, BROWSE)
    (classes,) = [box for box in page.multiselect if box.label == "Class"]
    page = classes.set_value(["teal shape"]).run()
    live.editor(live.catalog.get("badges")).delete(listed(page))
    page = page.run()
    assert_healthy(page)
    assert len(listed(page)) == 4


def test_a_range_that_nothing_passes_says_so(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, BROWSE)
    (lowest,) = [box for box in page.number_input if box.label == plain("Price (EUR) from")]
    page = lowest.set_value(11.0).run()
    assert len(listed(page)) == 3
    (lowest,) = [box for box in page.number_input if box.label == plain("Price (EUR) from")]
    page = lowest.set_value(99.0).run()
    assert not page.exception
    assert not listed(page)
    assert "No picture passes these filters" in page.info[0].value


def test_the_listing_is_sorted_in_both_directions(live: Services, open_at: OpenAt) -> None:
    page = choose(open_at(live, BROWSE), "Sort by", "file")
    rising = [live.search.record("badges", id_).payload["file"] for id_ in listed(page)]
    assert rising == sorted(rising)
    (direction,) = [c for c in page.segmented_control if c.label == "Direction"]
    page = direction.set_value("down").run()
    falling = [live.search.record("badges", id_).payload["file"] for id_ in listed(page)]
    assert falling == rising[::-1]
    assert_healthy(page)


def test_pages_neither_repeat_nor_miss_a_record(tmp_path: Path, open_at: OpenAt) -> None:
    add_category(tmp_path, "many", "Many", each=9)
    live = make_services(tmp_path)
    live.index(live.catalog.get("many"))
    page = open_at(live, BROWSE)
    first = listed(page)
    page = page.get("pagination")[0].set_value(2).run()
    assert_healthy(page)
    second = listed(page)
    assert (len(first), len(second)) == (24, 3)
    assert len({*first, *second}) == 27
    assert [chooser.value for chooser in page.get("pagination")] == [2, 2]
    # What is listed changes: back to its start.
    page = choose(page, "Sort by", "file")
    assert len(listed(page)) == 24


def test_a_new_generation_with_fewer_records_shows_its_last_page(
    tmp_path: Path, open_at: OpenAt
) -> None:
    add_category(tmp_path, "many", "Many", each=9)
    live = make_services(tmp_path)
    live.index(live.catalog.get("many"))
    page = open_at(live, BROWSE)
    page = page.get("pagination")[0].set_value(2).run()
    gone = [point.id for point in live.browse.page("many", offset=20).records]
    live.editor(live.catalog.get("many")).delete(gone)
    page = page.run()
    assert_healthy(page)
    assert len(listed(page)) == 20


def test_an_opened_record_tells_everything_known(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, BROWSE)
    record = listed(page)[0]
    page = open_record(page, record)
    assert_healthy(page)
    told = texts(page)
    assert record in told
    assert "96 × 96 px" in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told
    assert "<script>" not in told


def test_searching_with_a_record_finds_what_the_api_finds(live: Services, open_at: OpenAt) -> None:
    page = open_at(live, BROWSE)
    record = listed(page)[2]
    page = press(open_record(page, record), record, "Search with this")
    assert_healthy(page)
    keys = [button.key or "" for button in page.button]
    found = [key.removeprefix("view_") for key in keys if key.startswith("view_")]
    assert found == [hit.id for hit in live.search.by_record("badges", record).hits]


def test_metadata_is_corrected_and_stays_so_when_indexed_again(
    live: Services, open_at: OpenAt
) -> None:
    page = open_at(live, BROWSE)
    record = listed(page)[0]
    page = open_record(page, record)
    page.number_input(key=f"edit_{record}_price").set_value(77.5)
    page.text_input(key=f"edit_{record}_note").set_value("**mine**")
    page = press(page, record, "Save")
    assert_healthy(page)
    live.index(live.catalog.get("badges"))
    payload = live.search.record("badges", record).payload
    assert (payload["price"], payload["note"]) == (77.5, "**mine**")


def test_a_number_that_no_browser_holds_is_edited_as_text(tmp_path: Path, open_at: OpenAt) -> None:
    live = with_column(tmp_path, "serial", str(2**60))
    page = open_at(live, BROWSE)
    record = listed(page)[0]
    page = open_record(page, record)
    assert_healthy(page)
    field = page.text_input(key=f"edit_{record}_serial")
    assert field.value == str(2**60)
    field.set_value(str(2**60 + 1))
    page = press(page, record, "Save")
    assert_healthy(page)
    assert live.search.record("prints", record).payload["serial"] == 2**60 + 1
    page = open_record(page, record)
    page.text_input(key=f"edit_{record}_serial").set_value("many")
    page = press(page, record, "Save")
    assert not page.exception
    assert "whole number" in page.error[0].value


def test_names_of_columns_and_files_are_shown_as_they_are(tmp_path: Path, open_at: OpenAt) -> None:
    column = "![x](https://evil.example/p.png)"
    live = with_column(tmp_path, column, "12", file="a*b*c:red[x].jpg")
    page = open_at(live, BROWSE)
    record = listed(page)[0]
    page = open_record(page, record)
    assert_healthy(page)
    named = [w.label for w in (*page.number_input, *page.multiselect) if "evil" in w.label]
    assert named == [plain(f"{column} from"), plain(f"{column} to"), plain(column)]
    assert page.button(key=f"open_{record}").label == f"Open {plain('a*b*c:red[x].jpg')}"


def test_an_empty_list_or_text_that_is_left_alone_is_no_change() -> None:
    before: Payload = {"tags": [], "note": None, "count": 0}
    assert changed(before, {"tags": [], "note": "", "count": 0}) == {}
    assert changed(before, {"tags": ["a"], "note": "", "count": None}) == {
        "tags": ["a"],
        "count": None,
    }


def test_a_value_of_the_wrong_type_is_answered_with_a_sentence(
    live: Services, open_at: OpenAt
) -> None:
    page = open_at(live, BROWSE)
    record = listed(page)[0]
    page = open_record(page, record)
    page.text_input(key=f"edit_{record}_page").set_value("javascript:alert(1)")
    page = press(page, record, "Save")
    assert not page.exception
    assert "page" in page.error[0].value
    assert "https" in page.error[0].value


def test_a_deleted_record_is_gone_and_its_file_is_not(
    live: Services, data_dir: Path, open_at: OpenAt
) -> None:
    page = open_at(live, BROWSE)
    record = listed(page)[0]
    file = str(live.search.record("badges", record).payload["file"])
    page = press(open_record(page, record), record, "Delete this record")
    assert_healthy(page)
    assert record not in listed(page)
    assert len(listed(page)) == 5
    assert (data_dir / "metric_datasets" / "badges" / "images" / file).exists()


def test_the_file_is_deleted_where_that_is_asked_for(
    live: Services, data_dir: Path, open_at: OpenAt
) -> None:
    page = open_at(live, BROWSE)
    record = listed(page)[0]
    file = str(live.search.record("badges", record).payload["file"])
    page = open_record(page, record)
    page.checkbox(key="delete_file").check()
    page = press(page, record, "Delete this record")
    assert_healthy(page)
    assert not (data_dir / "metric_datasets" / "badges" / "images" / file).exists()


def test_a_category_that_was_never_indexed_leads_to_adding_images(
    live: Services, data_dir: Path, open_at: OpenAt
) -> None:
    shutil.rmtree(data_dir / "qdrant_storage" / "badges")
    page = open_at(live, BROWSE)
    assert_healthy(page)
    assert "has not been indexed yet" in page.info[0].value
    assert [link.label for link in page.get("page_link")] == ["Add images"]


def test_an_empty_data_directory_leads_to_adding_images(tmp_path: Path, open_at: OpenAt) -> None:
    page = open_at(make_services(tmp_path), BROWSE)
    assert_healthy(page)
    assert "Add images" in [link.label for link in page.get("page_link")]


def test_a_picture_that_is_missing_leaves_its_record_in_the_listing(
    live: Services, data_dir: Path, open_at: OpenAt
) -> None:
    (data_dir / "metric_datasets/badges/images/crimson/0.jpg").unlink()
    page = open_at(live, BROWSE)
    assert_healthy(page)
    assert len(listed(page)) == 6
    assert "The picture is missing" in texts(page)


def test_another_category_forgets_the_filters_of_the_old_one(
    live: Services, open_at: OpenAt
) -> None:
    page = open_at(live, BROWSE)
    (classes,) = [box for box in page.multiselect if box.label == "Class"]
    page = classes.set_value(["teal shape"]).run()
    page = choose_category(page, "shapes")
    assert_healthy(page)
    assert len(listed(page)) == 12
