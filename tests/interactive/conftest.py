"""The pages, opened without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from streamlit.testing.v1 import AppTest

from common.assembly import Services
from interactive import context
from interactive.navigation import PageEntry

ENTRY = Path(__file__).resolve().parents[2] / "interactive" / "search_app.py"
OpenAt: TypeAlias = Callable[[Services, PageEntry], AppTest]


@pytest.fixture
def open_at() -> Iterator[OpenAt]:
    """Open a page over given live objects, as one visitor who came by the navigation."""

    def open_at(services: Services, page: PageEntry) -> AppTest:
        context.provide_services(services)
        return AppTest.from_file(str(ENTRY), default_timeout=30).run().switch_page(page.file).run()

    yield open_at
    context._services = None


def texts(page: AppTest) -> str:
    """Everything written on the page, HTML included, as one text."""
    kinds = (page.markdown, page.caption, page.info, page.error, page.warning, page.get("html"))
    return "\n".join(
        str(getattr(element, "value", None) or getattr(element.proto, "body", ""))
        for kind in kinds
        for element in kind
    )


def click(page: AppTest, label: str) -> AppTest:
    """Click the first button with this label."""
    return next(button for button in page.button if button.label == label).click().run()


def run_in_dialog(page: AppTest, opener: str) -> AppTest:
    """Run the page with the dialog open that the button of this key opens.

    A browser runs a dialog by itself; without one every run is of the whole page, where a dialog
    is there only while its button is pressed.
    """
    return page.button(key=opener).click().run()


def assert_healthy(page: AppTest) -> None:
    """Nothing went wrong, and nothing is said to have."""
    assert not page.exception
    assert not page.error
