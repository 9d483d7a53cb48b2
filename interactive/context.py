"""Hands the process's live objects to the page, which Streamlit runs as a script of its own."""

from __future__ import annotations

import threading

from common.assembly import Services, assemble_from_environment

_lock = threading.Lock()
_services: Services | None = None


def provide_services(services: Services) -> None:
    """Make the page use these objects: called once by the entry point, and by tests."""
    global _services  # one set of objects a process is the purpose
    _services = services


def services() -> Services:
    """Return the live objects, made from the environment when no entry point provided any.

    Raises:
        SettingsError: they have to be made, and a setting cannot be used.
    """
    global _services
    with _lock:
        if _services is None:
            _services = assemble_from_environment()
        return _services
