"""One record at full size, with everything known about it."""

from __future__ import annotations

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.errors import VisualSearchError
from common.images import thumbnail
from common.records import Hit
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import definition_list, percent, plain
from interactive.views.facts import everything_known, source_link

_SIDE_PX = 1600


@st.dialog("Full view", width="large", on_dismiss="rerun")
def open_full_view(live: Services, category: Category, hit: Hit, session: Session) -> None:
    """Open a dialog over the page."""
    session.in_dialog = True
    left, right = st.columns(2, gap="large")
    with left:
        try:
            # Re-encoded: upright, and of a format every browser shows, such as for TIFF or HEIC.
            original = live.pictures.original(category.name, hit.file)
            st.image(thumbnail(original, live.limits, _SIDE_PX), alt=hit.file)
        except VisualSearchError as error:
            show_error(error)
    with right:
        st.html(definition_list(_known(category, hit)))
        link = source_link(category, hit.payload)
        if link is not None:
            st.link_button(plain(link.label), link.address, icon=":material/open_in_new:")


def _known(category: Category, hit: Hit) -> list[tuple[str, str]]:
    known = everything_known(category, hit.id, hit.file, hit.payload)
    return [("Similarity", percent(hit.similarity)), *known]
