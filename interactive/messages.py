"""The one table from errors to what the page shows."""

from __future__ import annotations

import logging

import streamlit as st

from common.errors import (
    CategoryBroken,
    GenerationNotFound,
    ImageError,
    StorageUnavailable,
    StoreUnavailable,
    VisualSearchError,
)
from interactive.text import plain

_log = logging.getLogger(__name__)

# The first row whose class fits decides; the last fits all.
_ICONS: tuple[tuple[type[VisualSearchError], str], ...] = (
    (ImageError, ":material/broken_image:"),
    (GenerationNotFound, ":material/hourglass_empty:"),
    (CategoryBroken, ":material/folder_off:"),
    (StorageUnavailable, ":material/cloud_off:"),
    (StoreUnavailable, ":material/cloud_off:"),
    (VisualSearchError, ":material/error:"),
)


def show_error(error: VisualSearchError) -> None:
    """Show an error as its sentence."""
    icon = next(icon for kind, icon in _ICONS if isinstance(error, kind))
    show = st.info if isinstance(error, GenerationNotFound) else st.error
    show(plain(str(error)), icon=icon)


def show_unexpected(error: Exception) -> bool:
    """Show one sentence for an error nobody foresaw, and log its traceback.

    Returns:
        True: Streamlit need not show it in its own way.
    """
    _log.error("unexpected error in the page", exc_info=error)
    st.error(
        "Something went wrong on the server; the details are in its log. "
        "Reload the page and try again.",
        icon=":material/error:",
    )
    return True
