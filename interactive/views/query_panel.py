"""The present query, upright, and how it is to be answered."""

from __future__ import annotations

import streamlit as st

from common.assembly import Services
from common.errors import ImageError
from common.images import thumbnail
from common.search import SearchOptions
from interactive.session import DEFAULT_K, MAX_K, Session
from interactive.text import plain

_PREVIEW_SIDE_PX = 640
_NO_THRESHOLD = -1.0


def render(live: Services, session: Session) -> None:
    """Show the query, and the ways back from it."""
    query = session.query
    if query is None:
        return
    with st.container(border=True, key="query"):
        st.markdown("**Your picture**")
        try:
            preview = session.preview(
                query, lambda: thumbnail(query.picture, live.limits, _PREVIEW_SIDE_PX)
            )
        except ImageError:
            # The results say why; here only its name is left to show.
            st.markdown(":material/broken_image:")
        else:
            st.image(preview, width="stretch", alt=f"Query: {query.title}")
        st.caption(plain(query.title))
        with st.container(horizontal=True):
            st.button(
                "Back",
                icon=":material/arrow_back:",
                on_click=session.go_back,
                disabled=not session.can_go_back,
                help="To the picture asked with before",
            )
            st.button("Reset", icon=":material/restart_alt:", on_click=session.reset)


def render_options() -> SearchOptions:
    """Let the visitor choose how many results, and how similar at least."""
    k = st.number_input("Number of results", 1, MAX_K, DEFAULT_K, key="k")
    minimum_percent = st.slider("Minimum similarity", 0, 100, 0, format="%d %%", key="minimum")
    minimum = minimum_percent / 100 if minimum_percent else _NO_THRESHOLD
    return SearchOptions(k=k, minimum_similarity=minimum)
