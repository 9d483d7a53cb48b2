"""The page in every state, driven without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from common.assembly import Services
from interactive import context
from tests.samples import make_services, picture

PAGE = Path(__file__).resolve().parents[2] / "interactive" / "search_app.py"


@pytest.fixture
def open_page() -> Iterator[Callable[[Services], AppTest]]:
    """Open the page over given live objects."""

    def open_page(services: Services) -> AppTest:
        context.provide_services(services)
        return AppTest.from_file(str(PAGE), default_timeout=30).run()

    yield open_page
    context._services = None


def texts(page: AppTest) -> str:
    """Everything written on the page, HTML included, as one text."""
    kinds = (page.markdown, page.caption, page.info, page.error, page.get("html"))
    return "\n".join(
        str(getattr(element, "value", None) or getattr(element.proto, "body", ""))
        for kind in kinds
        for element in kind
    )


def hits(page: AppTest) -> list[str]:
    """The ids of the results, best first."""
    keys = [button.key or "" for button in page.button]
    return [key.removeprefix("view_") for key in keys if key.startswith("view_")]


def choose_source(page: AppTest, kind: str) -> AppTest:
    (control,) = [c for c in page.segmented_control if c.label == "Ask with"]
    return control.set_value(kind).run()


def click(page: AppTest, key_start: str) -> AppTest:
    button = next(b for b in page.button if (b.key or "").startswith(key_start))
    return button.click().run()


def upload(page: AppTest, name: str, data: bytes) -> AppTest:
    choose_source(page, "upload")
    return page.file_uploader[0].set_value((name, data, "image/jpeg")).run()


def assert_healthy(page: AppTest) -> None:
    assert not page.exception
    assert not page.error


def test_an_empty_data_directory_is_met_with_the_commands_to_fill_it(
    tmp_path: Path, open_page: Callable[[Services], AppTest]
) -> None:
    page = open_page(make_services(tmp_path))
    assert_healthy(page)
    assert "There is no category yet" in page.info[0].value
    assert any("make demo-data" in code.value for code in page.code)


def test_the_first_category_is_chosen_and_described(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = open_page(live)
    assert_healthy(page)
    assert page.segmented_control(key="category_picker").value == "badges"
    assert "Shapes &lt;i&gt;drawn&lt;/i&gt; in code." in texts(page)
    assert "To test with." in texts(page)
    assert "https://example.org" in texts(page)
    assert not hits(page)


def test_the_sidebar_tells_embedder_size_and_generation(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = open_page(live)
    told = "\n".join(element.proto.body for element in page.sidebar.get("html"))
    manifest = live.search.manifest("badges")
    assert manifest.generation in told
    assert manifest.spec.embedder in told
    assert "<dd>6</dd>" in told


def test_an_uploaded_picture_finds_its_like(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = upload(open_page(live), "mine.jpg", picture("teal", 50))
    assert_healthy(page)
    assert len(hits(page)) == 6
    best = live.search.record("badges", hits(page)[0])
    assert best.payload["class"] == "teal shape"
    assert "Found 6 pictures among 6" in texts(page)


def test_an_example_is_one_click_away(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = click(open_page(live), "ask_example_0")
    assert_healthy(page)
    assert live.search.record("badges", hits(page)[0]).payload["class"] == "crimson shape"


def test_a_random_picture_of_the_category_can_be_asked_with_and_others_drawn(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = choose_source(open_page(live), "random")
    page = next(b for b in page.button if b.label == "Draw others").click().run()
    page = click(page, "ask_random_0")
    assert_healthy(page)
    assert len(hits(page)) == 5  # all but the picture itself


def test_a_picture_of_the_glimpse_can_be_asked_with(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = click(open_page(live), "ask_gallery_0")
    assert_healthy(page)
    assert len(hits(page)) == 5


def test_searching_with_a_result_asks_with_it_and_back_returns(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = upload(open_page(live), "mine.jpg", picture("teal", 50))
    first = hits(page)
    page = click(page, f"ask_{first[1]}")
    assert first[1] not in hits(page)
    page = next(b for b in page.button if b.label == "Back").click().run()
    assert hits(page) == first
    assert_healthy(page)


def test_results_stay_while_other_widgets_are_used(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = upload(open_page(live), "mine.jpg", picture("teal", 50))
    before = hits(page)
    assert hits(choose_source(page, "random")) == before
    assert hits(choose_source(page, "camera")) == before


def test_the_number_of_results_is_kept_to(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = upload(open_page(live), "mine.jpg", picture("teal", 50))
    page = page.number_input(key="k").set_value(2).run()
    assert len(hits(page)) == 2
    assert_healthy(page)


def test_nothing_similar_enough_is_said_in_a_sentence(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = upload(open_page(live), "mine.jpg", picture("teal", 50))
    page = page.slider(key="minimum").set_value(100).run()
    assert_healthy(page)
    assert not hits(page)
    assert "No picture here is 100% similar or more" in page.info[0].value


def test_the_threshold_leaves_out_only_what_is_below_it(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    data = picture("teal", 50)
    similar = [hit.similarity for hit in live.search.by_image("badges", data).hits]
    cut = int(similar[1] * 100)
    page = upload(open_page(live), "mine.jpg", data)
    page = page.slider(key="minimum").set_value(cut).run()
    assert len(hits(page)) == sum(similarity >= cut / 100 for similarity in similar)


def test_reset_forgets_the_query(live: Services, open_page: Callable[[Services], AppTest]) -> None:
    page = click(open_page(live), "ask_example_0")
    page = next(b for b in page.button if b.label == "Reset").click().run()
    assert_healthy(page)
    assert not hits(page)


def test_another_category_clears_the_query_of_the_old_one(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = click(open_page(live), "ask_example_0")
    page = page.segmented_control(key="category_picker").set_value("shapes").run()
    assert_healthy(page)
    assert not hits(page)
    assert "<h2>Shapes</h2>" in texts(page)


def test_metadata_is_shown_whole_and_as_text(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = click(open_page(live), "ask_example_0")
    told = texts(page)
    assert "<script>" not in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold** :red[x]" in told
    assert "<dt>Price</dt><dd>10.5\u00a0EUR</dd>" in told
    assert "<dt>Colours</dt><dd>crimson, white</dd>" in told
    assert "crimson/0.jpg" in told
    assert 'href="https://example.org/crimson/0"' in told


def test_the_full_view_tells_everything_known(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = click(open_page(live), "ask_example_0")
    best = hits(page)[0]
    page = click(page, "view_")
    assert_healthy(page)
    assert best in texts(page)
    assert "96 × 96 px" in texts(page)


def test_a_broken_category_says_why_and_the_others_work(
    live: Services, data_dir: Path, open_page: Callable[[Services], AppTest]
) -> None:
    (data_dir / "metric_datasets" / "badges" / "category.yaml").write_text("title: [")
    page = open_page(live)
    assert_healthy(page)
    assert page.segmented_control(key="category_picker").value == "shapes"
    page = click(page, "ask_example_0")
    assert hits(page)
    page = page.segmented_control(key="category_picker").set_value("badges").run()
    assert not page.exception
    assert "badges" in page.error[0].value
    assert "YAML" in page.error[0].value


def test_a_category_that_was_never_indexed_tells_the_cure(
    live: Services, data_dir: Path, open_page: Callable[[Services], AppTest]
) -> None:
    shutil.rmtree(data_dir / "qdrant_storage" / "badges")
    page = open_page(live)
    assert_healthy(page)
    assert "has not been indexed yet" in page.info[0].value
    assert "make index" in page.info[0].value.replace("\\", "")


def test_a_new_category_appears_without_a_restart(
    live: Services, data_dir: Path, open_page: Callable[[Services], AppTest]
) -> None:
    page = open_page(live)
    shutil.copytree(
        data_dir / "metric_datasets" / "badges", data_dir / "metric_datasets" / "another"
    )
    page.run()
    assert page.segmented_control(key="category_picker").options == ["Badges", "Badges", "Shapes"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"not a picture at all, only words", "The file is text"),
        (picture("teal", 1)[:700], "damaged"),
    ],
)
def test_a_bad_file_is_answered_with_one_sentence(
    live: Services, open_page: Callable[[Services], AppTest], data: bytes, message: str
) -> None:
    page = upload(open_page(live), "bad.jpg", data)
    assert not page.exception
    assert len(page.error) == 1
    assert message in page.error[0].value
    assert not hits(page)


def test_a_picture_that_was_removed_since_is_named_in_its_card(
    live: Services, data_dir: Path, open_page: Callable[[Services], AppTest]
) -> None:
    (data_dir / "metric_datasets/badges/images/crimson/0.jpg").unlink()
    page = click(open_page(live), "ask_example_0")
    assert not page.exception
    assert len(hits(page)) == 6
    assert "There is no file" in page.error[0].value


def test_two_visitors_do_not_see_each_others_state(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    one, other = open_page(live), open_page(live)
    one = click(one, "ask_example_0")
    other = other.run()
    assert hits(one)
    assert not hits(other)


def test_many_categories_are_chosen_from_a_list(
    live: Services, data_dir: Path, open_page: Callable[[Services], AppTest]
) -> None:
    root = data_dir / "metric_datasets"
    for i in range(50):
        (root / f"set-{i}").mkdir()
        (root / f"set-{i}" / "category.yaml").write_text(f"title: Set {i} (1950s)\n")
    page = open_page(live)
    assert_healthy(page)
    options = page.selectbox(key="category_picker").options
    assert len(options) == 52
    assert "Set 7 (1950s)" in options


def test_the_address_chooses_a_category_and_an_unknown_one_is_named(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    context.provide_services(live)
    page = AppTest.from_file(str(PAGE), default_timeout=30)
    page.query_params["category"] = "shapes"
    page.run()
    assert page.segmented_control(key="category_picker").value == "shapes"
    page = AppTest.from_file(str(PAGE), default_timeout=30)
    page.query_params["category"] = "nothing"
    page.run()
    assert "nothing" in page.error[0].value
    assert page.segmented_control(key="category_picker").value == "badges"


def test_a_damaged_index_says_so_and_the_others_work(
    live: Services, data_dir: Path, open_page: Callable[[Services], AppTest]
) -> None:
    (data_dir / "qdrant_storage" / "badges" / "current").write_text("nonsense")
    page = open_page(live)
    assert not page.exception
    assert "damaged" in (page.error[0].value if page.error else page.info[0].value)
    page = page.segmented_control(key="category_picker").set_value("shapes").run()
    assert_healthy(page)
    assert hits(click(page, "ask_example_0"))


def test_a_category_of_one_picture_has_no_other(
    data_dir: Path, open_page: Callable[[Services], AppTest]
) -> None:
    root = data_dir / "metric_datasets" / "alone"
    (root / "images").mkdir(parents=True)
    (root / "images" / "1.jpg").write_bytes(picture("teal", 1))
    (root / "category.yaml").write_text("title: Alone\n")
    live = make_services(data_dir)
    live.index(live.catalog.get("alone"))
    page = open_page(live)
    page = page.segmented_control(key="category_picker").set_value("alone").run()
    page = click(page, "ask_gallery_0")
    assert_healthy(page)
    assert any("no other picture" in info.value for info in page.info)


def test_filters_narrow_what_a_query_finds(
    live: Services, open_page: Callable[[Services], AppTest]
) -> None:
    page = upload(open_page(live), "mine.jpg", picture("teal", 50))
    assert len(hits(page)) == 6
    (classes,) = [box for box in page.multiselect if box.label == "Class"]
    page = classes.set_value(["teal shape"]).run()
    assert_healthy(page)
    assert len(hits(page)) == 2
    (lowest,) = [box for box in page.number_input if box.label.endswith("from")]
    page = lowest.set_value(9999.0).run()
    assert not hits(page)
    assert "No picture that is similar enough passes these filters" in texts(page)
