"""What a person does to bring pictures in and to leaf through them, in a real Chromium."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from common.cataloguing import remove_category
from tests.browser.conftest import Server, open_tab
from tests.samples import make_services, picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WORK_MILLISECONDS = 120_000  # a worker process has to start on a busy machine

DROP = """(zone, files) => {
    const carried = new DataTransfer();
    for (const {name, data} of files) {
        const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
        carried.items.add(new File([bytes], name, {type: "image/jpeg"}));
    }
    for (const kind of ["dragenter", "dragover", "drop"])
        zone.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true}));
}"""


@pytest.fixture
def own_category(server: Server) -> Iterator[str]:
    """A category's name of this test's own; what was made under it is removed."""
    name = "dropped-here"
    yield name
    live = make_services(server.data_dir)
    if live.catalog.exists(name):
        remove_category(live.catalog, live.generations(name))


def drop(zone: Locator, files: dict[str, bytes]) -> None:
    listed = [{"name": n, "data": base64.b64encode(d).decode()} for n, d in files.items()]
    zone.evaluate(DROP, listed)


def go_to(tab: Page, page: str) -> None:
    """Follow the navigation."""
    tab.get_by_role("link", name=page, exact=True).first.click()


def make_category(tab: Page, title: str) -> None:
    tab.get_by_role("button", name="New category").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("button", name="Make category").click()
    expect(dialog).to_have_count(0)


def records(tab: Page) -> Locator:
    return tab.locator(".st-key-records [class*='st-key-choice_record_']")


def expect_files(tab: Page, files: list[str]) -> None:
    """Wait until just these files are on the page, in this order."""
    expect(records(tab).get_by_role("button")).to_have_text([f"Open {file}" for file in files])


def test_dropped_files_are_added_found_and_removed(
    context: BrowserContext, server: Server, own_category: str
) -> None:
    tab = open_tab(context, server, "/add", "Add images")
    make_category(tab, "Dropped here")
    expect(tab.get_by_role("radio", name="Dropped here")).to_be_checked()

    pictures = {f"{i}.jpg": picture("teal", 80 + i, 200) for i in range(3)}
    drop(tab.get_by_test_id("stFileUploaderDropzone").first, {**pictures, "no.txt": b"words"})
    expect(tab.get_by_test_id("stFileChipName")).to_have_count(4)
    tab.get_by_role("button", name="Add to this category").click()
    expect(tab.locator(".job")).to_contain_text("Adding images to Dropped here")

    tab.reload()  # the job does not mind
    expect(tab.locator(".counts")).to_contain_text("Added", timeout=WORK_MILLISECONDS)
    expect(tab.locator(".counts div").first).to_have_text(re.compile("3\\s*Pictures now"))

    go_to(tab, "Search")
    tab.get_by_role("radio", name="Upload").click()
    tab.locator("input[type=file]").set_input_files(
        {"name": "query.jpg", "mimeType": "image/jpeg", "buffer": pictures["1.jpg"]}
    )
    best = tab.locator("[class*='st-key-hit_']").first
    expect(best).to_contain_text("1.jpg")
    expect(best).to_contain_text("100.0 %")

    go_to(tab, "Add images")
    tab.get_by_text("Look after this category").click()
    tab.get_by_role("button", name="Delete category").click()
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_contain_text("3 pictures")
    expect(dialog.get_by_role("button", name="Delete for good")).to_be_disabled()
    dialog.get_by_role("textbox").fill(own_category)
    dialog.get_by_role("button", name="Delete for good").click()
    expect(tab.get_by_role("radio", name="Dropped here")).to_have_count(0)
    assert own_category not in str(server.get_json("/api/v1/categories"))


def test_a_category_is_leafed_through_sorted_and_searched_from(
    context: BrowserContext, server: Server
) -> None:
    tab = open_tab(context, server, "/browse?category=shapes", "Browse")
    expect(records(tab)).to_have_count(12)
    page = server.get_json("/api/v1/categories/shapes/records")
    assert isinstance(page, dict)
    files = [record["file"] for record in page["records"]]
    expect_files(tab, files)

    tab.get_by_role("combobox", name="Sort by").click()
    tab.get_by_role("option", name="File", exact=True).click()
    tab.get_by_role("radio", name="Falling").click()
    expect_files(tab, sorted(files, reverse=True))

    records(tab).first.get_by_role("button").click()
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_contain_text("teal/3.jpg")
    expect(dialog).to_contain_text("<script>alert(1)</script> **bold** :red[x]")
    expect(dialog.get_by_role("img", name="teal/3.jpg")).to_be_visible()
    record = dialog.locator("dd").last.inner_text()
    dialog.get_by_role("button", name="Search with this").click()

    hits = tab.locator("[class*='st-key-hit_']")
    expect(hits).to_have_count(9)
    answer = server.get_json(f"/api/v1/categories/shapes/records/{record}/similar?k=9")
    assert isinstance(answer, dict)
    expect(hits.locator(".file span")).to_have_text([hit["file"] for hit in answer["hits"]])


def test_a_record_is_corrected_and_deleted(
    context: BrowserContext, server: Server, own_category: str
) -> None:
    live = make_services(server.data_dir)
    _copy_category(server, "badges", own_category)
    live.index(live.catalog.get(own_category))
    tab = open_tab(context, server, f"/browse?category={own_category}", "Browse")
    expect(records(tab)).to_have_count(6)

    records(tab).first.get_by_role("button").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_role("tab", name="Edit").click()
    dialog.get_by_label("Class").fill("something else")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(records(tab).first).to_contain_text("something else")

    records(tab).first.get_by_role("button").click()
    dialog.get_by_role("tab", name="Delete").click()
    dialog.get_by_role("button", name="Delete this record").click()
    expect(records(tab)).to_have_count(5)
    page = server.get_json(f"/api/v1/categories/{own_category}/records")
    assert isinstance(page, dict)
    assert page["total"] == 5


def test_a_record_that_another_visitor_deletes_stays_open_and_says_so(
    context: BrowserContext, server: Server, own_category: str
) -> None:
    live = make_services(server.data_dir)
    _copy_category(server, "badges", own_category)
    live.index(live.catalog.get(own_category))
    tab = open_tab(context, server, f"/browse?category={own_category}", "Browse")
    expect(records(tab)).to_have_count(6)
    records(tab).first.get_by_role("button").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_role("tab", name="Delete").click()

    first = live.browse.page(own_category).records[0].id
    live.editor(live.catalog.get(own_category)).delete([first])
    tab.wait_for_timeout(3_000)  # the page looks for new generations more often than that
    dialog.get_by_role("button", name="Delete this record").click()
    expect(dialog.get_by_role("alert").filter(has_text=first)).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(records(tab)).to_have_count(5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "heading"), [("/browse", "Browse"), ("/add", "Add images"), ("/jobs", "Jobs")]
)
def test_a_phone_sees_each_page_without_scrolling_sideways(
    chromium: Browser, server: Server, scheme: str, path: str, heading: str
) -> None:
    viewport = {"width": 360, "height": 740}
    with chromium.new_context(viewport=viewport, color_scheme=scheme) as context:  # type: ignore[arg-type]
        tab = open_tab(context, server, path, heading)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def _copy_category(server: Server, name: str, to: str) -> None:
    root = server.data_dir / "metric_datasets"
    shutil.copytree(root / name, root / to)
    manifest = root / to / "category.yaml"
    manifest.write_text(manifest.read_text().replace("Badges", "Dropped here"))
