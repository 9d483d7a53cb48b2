"""The search page: category, query and options on one side, what was found on the other."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.errors import VisualSearchError
from interactive.messages import show_error
from interactive.session import Session
from interactive.views import (
    category_choice,
    filters,
    footer,
    frame,
    gallery,
    query_panel,
    results,
    sidebar,
    sources,
)


def page() -> None:
    """Render the page with the process's objects and the visitor's session."""
    frame.run(render)


def render(live: Services, session: Session) -> None:
    """Render the page."""
    frame.masthead("Visual Similarity Search", "Ask with a picture. Get the most similar ones.")
    category = category_choice.render(live, session)
    sidebar.render(live, category, session)
    if category is not None:
        _render_category(live, category, session)
    footer.render(category)


def _render_category(live: Services, category: Category, session: Session) -> None:
    category_choice.render_description(category)
    try:
        manifest = live.search.manifest(category.name)
    except VisualSearchError as error:
        show_error(error)
        return
    left, right = st.columns([0.32, 0.68], gap="large")
    with left:
        sources.render(live, category, session)
        query_panel.render(live, session)
        wanted = filters.render(live, category, session, manifest)
        options = replace(query_panel.render_options(), filter=wanted if wanted.must else None)
    with right:
        if session.query is None:
            gallery.render(live, category, session, manifest)
        else:
            results.render(live, category, session, session.query, options, manifest)
