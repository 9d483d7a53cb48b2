"""The form that takes in images: files, a folder or addresses, and what is known about them."""

from __future__ import annotations

import math

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.errors import VisualSearchError
from common.syncing.difference import DuplicatePolicy
from interactive.handing_in import HandedIn, hand_in
from interactive.messages import show_error
from interactive.session import Session
from interactive.text import counted

_TABLE_SUFFIXES = ["csv", "tsv", "xlsx", "jsonl"]
_DUPLICATES: dict[DuplicatePolicy, str] = {
    "keep": "Keep them all",
    "skip": "Leave out what is there already",
}


def render(live: Services, category: Category, session: Session) -> None:
    """Ask for images; what is submitted is kept at once, and a job takes it in."""
    megabytes = math.ceil(live.settings.max_upload_megabytes)
    # Not emptied on submit: what was refused can be put right and submitted again.
    with st.form(f"intake_{session.intake}", border=True):
        handed_in = _ask(session, megabytes)
        submitted = st.form_submit_button(
            "Add to this category", type="primary", icon=":material/upload:", key="hand_in"
        )
    st.caption(
        f"JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC of up to "
        f"{live.settings.max_image_megabytes:g} MB each, {megabytes:,} MB at once. "
        "A picture of the same path replaces the one before."
    )
    if submitted:
        _hand_in(live, category, session, handed_in)


def _ask(session: Session, megabytes: int) -> HandedIn:
    epoch = session.intake
    by_file, by_folder, by_address = st.tabs(
        [
            ":material/image: Files and zips",
            ":material/folder: A folder",
            ":material/link: Web addresses",
        ]
    )
    with by_file:
        files = st.file_uploader(
            "Pictures, or zip archives of pictures",
            accept_multiple_files=True,
            key=f"intake_files_{epoch}",
            max_upload_size=megabytes,
        )
    with by_folder:
        folder = st.file_uploader(
            "A folder of pictures; its sub-folders become classes",
            accept_multiple_files="directory",
            key=f"intake_folder_{epoch}",
            max_upload_size=megabytes,
        )
        st.caption("Choose it with the button: a folder that is dropped loses its sub-folders.")
    with by_address:
        addresses = st.text_area(
            "Addresses of pictures, one a line",
            key=f"intake_addresses_{epoch}",
            height=130,
            placeholder="https://museum.example/prints/1.jpg",
        )
    with st.expander("More: class, metadata table, duplicates"):
        label = st.text_input(
            "Class of pictures that lie in no folder",
            key=f"intake_label_{epoch}",
        )
        table = st.file_uploader(
            "Metadata table: a column file, and any others",
            type=_TABLE_SUFFIXES,
            key=f"intake_table_{epoch}",
        )
        duplicates = st.radio(
            "Pictures whose content is there twice",
            list(_DUPLICATES),
            format_func=_DUPLICATES.__getitem__,
            key=f"intake_duplicates_{epoch}",
            horizontal=True,
        )
    return HandedIn(
        files=[(file.name, file) for file in files],
        folder=[(file.name, file) for file in folder],
        addresses=addresses,
        table=None if table is None else (table.name, table.getvalue()),
        label=label.strip(),
        duplicates=duplicates,
    )


def _hand_in(live: Services, category: Category, session: Session, handed_in: HandedIn) -> None:
    try:
        with st.spinner("Taking it in …"):
            hand_in(live, category.name, handed_in)
    except VisualSearchError as error:
        show_error(error)
        return
    session.empty_intake()
    files = len(handed_in.files) + len(handed_in.folder)
    addresses = len(handed_in.addresses.split())
    parts = [counted(files, "file")] if files else []
    parts += [f"{addresses} address{'' if addresses == 1 else 'es'}"] if addresses else []
    parts += ["a table"] if handed_in.table else []
    session.tell(f"Handed in: {', '.join(parts)}. You can leave: the job goes on.")
    st.rerun()
