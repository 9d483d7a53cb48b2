"""A glimpse of the category, shown until there is a query."""

from __future__ import annotations

from random import Random

import streamlit as st

from common.assembly import Services
from common.categories import Category
from common.errors import VisualSearchError
from common.vectors.base import GenerationManifest
from interactive.session import Session
from interactive.views.sources import ask_record

_SHOWN = 15


def render(
    live: Services, category: Category, session: Session, manifest: GenerationManifest
) -> None:
    """Show pictures of the category, each of which can be asked with."""
    st.markdown("##### Begin with one of these, or with a picture of your own")
    records = session.glimpse(
        manifest.generation,
        lambda: live.search.random_records(category.name, _SHOWN, Random()),  # noqa: S311  # no secret
    )
    with st.container(key="gallery", horizontal=True, gap="small"):
        for i, point in enumerate(records):
            file = str(point.payload["file"])
            try:
                version = str(point.payload.get("_sha256", ""))
                picture = live.pictures.thumbnail(category.name, file, version)
            except VisualSearchError:
                continue  # a glimpse may have gaps; a search names what is missing
            with st.container(key=f"choice_gallery_{i}", width=150, gap=None):
                st.image(picture, width="stretch", alt=file)
                st.button(
                    f"Ask with picture {i + 1} of the glimpse",
                    key=f"ask_gallery_{i}",
                    on_click=ask_record,
                    args=(live, category.name, point, session, "random"),
                    width="stretch",
                )
