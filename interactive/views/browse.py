"""The page that leafs through a category: filtered, sorted, page by page."""

from __future__ import annotations

import html
import math

import streamlit as st

from common.assembly import Services
from common.browsing import BrowsePage
from common.categories import Category
from common.errors import GenerationNotFound, VisualSearchError
from common.records import FieldType, Filter, Point
from common.vectors.base import GenerationManifest
from interactive.messages import show_error
from interactive.navigation import ADD, link_to
from interactive.session import Session
from interactive.text import counted, plain, shown
from interactive.views import category_choice, filters, footer, frame, sidebar
from interactive.views.facts import field_label
from interactive.views.record_view import open_record

PAGE_SIZES = (24, 48, 96)
_AS_STORED = ""
_UNSORTED: frozenset[FieldType] = frozenset({"list", "link"})


def page() -> None:
    """Render the page with the process's objects and the visitor's session."""
    frame.run(render)


def render(live: Services, session: Session) -> None:
    """Render the page."""
    frame.masthead("Browse", "Leaf through everything in a category.")
    category = category_choice.render(live, session)
    sidebar.render(live, category, session)
    if category is not None:
        try:
            _render_category(live, category, session)
        except GenerationNotFound as error:
            show_error(error)
            link_to(ADD, "Add images", category.name)
        except VisualSearchError as error:
            show_error(error)
    footer.render(category)


def _render_category(live: Services, category: Category, session: Session) -> None:
    manifest = live.search.manifest(category.name)
    with st.container(horizontal=True, vertical_alignment="bottom", key="browse_tools"):
        wanted = filters.render(live, category, session, manifest)
        order_by = _ask_order(category, session, manifest)
        descending = order_by is not None and _ask_direction(session)
        size = _ask_size(session)
    found = _read(live, category, session, wanted, order_by, descending, size)
    _render_total(category, manifest, wanted, found.total)
    if not found.total:
        return
    pages = math.ceil(found.total / size)
    _render_leafing(session, pages, "top")
    with st.container(key="records"):
        for point in found.records:
            _render_record(live, category, session, point, order_by)
    _render_leafing(session, pages, "bottom")


def _ask_order(category: Category, session: Session, manifest: GenerationManifest) -> str | None:
    fields = [name for name, type_ in manifest.spec.fields.items() if type_ not in _UNSORTED]
    order_by = st.selectbox(
        "Sort by",
        [_AS_STORED, *fields],
        format_func=lambda name: field_label(category, name) if name else "No order",
        key=f"order_by_{session.epoch}",
        on_change=session.leaf_to_start,
        persist_state="session",
        width=220,
    )
    return order_by or None


def _ask_direction(session: Session) -> bool:
    direction = st.segmented_control(
        "Direction",
        ["up", "down"],
        default="up",
        format_func={
            "up": ":material/arrow_upward: Rising",
            "down": ":material/arrow_downward: Falling",
        }.__getitem__,
        key=f"direction_{session.epoch}",
        on_change=session.leaf_to_start,
        persist_state="session",
        required=True,
    )
    return direction == "down"


def _ask_size(session: Session) -> int:
    return st.selectbox(
        "Pictures a page",
        PAGE_SIZES,
        key="page_size",
        on_change=session.leaf_to_start,
        persist_state="session",
        width=130,
    )


def _read(
    live: Services,
    category: Category,
    session: Session,
    filter: Filter,
    order_by: str | None,
    descending: bool,
    size: int,
) -> BrowsePage:
    """Return the page that is looked at; the last one where there are no longer that many."""

    def read() -> BrowsePage:
        return live.browse.page(
            category.name,
            filter=filter,
            order_by=order_by,
            descending=descending,
            offset=(session.leafed_to - 1) * size,
            limit=size,
        )

    found = read()
    if not found.records and found.total:
        session.leafed_to = math.ceil(found.total / size)
        found = read()
    return found


def _render_total(
    category: Category, manifest: GenerationManifest, filter: Filter, total: int
) -> None:
    if not filter.must:
        text, told = counted(manifest.count, "picture"), ""
    else:
        text = f"{total:,} of {counted(manifest.count, 'picture')}"
        told = filters.told(category, filter)
    st.html(f'<p class="summary"><strong>{text}</strong> <span>{html.escape(told)}</span></p>')
    if not total and filter.must:
        st.info("No picture passes these filters. Clear one of them.", icon=":material/search_off:")


def _render_leafing(session: Session, pages: int, place: str) -> None:
    """Render one of two page choosers, which always agree."""
    if pages <= 1:
        return
    key = f"leaf_{place}"
    st.session_state[key] = min(session.leafed_to, pages)

    def chosen() -> None:
        session.leafed_to = st.session_state[key]

    st.pagination(pages, key=key, on_change=chosen)


def _render_record(
    live: Services, category: Category, session: Session, point: Point, order_by: str | None
) -> None:
    file = str(point.payload.get("file", ""))
    named = str(point.payload.get("class") or file)
    with st.container(key=f"choice_record_{point.id}", gap=None):
        try:
            version = str(point.payload.get("_sha256", ""))
            st.image(
                live.pictures.thumbnail(category.name, file, version), width="stretch", alt=file
            )
        except VisualSearchError:
            # The opened record says why; others must not be pushed aside by it.
            st.html('<div class="missing" role="img" aria-label="The picture is missing"></div>')
        opened = st.button(f"Open {plain(file)}", key=f"open_{point.id}", width="stretch")
        value = (
            shown(point.payload.get(order_by)) if order_by not in (None, "class", "file") else ""
        )
        st.html(
            f'<p class="named">{html.escape(named)}'
            f"{f'<span>{html.escape(value)}</span>' if value else ''}</p>"
        )
    if opened:
        open_record(live, category, point, session)
