"""Serve the page and the HTTP API on one port, from one set of objects: ``make run``."""

from __future__ import annotations

import math
import socket
import sys
import tempfile
from pathlib import Path

import streamlit as st
from starlette.routing import Mount

from api.app import create_api
from common.assembly import Services, assemble
from common.categories import CategoryCatalog
from common.errors import SettingsError, StorageError
from common.job_kinds import job_runner
from common.logs import configure_logging
from common.settings import Settings, load_settings
from interactive.context import provide_services
from interactive.messages import show_unexpected
from scripts.index import index_missing
from scripts.terminal import exit_status

PAGE = Path(__file__).resolve().parent.parent / "interactive" / "search_app.py"


def prepare(live: Services) -> None:
    """Draw the demo where there is no category, and index what has no index yet.

    A category that cannot be indexed does not keep the page from starting, nor does a bucket that
    cannot be reached: it may be later.
    """
    if live.settings.type != "LOCAL":
        try:
            live.files.check()
        except StorageError as outage:
            print(f"Error: {outage}", file=sys.stderr)
            return
    elif live.settings.demo_data:
        _draw_demo(live.catalog)
    for error in index_missing(live):
        print(f"Error: {error}", file=sys.stderr)


def _draw_demo(catalog: CategoryCatalog) -> None:
    """Draw the demo, unless there are categories; one that was interrupted is gone on with."""
    unfinished = catalog.root / ".demo-unfinished"
    if catalog.list() and not unfinished.exists():
        return
    from scripts.demo_data.__main__ import main as draw_demo_data  # needed once in a life

    print("There is no category yet: drawing the demo pictures (once, about a minute).")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    if draw_demo_data(["--out", str(catalog.root)]) == 0:
        unfinished.unlink()


def serve(live: Services) -> None:
    """Serve, and run the jobs that are waiting, until stopped."""
    provide_services(live)
    settings = live.settings
    app = st.App(
        PAGE,
        routes=[Mount("/api", create_api(live))],
        on_script_error=show_unexpected,
    )
    print(f"Open http://{reachable(settings.interactive_host)}:{settings.interactive_port}")
    with job_runner(live):
        app.run(config=streamlit_options(settings))


def streamlit_options(settings: Settings) -> dict[str, str | int]:
    """Return what Streamlit is told on top of ``.streamlit/config.toml``."""
    return {
        "server.address": settings.interactive_host,
        "server.port": settings.interactive_port,
        # Left out, Streamlit would ask another server for this machine's address.
        "browser.serverAddress": "localhost",
        # Of one file; what is handed in together is counted when it is kept.
        "server.maxUploadSize": math.ceil(settings.max_upload_megabytes),
    }


def require_free_port(settings: Settings, setting: str = "interactive_port") -> None:
    """Make sure the port can be had, before any work is done.

    Args:
        settings: of the program.
        setting: the one that names the port.

    Raises:
        SettingsError: another program listens on it, or the address is not this machine's.
    """
    address = (settings.interactive_host, int(getattr(settings, setting)))
    try:
        with socket.create_server(address, family=_family(settings.interactive_host)):
            return
    except OSError as error:
        raise SettingsError(
            f"{address[0]}:{address[1]} cannot be listened on ({error.strerror or error})",
            f"Stop the program that uses it, or choose another {setting.upper()}",
        ) from error


def require_writable(settings: Settings) -> None:
    """Make sure that DATA_DIR can be written, before any work is done.

    Raises:
        SettingsError: it cannot.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            return
    except OSError as error:
        raise SettingsError(
            f"DATA_DIR '{settings.data_dir}' cannot be written ({error.strerror or error})",
            "Give it to the user that runs this program, or name another directory",
        ) from error


def run() -> None:
    """Prepare and serve.

    Raises:
        VisualSearchError: the settings do not allow it.
    """
    settings = load_settings()
    configure_logging(settings.log_level)
    require_free_port(settings)
    require_writable(settings)
    live = assemble(settings)
    prepare(live)
    serve(live)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def reachable(host: str) -> str:
    """Return the host under which a browser here reaches what listens on ``host``."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  # recognised here, not listened on
        return "localhost"
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    sys.exit(exit_status(run))
