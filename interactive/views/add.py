"""The page that takes in images: into which category, which, and how that goes."""

from __future__ import annotations

import streamlit as st

from common.assembly import Services
from common.categories import Category
from interactive.navigation import BROWSE, SEARCH, link_to
from interactive.session import Session
from interactive.text import plain
from interactive.views import (
    category_choice,
    category_form,
    footer,
    frame,
    intake_form,
    job_list,
    sidebar,
    upkeep,
)


def page() -> None:
    """Render the page with the process's objects and the visitor's session."""
    frame.run(render)


def render(live: Services, session: Session) -> None:
    """Render the page."""
    frame.masthead("Add images", "Bring in pictures, and they can be searched a moment later.")
    if not live.catalog.list():
        session.choose_category(None)
        st.markdown("##### Make the first category")
        with st.container(border=True, width=640):
            category_form.render(live, session)
        footer.render(None)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        category = category_choice.render(live, session)
        if st.button("New category", icon=":material/create_new_folder:", key="new_category"):
            category_form.open_category_form(live, session)
    sidebar.render(live, category, session)
    if category is not None:
        _render_category(live, category, session)
    if session.category is not None:
        upkeep.render(live, session.category, session, category)
    footer.render(category)


def _render_category(live: Services, category: Category, session: Session) -> None:
    left, right = st.columns([0.55, 0.45], gap="large")
    with left:
        st.markdown("##### What to add")
        intake_form.render(live, category, session)
    with right:
        st.markdown("##### Progress and reports")
        with st.container(horizontal=True):
            link_to(SEARCH, f"Search {plain(category.title)}", category.name)
            link_to(BROWSE, f"Browse {plain(category.title)}", category.name)
        if not live.jobs.list(category=category.name, limit=1):
            st.caption("Nothing yet: progress and reports appear here, and stay when you leave.")
        job_list.render(live, session, category.name)
