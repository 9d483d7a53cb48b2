"""What answers: the embedder, the size of the index, its generation. Watches for newer ones."""

from __future__ import annotations

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.errors import VisualSearchError
from interactive.session import Session
from interactive.text import definition_list, plain

_LOOK_EVERY_SECONDS = 2


def render(live: Services, category: Category | None, session: Session) -> None:
    """Render the sidebar."""
    with st.sidebar:
        st.markdown("### This index")
        if category is None:
            st.caption("Nothing chosen yet.")
        else:
            _render_index(live, category)
        st.button("Reset all", icon=":material/restart_alt:", on_click=session.reset)
        st.markdown("### For programs")
        st.caption("The HTTP API answers on the same port; its description is at `/api/docs`.")
        _watch(live, _state_of(live), session)


def _render_index(live: Services, category: Category) -> None:
    try:
        manifest = live.search.manifest(category.name)
    except VisualSearchError:
        st.caption("Not indexed yet.")
        return
    built = manifest.created.replace("T", " ").removesuffix("Z").removesuffix("+00:00")
    st.html(
        definition_list(
            [
                ("Category", category.title),
                ("Pictures", f"{manifest.count:,}"),
                ("Embedder", f"{manifest.spec.embedder}, {manifest.spec.dim} dimensions"),
                ("Engine", manifest.engine),
                ("Generation", manifest.generation),
                ("Built", f"{built} UTC"),
            ]
        )
    )
    try:
        description = live.embedders.get(manifest.spec.embedder).card.description
    except VisualSearchError as error:
        st.caption(plain(str(error)))
    else:
        st.caption(plain(description))


def _state_of(live: Services) -> dict[str, str | None]:
    """Return the current generation of each category: differs when there is something new."""
    return {entry.name: _generation(live, entry.name) for entry in live.catalog.list()}


def _generation(live: Services, category: str) -> str | None:
    try:
        return live.store.current(category)
    except VisualSearchError as error:
        return str(error)  # one damaged index must not hide the others


@st.fragment(run_every=_LOOK_EVERY_SECONDS)
def _watch(live: Services, shown: dict[str, str | None], session: Session) -> None:
    """Run the page again when a category or generation came or went since it was rendered."""
    if session.in_dialog:
        return  # what somebody is reading or typing there must not vanish
    try:
        changed = _state_of(live) != shown
    except VisualSearchError:
        return  # the next interaction says what is wrong; a timer must not
    if changed:
        st.rerun()
