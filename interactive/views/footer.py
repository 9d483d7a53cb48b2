"""Credits and licences."""

from __future__ import annotations

import html

import streamlit as st

from common.categories import Category


def render(category: Category | None) -> None:
    """Render the foot of the page."""
    pictures = ""
    if category is not None and (category.manifest.source.name or category.manifest.licence):
        origin = ", ".join(
            html.escape(text)
            for text in (category.manifest.source.name, category.manifest.licence)
            if text
        )
        pictures = f"<p>Pictures of {html.escape(category.title)}: {origin}</p>"
    st.html(
        '<footer class="credits"><p><strong>Visual Similarity Search</strong>, MIT licence. '
        "Built with Streamlit and Qdrant (Apache-2.0), ONNX Runtime and FastAPI (MIT), "
        "Pillow (MIT-CMU), NumPy (BSD-3-Clause) and resvg (MIT or Apache-2.0).</p>"
        f"{pictures}"
        "<p>Pictures you ask with stay in this server's memory and are forgotten when you "
        "leave.</p>"
        "</footer>"
    )
