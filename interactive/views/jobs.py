"""The page of all jobs: what runs, what waits, what ended and how."""

from __future__ import annotations

import streamlit as st

from common.assembly import Services
from interactive.session import Session
from interactive.views import footer, frame, job_list

_SHOWN = 30


def page() -> None:
    """Render the page with the process's objects and the visitor's session."""
    frame.run(render)


def render(live: Services, session: Session) -> None:
    """Render the page."""
    frame.masthead("Jobs", "Long tasks run one after the other, and go on when you leave.")
    job_list.render(live, session, shown=_SHOWN)
    if not live.jobs.list(limit=1):
        st.info("There are no jobs. Adding images and indexing make some.")
    footer.render(None)
