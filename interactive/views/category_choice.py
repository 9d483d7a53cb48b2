"""Choosing a category, and what is told about the chosen one."""

from __future__ import annotations

import html

import streamlit as st

from common.assembly import Services
from common.categories import BrokenCategory, Category
from common.errors import CategoryNotFound
from interactive.messages import show_error
from interactive.navigation import ADD, ADDRESS_KEY, link_to
from interactive.session import Session
from interactive.text import plain, safe_link

_BUTTONS_AT_MOST = 6  # more categories than this are easier to find in a list with a search box


def render(live: Services, session: Session) -> Category | None:
    """Let the visitor choose; return the chosen category, None where none can be searched."""
    entries = {entry.name: entry for entry in live.catalog.list()}
    if not entries:
        session.choose_category(None)
        _render_welcome(live)
        return None
    _keep_choice_valid(entries, session)
    _render_picker(entries, session)
    chosen = entries[session.category or next(iter(entries))]
    if isinstance(chosen, BrokenCategory):
        show_error(chosen.error)
        return None
    return chosen


def choose(name: str, session: Session) -> None:
    """Turn to a category, in the address too."""
    session.choose_category(name)
    if st.query_params.get(ADDRESS_KEY) != name:
        st.query_params[ADDRESS_KEY] = name


def render_description(category: Category) -> None:
    """Tell what the category holds, what searching it is good for, and where it is from."""
    manifest = category.manifest
    parts = [f"<h2>{html.escape(category.title)}</h2>"]
    if manifest.description:
        parts.append(f"<p>{html.escape(manifest.description)}</p>")
    if manifest.business_usage:
        parts.append(f"<p><strong>What for?</strong> {html.escape(manifest.business_usage)}</p>")
    origin = []
    if manifest.source.name:
        name = html.escape(manifest.source.name)
        link = safe_link(manifest.source.url)
        origin.append(
            f'Source: <a href="{html.escape(link)}" target="_blank" rel="noopener">{name}</a>'
            if link
            else f"Source: {name}"
        )
    if manifest.licence:
        origin.append(f"Licence: {html.escape(manifest.licence)}")
    if origin:
        parts.append(f'<p class="origin">{" · ".join(origin)}</p>')
    st.html(f'<section class="about">{"".join(parts)}</section>')


def _keep_choice_valid(entries: dict[str, Category | BrokenCategory], session: Session) -> None:
    """Take the category in the address, else keep the choice, else take the first that works.

    The address differs from the choice when a link was followed; then it is kept in step, so that
    a reload or a bookmark comes back here.
    """
    asked = st.query_params.get(ADDRESS_KEY)
    if asked is not None and asked not in entries and session.category is None:
        show_error(CategoryNotFound(f"There is no category '{asked}'", "Choose one of those below"))
    working = [name for name, entry in entries.items() if isinstance(entry, Category)]
    for name in (asked, session.category, (working or list(entries))[0]):
        if name in entries:
            choose(name, session)
            return


def _render_picker(entries: dict[str, Category | BrokenCategory], session: Session) -> None:
    def title(name: str) -> str:
        entry = entries.get(name)
        if isinstance(entry, Category):
            return plain(entry.title)
        return f":material/folder_off: {plain(name)}"

    def plain_title(name: str) -> str:
        entry = entries.get(name)
        return entry.title if isinstance(entry, Category) else f"{name} (unavailable)"

    def chosen() -> None:
        choose(st.session_state["category_picker"], session)

    st.session_state["category_picker"] = session.category
    if len(entries) <= _BUTTONS_AT_MOST:
        st.segmented_control(
            "Category",
            list(entries),
            format_func=title,
            key="category_picker",
            on_change=chosen,
            required=True,
            label_visibility="collapsed",
        )
    else:
        st.selectbox(
            "Category",
            list(entries),
            format_func=plain_title,  # shown as text, unlike the buttons' Markdown
            key="category_picker",
            on_change=chosen,
        )


def _render_welcome(live: Services) -> None:
    st.info("There is no category yet. Make one, and add pictures to it.")
    link_to(ADD, "Add images", "")
    st.markdown("Or do it in a terminal, then it appears here by itself. Draw the demo categories:")
    st.code("make demo-data index", language="shell")
    st.markdown("Or index a folder of your own pictures:")
    st.code("make index CATEGORY=holidays IMAGES=~/Pictures", language="shell")
    st.caption(f"Categories lie in {plain(live.catalog.address)}")
