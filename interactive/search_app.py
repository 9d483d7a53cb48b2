"""The page's entry, run by Streamlit for every visit and every interaction."""

import streamlit as st

from interactive.navigation import HERE, asked_for

st.set_page_config(
    page_title="Visual Similarity Search",
    # A file of our own: the browser would fetch a named icon from another server.
    page_icon=HERE / "icon.svg",
    layout="wide",
    menu_items={"About": "Point it at pictures, ask with a picture, get the most similar ones."},
)
st.html(HERE / "styles.css")
asked_for().run()
