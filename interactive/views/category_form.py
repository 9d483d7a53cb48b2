"""Making a category from the page."""

from __future__ import annotations

import streamlit as st

from common.assembly import Services
from common.cataloguing import create_category
from common.categories import CategoryManifest, suggest_name
from common.embedding.base import ModelCard
from common.errors import CategoryExists, VisualSearchError
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import definition_list, percent, plain
from interactive.views.category_choice import choose

_LONGEST_TITLE = 100
_LONGEST_DESCRIPTION = 1_000
_FIGURES_SHOWN = 4


@st.dialog("New category", width="medium", on_dismiss="rerun")
def open_category_form(live: Services, session: Session) -> None:
    """Open a dialog that makes a category."""
    session.in_dialog = True
    render(live, session)


def render(live: Services, session: Session) -> None:
    """Ask what the category is to be, tell at once what is wrong with it, and make it."""
    title = st.text_input(
        "Title",
        key="new_title",
        max_chars=_LONGEST_TITLE,
        placeholder="Holiday pictures",
        live=True,
    )
    name = _ask_name(title.strip())
    problem = _problem(live, name)
    if problem is not None:
        show_error(problem)
    description = st.text_area(
        "What does it hold?",
        key="new_description",
        max_chars=_LONGEST_DESCRIPTION,
        height=80,
        placeholder="One or two sentences (optional)",
    )
    embedder = _ask_embedder(live)
    made = st.button(
        "Make category",
        key="make_category",
        type="primary",
        icon=":material/create_new_folder:",
        disabled=not name or problem is not None,
    )
    if made:
        _make(
            live,
            session,
            name,
            CategoryManifest(
                title=title.strip(), description=description.strip(), embedder=embedder
            ),
        )


def _ask_name(title: str) -> str:
    proposal = suggest_name(title)
    typed = st.text_input(
        "Name in addresses and commands",
        key="new_name",
        placeholder=proposal or "holiday-pictures",
        help="Lower-case letters, digits and single hyphens. It cannot be changed later.",
        live=True,
    )
    return typed.strip() or proposal


def _problem(live: Services, name: str) -> VisualSearchError | None:
    """Return what is wrong with a name, None where nothing is or nothing was typed."""
    if not name:
        return None
    try:
        if live.catalog.exists(name):
            return CategoryExists(f"There is a category '{name}' already", "Choose another name")
    except VisualSearchError as error:
        return error
    return None


def _ask_embedder(live: Services) -> str | None:
    """Let the visitor choose a model; None for whichever the settings name."""
    cards = live.embedders.cards()
    usual = live.settings.embedder
    chosen = st.selectbox(
        "Embedder",
        [None, *cards],
        format_func=lambda name: f"{usual} (the usual one)" if name is None else name,
        key="new_embedder",
        help="The model that turns pictures into vectors. Another one later means indexing anew.",
    )
    card = cards.get(chosen or usual)
    if card is not None:
        st.caption(plain(card.description))
        st.html(definition_list(card_facts(card)))
    return chosen


def card_facts(card: ModelCard) -> list[tuple[str, str]]:
    """Return what helps to choose a model; its measured figures are shares."""
    rows = [
        ("Dimensions", f"{card.dim:,}"),
        ("Sees pictures at", f"{card.preprocessing.size_px} px"),
        ("Licence", card.licence),
    ]
    measured = list(card.quality.items())[:_FIGURES_SHOWN]
    return rows + [(name, percent(figure)) for name, figure in measured]


def _make(live: Services, session: Session, name: str, manifest: CategoryManifest) -> None:
    try:
        made = create_category(live.catalog, name, manifest)
    except VisualSearchError as error:
        show_error(error)
        return
    choose(made.name, session)
    session.tell(f"{made.title} is made. Add pictures to it now.")
    st.rerun()
