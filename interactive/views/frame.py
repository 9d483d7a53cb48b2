"""What all pages share: their head, a word on what was just done, a sentence for each error."""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from common.assembly import Services
from common.errors import VisualSearchError
from interactive.context import services
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import plain


def run(render: Callable[[Services, Session], None]) -> None:
    """Render a page with the process's objects and the visitor's session."""
    session = Session(st.session_state)
    session.in_dialog = False  # until one is opened again in this run
    if notice := session.take_notice():
        st.toast(plain(notice), icon=":material/check_circle:")
    try:
        render(services(), session)
    except VisualSearchError as error:
        show_error(error)


def masthead(title: str, tagline: str) -> None:
    """Render the head of a page."""
    st.html(
        f'<header class="masthead"><h1>{html.escape(title)}</h1>'
        f"<p>{html.escape(tagline)}</p></header>"
    )
