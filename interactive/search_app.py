"""The page's entry, run by Streamlit for every visit and every interaction."""

from pathlib import Path

import streamlit as st

from interactive.views import search

HERE = Path(__file__).parent

st.set_page_config(
    page_title="Visual Similarity Search",
    # A file of our own: the browser would fetch a named icon from another server.
    page_icon=HERE / "icon.svg",
    layout="wide",
    menu_items={"About": "Point it at pictures, ask with a picture, get the most similar ones."},
)
st.html(HERE / "styles.css")
st.navigation(
    [st.Page(search.page, title="Search", icon=":material/image_search:", default=True)],
    position="hidden",
).run()
