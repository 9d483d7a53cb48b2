"""Adding images: run by Streamlit when a visitor is on this page."""

from interactive.views import add

add.page()
