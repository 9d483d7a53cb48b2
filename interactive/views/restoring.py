"""Bringing back records that were deleted, as long as their files are there."""

from __future__ import annotations

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.editing import MAX_EDITED
from common.errors import VisualSearchError
from common.indexing import SyncOptions
from common.job_kinds import INDEX, index_arguments
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import counted
from interactive.views.record_view import refusal


def render(live: Services, category: Category, session: Session) -> None:
    """Offer the deleted records, where there are any."""
    try:
        removed = {record.id: record.file for record in live.editor(category).removed()}
    except VisualSearchError as error:
        show_error(error)
        return
    if not removed:
        return
    with st.popover(
        f"Bring back deleted records ({len(removed):,})",
        icon=":material/restore_from_trash:",
        key="restoring",
    ):
        chosen = st.multiselect(
            "Deleted, newest last",
            list(removed),
            format_func=lambda record: removed.get(record, record),
            max_selections=MAX_EDITED,
            key="restored",
        )
        if st.button("Bring back", key="restore", type="primary", disabled=not chosen):
            _restore(live, category, session, chosen)


def _restore(live: Services, category: Category, session: Session, records: list[str]) -> None:
    try:
        live.editor(category, refusal(category.name)).restore(records)
        live.jobs.submit(INDEX.name, category.name, index_arguments(SyncOptions()))
    except VisualSearchError as error:
        show_error(error)
        return
    session.tell(f"{counted(len(records), 'record')} will be back when the index is.")
    st.rerun()
