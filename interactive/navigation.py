"""The pages that there are, and the ways from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import Page

HERE: Final = Path(__file__).parent
ADDRESS_KEY: Final = "category"


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page.

    Attributes:
        file: that Streamlit runs, relative to the entry.
        title: in the navigation and the browser's tab.
        icon: beside the title.
        address: below the server's; empty for the page that is shown first.
    """

    file: str
    title: str
    icon: str
    address: str = ""


SEARCH: Final = PageEntry("entries/search.py", "Search", ":material/image_search:")
BROWSE: Final = PageEntry("entries/browse.py", "Browse", ":material/grid_view:", "browse")
ADD: Final = PageEntry("entries/add.py", "Add images", ":material/add_photo_alternate:", "add")
JOBS: Final = PageEntry("entries/jobs.py", "Jobs", ":material/pending_actions:", "jobs")
PAGES: Final = (SEARCH, BROWSE, ADD, JOBS)


def asked_for() -> Page:
    """Offer the pages, and return the one that the visitor is on."""
    return st.navigation(
        [
            st.Page(
                HERE / page.file,
                title=page.title,
                icon=page.icon,
                url_path=page.address or None,
                default=page is SEARCH,
            )
            for page in PAGES
        ],
        position="top",
    )


def link_to(page: PageEntry, label: str, category: str) -> None:
    """Show a link to a page with a category chosen."""
    st.page_link(
        page.file,
        label=label,
        icon=page.icon,
        query_params={ADDRESS_KEY: category} if category else None,
    )


def go_to(page: PageEntry, category: str) -> None:
    """Leave for another page with a category chosen; nothing after this is run."""
    st.switch_page(page.file, query_params={ADDRESS_KEY: category})
