"""What a person does with the page, in a real Chromium against a running server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, open_tab
from tests.samples import make_services, picture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def upload(tab: Page, name: str, data: bytes) -> None:
    tab.get_by_role("radio", name="Upload").click()
    tab.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": data}
    )


def cards(tab: Page):
    return tab.locator("[class*='st-key-hit_']")


def test_the_main_job_from_upload_to_camera(tab: Page) -> None:
    upload(tab, "mine.jpg", picture("teal", 50, 640))
    expect(cards(tab)).to_have_count(6)
    expect(cards(tab).first).to_contain_text("teal shape")
    expect(tab.get_by_text("Found 6 pictures among 6")).to_be_visible()

    second = cards(tab).nth(1).locator(".file span").inner_text()
    cards(tab).nth(1).get_by_role("button", name="Search with this").click()
    expect(cards(tab)).to_have_count(5)
    expect(tab.locator(".st-key-query")).to_contain_text(second)

    tab.get_by_role("radio", name="Shapes").click()
    expect(tab.get_by_role("heading", name="Shapes")).to_be_visible()
    expect(cards(tab)).to_have_count(0)

    tab.get_by_role("radio", name="Camera").click()
    tab.wait_for_function("document.querySelector('video')?.readyState >= 2")
    tab.get_by_role("button", name="Take Photo").click()
    expect(cards(tab)).to_have_count(9)
    expect(tab.locator(".st-key-query img")).to_be_visible()


def test_each_picture_keeps_its_aspect(tab: Page) -> None:
    upload(tab, "mine.jpg", picture("teal", 50, 640))
    expect(cards(tab)).to_have_count(6)
    fits = (
        cards(tab)
        .locator("img")
        .evaluate_all("images => images.map(i => getComputedStyle(i).objectFit)")
    )
    assert set(fits) == {"contain"}


def test_metadata_that_looks_like_a_script_is_shown_as_text(tab: Page) -> None:
    tab.get_by_role("button", name="Ask with A crimson disc").click()
    expect(cards(tab).first).to_contain_text("<script>alert(1)</script> **bold** :red[x]")


def test_the_full_view_opens_over_the_page(tab: Page) -> None:
    tab.get_by_role("button", name="Ask with A crimson disc").click()
    cards(tab).first.get_by_role("button", name="Full view").click()
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_contain_text("96 × 96 px")
    expect(dialog.get_by_role("img")).to_be_visible()


def test_a_bad_file_is_answered_with_a_sentence(tab: Page) -> None:
    upload(tab, "holiday 🦩.jpg", b"these are only words")
    expect(tab.get_by_role("alert").first).to_contain_text("The file is text")
    expect(cards(tab)).to_have_count(0)


def test_two_visitors_do_not_see_each_others_state(chromium: Browser, server: Server) -> None:
    with chromium.new_context() as one, chromium.new_context() as other:
        first, second = open_tab(one, server), open_tab(other, server)
        upload(first, "mine.jpg", picture("teal", 50))
        expect(cards(first)).to_have_count(6)
        second.get_by_role("radio", name="Shapes").click()
        expect(second.get_by_role("heading", name="Shapes")).to_be_visible()
        expect(cards(second)).to_have_count(0)
        expect(cards(first)).to_have_count(6)
        expect(first.get_by_role("heading", name="Badges")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_sees_everything_without_scrolling_sideways(
    chromium: Browser, server: Server, scheme: str
) -> None:
    viewport = {"width": 360, "height": 740}
    with chromium.new_context(viewport=viewport, color_scheme=scheme) as context:  # type: ignore[arg-type]
        tab = open_tab(context, server)
        upload(tab, "mine.jpg", picture("teal", 50))
        expect(cards(tab)).to_have_count(6)
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
        box = cards(tab).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        background = tab.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor")
        brightness = sum(map(int, background.removeprefix("rgb(").rstrip(")").split(",")))
        assert brightness > 600 if scheme == "light" else brightness < 150


def test_a_category_indexed_meanwhile_appears_by_itself(tab: Page, server: Server) -> None:
    root = server.data_dir / "metric_datasets"
    expect(tab.get_by_role("radio", name="Latecomers")).to_have_count(0)
    try:
        shutil.copytree(root / "badges", root / "latecomers")
        manifest: Path = root / "latecomers" / "category.yaml"
        manifest.write_text(manifest.read_text().replace("Badges", "Latecomers"))
        live = make_services(server.data_dir)
        live.index(live.catalog.get("latecomers"))
        expect(tab.get_by_role("radio", name="Latecomers")).to_be_visible(timeout=15_000)
    finally:
        shutil.rmtree(root / "latecomers")


def test_the_page_and_the_api_share_the_port(server: Server) -> None:
    categories = server.get_json("/api/v1/categories")
    assert isinstance(categories, list)
    assert {"badges", "shapes"} <= {category["name"] for category in categories}
    assert "/v1/categories" in str(server.get_json("/api/openapi.json"))
