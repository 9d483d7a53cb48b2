"""One record, opened from the listing: to look at, search with, correct or delete."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.errors import IndexingError, VisualSearchError
from common.images import thumbnail
from common.records import Point
from interactive.messages import show_error
from interactive.navigation import SEARCH, go_to
from interactive.session import Session
from interactive.text import definition_list, plain
from interactive.views import record_form
from interactive.views.facts import everything_known, source_link
from interactive.views.sources import ask_record

_SIDE_PX = 1600


@st.dialog("Record", width="large", on_dismiss="rerun")
def open_record(live: Services, category: Category, point: Point, session: Session) -> None:
    """Open a dialog over the listing."""
    session.in_dialog = True
    left, right = st.columns(2, gap="large")
    with left:
        _render_picture(live, category, point, session)
    with right:
        known, edit, delete = st.tabs(
            [":material/info: Details", ":material/edit: Edit", ":material/delete: Delete"]
        )
        with known:
            _render_details(live, category, point, session)
        with edit:
            _render_editing(live, category, point, session)
        with delete:
            _render_deletion(live, category, point, session)


def refusal(category: str) -> Callable[[], None]:
    """Return what to call where the category is being indexed and a change would have to wait."""

    def refuse() -> None:
        raise IndexingError(
            f"Category '{category}' is being indexed just now", "Try again when that has ended"
        )

    return refuse


def _render_picture(live: Services, category: Category, point: Point, session: Session) -> None:
    file = str(point.payload["file"])
    try:
        original = live.pictures.original(category.name, file)
        # Re-encoded: upright, and of a format every browser shows, such as for TIFF or HEIC.
        large = session.large_picture(
            f"{point.id}/{point.payload.get('_sha256', '')}",
            lambda: thumbnail(original, live.limits, _SIDE_PX),
        )
    except VisualSearchError as error:
        show_error(error)
        return
    st.image(large, alt=file)
    st.download_button(
        "Original file",
        original,
        file.rsplit("/", 1)[-1],
        "application/octet-stream",
        key="original",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _render_details(live: Services, category: Category, point: Point, session: Session) -> None:
    file = str(point.payload["file"])
    asked = st.button(
        "Search with this", key="search_with", icon=":material/image_search:", type="primary"
    )
    if asked:
        ask_record(live, category.name, point, session, "result")
        go_to(SEARCH, category.name)
    st.html(definition_list(everything_known(category, point.id, file, point.payload)))
    link = source_link(category, point.payload)
    if link is not None:
        st.link_button(plain(link.label), link.address, icon=":material/open_in_new:")


def _render_editing(live: Services, category: Category, point: Point, session: Session) -> None:
    try:
        fields = live.search.manifest(category.name).spec.fields
    except VisualSearchError as error:
        show_error(error)
        return
    editor = live.editor(category, refusal(category.name))
    record_form.render(editor, category, point, fields, session)


def _render_deletion(live: Services, category: Category, point: Point, session: Session) -> None:
    editor = live.editor(category, refusal(category.name))
    st.markdown(
        "The record leaves the index at once, and stays away when the category is indexed again."
    )
    with_file = st.checkbox(
        "Delete the image file too",
        key="delete_file",
        disabled=not editor.files_are_ours,
        help=None if editor.files_are_ours else "The files of this category belong to others.",
    )
    if with_file:
        st.caption("The file cannot be brought back.")
    if not st.button(
        "Delete this record", key="delete_record", icon=":material/delete_forever:", type="primary"
    ):
        return
    try:
        removal = editor.delete([point.id], remove_files=with_file)
    except VisualSearchError as error:
        show_error(error)
        return
    problems = " ".join(removal.problems.values())
    session.tell(problems or f"{point.payload['file']} is deleted.")
    st.rerun()
