"""Jobs as cards that follow their progress by themselves."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from common.assembly import Services
from common.errors import VisualSearchError
from common.jobs import Job
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import ago, plain, seconds_left
from interactive.views import job_report

_FOLLOWED_EVERY_SECONDS = 1
_LOOK_EVERY_SECONDS = 5  # for jobs that another tab, visitor or program submits
_KINDS = {
    "add": "Adding images to",
    "index": "Indexing",
    "train": "Training on",
}
_STATES = {
    "queued": "waiting",
    "running": "running",
    "succeeded": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}


def render(live: Services, session: Session, category: str | None = None, shown: int = 5) -> None:
    """Show the newest jobs, and go on showing how they are.

    Args:
        live: whose jobs they are.
        session: of the visitor.
        category: only this one's; None for all.
        shown: how many at most.
    """
    watched = _open_ids(live.jobs.list(category=category, limit=shown))
    every = _FOLLOWED_EVERY_SECONDS if watched else _LOOK_EVERY_SECONDS
    st.fragment(_follow, run_every=every)(live, session, category, shown, watched)


def _follow(
    live: Services, session: Session, category: str | None, shown: int, watched: frozenset[str]
) -> None:
    """Render the cards; where a job came or ended, run the page again: more than them changes."""
    try:
        jobs = live.jobs.list(category=category, limit=shown)
        waits_in_vain = any(job.state == "queued" for job in jobs) and not live.jobs.is_served()
    except VisualSearchError as error:
        show_error(error)
        return
    if _open_ids(jobs) != watched and not session.in_dialog:
        st.rerun()
    if waits_in_vain:
        st.warning(
            "Nobody runs jobs now. Start `make run` beside this page, or run them with "
            "`make jobs RUN_JOBS=1`.",
            icon=":material/pause_circle:",
        )
    for place, job in enumerate(jobs):
        with st.container(border=True, key=f"job_{job.id}", gap="small"):
            _render_card(live, job, is_newest=place == 0)


def _open_ids(jobs: list[Job]) -> frozenset[str]:
    return frozenset(job.id for job in jobs if job.is_open)


def _render_card(live: Services, job: Job, is_newest: bool) -> None:
    st.html(_headline(live, job))
    if job.state == "running":
        st.html(_progress(job))
    if job.reason:
        icon = ":material/error:" if job.can_retry else ":material/info:"
        cure = f" {job.cure}." if job.cure else ""
        st.markdown(f"{icon} {plain(f'{job.reason}.{cure}')}")
    with st.container(horizontal=True, gap="small"):
        if job.is_open:
            st.button(
                "Ending …" if job.cancel_requested else "Cancel",
                key=f"cancel_{job.id}",
                icon=":material/cancel:",
                disabled=job.cancel_requested,
                on_click=_obey,
                args=(live.jobs.cancel, job.id),
            )
        if job.can_retry:
            st.button(
                "Try again",
                key=f"retry_{job.id}",
                icon=":material/replay:",
                on_click=_obey,
                args=(live.jobs.retry, job.id),
            )
    if job.report is not None:
        job_report.render(job, expanded=is_newest)


def _obey(order: Callable[[str], Job], job_id: str) -> None:
    try:
        order(job_id)
    except VisualSearchError as error:
        show_error(error)  # such as: another visitor was faster


def _headline(live: Services, job: Job) -> str:
    """Return what the job is, how it stands and since when, as HTML; every value is escaped."""
    what = f"{_KINDS.get(job.kind, job.kind)} {_title(live, job.category)}".strip()
    state = "ending" if job.cancel_requested and job.is_open else _STATES[job.state]
    return (
        f'<p class="job"><strong>{html.escape(what)}</strong>'
        f'<span class="state {job.state}">{state}</span>'
        f"<span>{ago(job.finished or job.created, datetime.now(UTC))}</span></p>"
    )


def _title(live: Services, category: str) -> str:
    try:
        return live.catalog.get(category).title
    except VisualSearchError:
        return category  # gone since, or broken


def _progress(job: Job) -> str:
    """Return the stage, how far it is, its rate and the time left, as HTML."""
    parts = [job.stage or "starting"]
    if job.total:
        parts.append(f"{job.done:,} of {job.total:,}")
    if job.rate is not None:
        parts.append(f"{job.rate:,.0f} a second" if job.rate >= 1 else f"{job.rate:.1f} a second")
    if job.eta_seconds:
        parts.append(seconds_left(job.eta_seconds))
    value = f' value="{min(job.done / job.total, 1):.3f}"' if job.total else ""
    text = html.escape(" · ".join(parts))
    return f'<div class="progress"><progress{value} aria-label="{text}"></progress>{text}</div>'
