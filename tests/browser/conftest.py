"""A running server and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from common.vectors.edge.sparse import copy_sparse
from scripts.install_browser import find_chromium

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PATIENCE_MILLISECONDS = 30_000  # machines may be busy with other things
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@dataclass(frozen=True)
class Server:
    """A server of this project in a process of its own."""

    url: str
    data_dir: Path

    def get_json(self, path: str) -> object:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def server(_indexed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page and the API as ``make run`` serves them, over two indexed categories."""
    data_dir = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(_indexed_data, data_dir, copy_function=copy_sparse)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = (data_dir / "server.log").open("wb")
    environment = {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "INTERACTIVE_PORT": str(port),
        "DEMO_DATA": "false",
        "QDRANT_URL": "",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.serve"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    server = Server(f"http://127.0.0.1:{port}", data_dir)
    try:
        _wait_until_answering(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _wait_until_answering(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            server.get_json("/api/v1/health/live")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError((server.data_dir / "server.log").read_text())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with a fake camera."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium is installed; 'python -m scripts.install_browser' installs one")
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


def open_tab(
    context: BrowserContext,
    server: Server,
    path: str = "/",
    heading: str = "Visual Similarity Search",
) -> Page:
    """Open a page and wait until its first run is done.

    A script that fails, text that takes effect as a script, and a request to any other server fail
    the test.
    """
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MILLISECONDS)
    tab.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    tab.on("dialog", lambda dialog: pytest.fail(f"text took effect as script: {dialog.message}"))
    tab.on("request", lambda request: _require_own(request.url, server))
    tab.goto(server.url + path)
    tab.get_by_role("heading", name=heading, exact=True).wait_for()
    tab.locator(".credits").wait_for()
    return tab


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One visitor."""
    with chromium.new_context(permissions=["camera"]) as context:
        yield context


@pytest.fixture
def tab(context: BrowserContext, server: Server) -> Page:
    """The page as one visitor sees it."""
    return open_tab(context, server)


def _require_own(url: str, server: Server) -> None:
    if not url.startswith((server.url, "data:", "blob:")):
        pytest.fail(f"the page asked another server: {url}")
