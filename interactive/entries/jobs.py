"""The jobs: run by Streamlit when a visitor is on this page."""

from interactive.views import jobs

jobs.page()
