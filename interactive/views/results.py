"""What a query found: a grid of cards, best first."""

from __future__ import annotations

import html

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.errors import RecordNotFound, VisualSearchError
from common.records import Answer, Hit
from common.search import SearchOptions
from common.vectors.base import GenerationManifest
from interactive.messages import show_error
from interactive.session import PageQuery, Session
from interactive.text import definition_list, percent
from interactive.views.facts import facts, source_link
from interactive.views.full_view import open_full_view
from interactive.views.sources import ask_record


def render(
    live: Services,
    category: Category,
    session: Session,
    query: PageQuery,
    options: SearchOptions,
    manifest: GenerationManifest,
) -> None:
    """Answer the query and show what was found."""
    try:
        answer = _answer(live, category.name, session, query, options, manifest)
    except VisualSearchError as error:
        show_error(error)
        return
    _render_summary(answer, options, manifest)
    with st.container(key="results"):
        for hit in answer.hits:
            _render_card(live, category, session, hit)


def _answer(
    live: Services,
    category: str,
    session: Session,
    query: PageQuery,
    options: SearchOptions,
    manifest: GenerationManifest,
) -> Answer:
    key = (category, manifest.generation, query.token, options)
    answer = session.cached_answer(key)
    if answer is None:
        answer = _search(live, category, query, options)
        session.keep_answer(key, answer)
    return answer


def _search(live: Services, category: str, query: PageQuery, options: SearchOptions) -> Answer:
    if query.record is not None:
        try:
            return live.search.by_record(category, query.record, options)
        except RecordNotFound:
            pass  # a newer generation is without it; its picture can still be asked with
    return live.search.by_image(category, query.picture, options)


def _render_summary(answer: Answer, options: SearchOptions, manifest: GenerationManifest) -> None:
    found = len(answer.hits)
    threshold = f"{options.minimum_similarity:.0%}"
    if not found and options.filter is not None:
        st.info(
            "No picture that is similar enough passes these filters. Clear one of them.",
            icon=":material/search_off:",
        )
        return
    if not found and options.minimum_similarity < 0:
        st.info("There is no other picture in this category.", icon=":material/search_off:")
        return
    if not found:
        st.info(
            f"No picture here is {threshold} similar or more. Lower the minimum similarity to see "
            "the nearest ones.",
            icon=":material/search_off:",
        )
        return
    pictures = "picture" if found == 1 else "pictures"
    if found < min(options.k, manifest.count - 1):
        text = f"Only {found} {pictures} reach {threshold}"
    else:
        text = f"Found {found} {pictures} among {manifest.count:,}"
    took = sum(answer.seconds.values()) * 1000
    stages = " · ".join(f"{name} {spent * 1000:.0f}" for name, spent in answer.seconds.items())
    st.html(
        f'<p class="summary"><strong>{text}</strong> '
        f'<span title="{stages} ms">in {took:.0f} ms</span></p>'
    )


def _render_card(live: Services, category: Category, session: Session, hit: Hit) -> None:
    with st.container(border=True, key=f"hit_{hit.rank}", gap="small"):
        try:
            version = str(hit.payload.get("_sha256", ""))
            picture = live.pictures.thumbnail(category.name, hit.file, version)
            named = hit.payload.get("class") or hit.file
            alt = f"Result {hit.rank}: {named}, {percent(hit.similarity)} similar"
            st.image(picture, width="stretch", alt=alt)
        except VisualSearchError as error:
            show_error(error)
        st.html(_caption(category, hit))
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Search with this",
                key=f"ask_{hit.id}",
                icon=":material/image_search:",
                wrap=True,
                on_click=ask_record,
                args=(live, category.name, hit, session, "result"),
            )
            if st.button(
                "Full view",
                key=f"view_{hit.id}",
                icon=":material/open_in_full:",
                type="tertiary",
            ):
                open_full_view(live, category, hit, session)


def _caption(category: Category, hit: Hit) -> str:
    """Return a card's text as HTML; every value in it is escaped."""
    share = max(0.0, min(1.0, hit.similarity))
    named = html.escape(str(hit.payload.get("class") or ""))
    link = source_link(category, hit.payload)
    source = (
        f'<a href="{html.escape(link.address)}" target="_blank" rel="noopener">'
        f"{html.escape(link.label)}</a>"
        if link
        else ""
    )
    return (
        f'<div class="rank"><span>{hit.rank}</span>'
        f"<strong>{percent(hit.similarity)}</strong>"
        f'<progress value="{share:.3f}" aria-hidden="true"></progress></div>'
        f"<h3>{named}</h3>"
        f"{definition_list(facts(category, hit.payload))}"
        f'<p class="file"><span>{html.escape(hit.file)}</span>{source}</p>'
    )
