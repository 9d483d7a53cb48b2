"""Looking after a whole category: indexing it again, restoring, removing it for good."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from common.assembly import Services
from common.cataloguing import remove_category
from common.categories import Category
from common.errors import IndexingError, JobError, VisualSearchError
from common.indexing import SyncOptions
from common.job_kinds import INDEX, index_arguments
from common.jobs import Job
from common.jobs.record import OPEN_STATES
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import counted, plain
from interactive.views import restoring

_PATIENCE_SECONDS = 20.0  # for a running job to end; its worker is killed after half of that


def render(live: Services, category: str, session: Session, readable: Category | None) -> None:
    """Offer what concerns all of a category.

    Args:
        live: whose category it is.
        category: its name.
        session: of the visitor.
        readable: the category itself, None where its manifest is broken.
    """
    with (
        st.expander("Look after this category", icon=":material/tune:", key="look_after"),
        st.container(horizontal=True),
    ):
        st.button(
            "Index again",
            icon=":material/sync:",
            help="Brings the index in step with the files, such as after changing them by hand.",
            on_click=_index_again,
            args=(live, category),
        )
        if readable is not None:
            restoring.render(live, readable, session)
        if st.button("Delete category …", icon=":material/delete_forever:", key="delete_category"):
            _open_removal(live, category, session)


def _index_again(live: Services, category: str) -> None:
    try:
        live.jobs.submit(INDEX.name, category, index_arguments(SyncOptions()))
    except VisualSearchError as error:
        show_error(error)


@st.dialog("Delete this category?", width="medium", on_dismiss="rerun")
def _open_removal(live: Services, category: str, session: Session) -> None:
    session.in_dialog = True
    st.markdown(_what_goes(live, category))
    waiting = live.jobs.list(category=category, states=OPEN_STATES)
    if waiting:
        st.warning(f"{counted(len(waiting), 'job')} of it will be cancelled.")
    typed = st.text_input(f"Type {plain(category)} to confirm", key="confirm_removal", live=True)
    delete = st.button(
        "Delete for good",
        key="delete_for_good",
        type="primary",
        icon=":material/delete_forever:",
        disabled=typed.strip() != category,
    )
    if not delete:
        return
    try:
        with st.spinner("Deleting …"):
            _end_jobs(live, category)
            remove_category(live.catalog, live.generations(category, _refusal(category)))
    except VisualSearchError as error:
        show_error(error)
        return
    session.choose_category(None)
    st.query_params.clear()
    session.tell(f"The category {category} is deleted.")
    st.rerun()


def _what_goes(live: Services, category: str) -> str:
    """Return in Markdown what is deleted, and what is not."""
    try:
        entry = live.catalog.get(category)
    except VisualSearchError:
        return "Its directory and its index are deleted. This cannot be undone."
    try:
        pictures = counted(live.search.manifest(category).count, "picture")
    except VisualSearchError:
        pictures = "what is in it"
    if entry.images_dir.resolve().is_relative_to(entry.directory.resolve()):
        return (
            f"**{plain(entry.title)}** with {pictures}, its metadata and its index is deleted, "
            "image files included. This cannot be undone."
        )
    return (
        f"**{plain(entry.title)}** with its metadata and its index is deleted. Its image files lie "
        f"elsewhere and stay: {plain(str(entry.images_dir))}"
    )


def _end_jobs(live: Services, category: str) -> None:
    """Cancel what is queued or running for the category, and wait for its end.

    Raises:
        JobError: a job did not end in time.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for job in live.jobs.list(category=category, states=OPEN_STATES):
        ended = _cancelled(live, job)
        while ended.is_open and time.monotonic() < deadline:
            ended = live.jobs.wait(job.id, ended.revision, deadline - time.monotonic())
        if ended.is_open:
            raise JobError(
                f"A job of '{category}' is still ending", "Delete the category in a minute"
            )


def _cancelled(live: Services, job: Job) -> Job:
    try:
        return live.jobs.cancel(job.id)
    except JobError:
        return live.jobs.get(job.id)  # it ended just now


def _refusal(category: str) -> Callable[[], None]:
    """Return what to call where another program holds the category, such as ``make index``."""

    def refuse() -> None:
        raise IndexingError(
            f"Category '{category}' is being indexed by another program",
            "Delete it when that has ended",
        )

    return refuse
