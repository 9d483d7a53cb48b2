"""The ways to provide a query picture: upload, camera, example, random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from common.assembly import Services
from common.categories import Category
from common.errors import VisualSearchError
from common.records import Hit, Point
from interactive.messages import show_error
from interactive.session import PageQuery, QueryKind, Session
from interactive.text import plain

RANDOM_DRAWN = 6
# Larger query pictures are refused by the settings anyway, with a better sentence.
_LARGEST_MEGABYTES = 100
_LABELS: dict[QueryKind, str] = {
    "upload": ":material/upload: Upload",
    "camera": ":material/photo_camera: Camera",
    "example": ":material/auto_awesome: Example",
    "random": ":material/casino: Random",
}


def render(live: Services, category: Category, session: Session) -> None:
    """Let the visitor provide a picture in one of four ways."""
    kinds = [kind for kind in _LABELS if kind != "example" or category.manifest.examples]
    default = "example" if "example" in kinds else "upload"
    kind = st.segmented_control(
        "Ask with",
        kinds,
        default=default,
        format_func=lambda kind: _LABELS[kind],
        key=f"source_{category.name}_{session.epoch}",
        required=True,
        wrap=True,
    )
    match kind:
        case "upload":
            _render_upload(session)
        case "camera":
            _render_camera(session)
        case "example":
            _render_examples(live, category, session)
        case _:
            _render_random(live, category, session)


def ask_record(
    live: Services, category: str, record: Point | Hit, session: Session, kind: QueryKind
) -> None:
    """Ask with a record of the category; meant as a button's callback."""
    file = str(record.payload["file"])
    try:
        session.ask(PageQuery(kind, file, live.pictures.original(category, file), record.id))
    except VisualSearchError as error:
        show_error(error)


def _render_upload(session: Session) -> None:
    key = f"upload_{session.epoch}"
    st.file_uploader(
        "Upload a picture",
        # Any type may be chosen: what a file is is decided by its content, with a better sentence.
        key=key,
        max_upload_size=_LARGEST_MEGABYTES,
        on_change=lambda: _ask_file(session, "upload", st.session_state[key]),
        label_visibility="collapsed",
        help="JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC",
    )
    st.caption("JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC")


def _render_camera(session: Session) -> None:
    key = f"camera_{session.epoch}"
    st.camera_input(
        "Take a photo",
        key=key,
        on_change=lambda: _ask_file(session, "camera", st.session_state[key]),
        label_visibility="collapsed",
    )


def _ask_file(session: Session, kind: QueryKind, file: UploadedFile | None) -> None:
    # Removing the file from the widget leaves the query as it is: Reset is there for that.
    if file is not None:
        title = "Photo" if kind == "camera" else file.name
        session.ask(PageQuery(kind, title, file.getvalue()))


@dataclass(frozen=True, slots=True)
class _Choice:
    key: str
    label: str
    picture: bytes
    ask: Callable[[], None]


def _render_examples(live: Services, category: Category, session: Session) -> None:
    choices = []
    for i, example in enumerate(category.manifest.examples):
        try:
            data = live.pictures.example(category.name, example.file)
            picture = live.pictures.example_thumbnail(category.name, example.file)
        except VisualSearchError as error:
            show_error(error)
            continue
        title = example.title or f"Example {i + 1}"
        query = PageQuery("example", title, data)
        choices.append(_Choice(f"example_{i}", title, picture, partial(session.ask, query)))
    _render_choices(choices)


def _render_random(live: Services, category: Category, session: Session) -> None:
    if session.random_records is None:
        session.random_records = live.search.random_records(
            category.name,
            RANDOM_DRAWN,
            Random(),  # noqa: S311  # a taste, not a secret
        )
    choices = []
    for i, point in enumerate(session.random_records):
        file = str(point.payload["file"])
        try:
            picture = live.pictures.thumbnail(
                category.name, file, str(point.payload.get("_sha256", ""))
            )
        except VisualSearchError as error:
            show_error(error)
            continue
        choices.append(
            _Choice(
                f"random_{i}",
                file,
                picture,
                partial(ask_record, live, category.name, point, session, "random"),
            )
        )
    _render_choices(choices)

    def draw_again() -> None:
        session.random_records = None

    st.button("Draw others", icon=":material/casino:", on_click=draw_again, width="stretch")


def _render_choices(choices: Sequence[_Choice]) -> None:
    """Show pictures to choose from; each is a button as a whole (styles.css lays it over)."""
    with st.container(key="choices", horizontal=True, gap="small"):
        for choice in choices:
            with st.container(key=f"choice_{choice.key}", width=84, gap=None):
                st.image(choice.picture, width="stretch", alt=choice.label)
                st.button(
                    f"Ask with {plain(choice.label)}",
                    key=f"ask_{choice.key}",
                    on_click=choice.ask,
                    width="stretch",
                )
