"""Make sure there is a Chromium for the browser tests, and say which.

In this order: the one named by CHROMIUM, one on the PATH, one that Playwright downloaded before,
Playwright's own download, and, where that cannot be reached, the distribution's package (Debian
and Ubuntu, as root).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    return downloaded if Path(downloaded).exists() else None


def install() -> None:
    """Download Playwright's Chromium, or else install the distribution's package."""
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(download, check=False).returncode == 0:  # noqa: S603
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(["apt-get", *arguments], check=True, env=environment)  # noqa: S603, S607


def main() -> int:
    """Install a browser where there is none; return the exit status."""
    chromium = find_chromium()
    if chromium is None:
        install()
        chromium = find_chromium()
    if chromium is None:
        print(
            "No Chromium for the browser tests could be installed. Install one and name it with "
            "CHROMIUM=/path/to/chromium.",
            file=sys.stderr,
        )
        return 2
    print(f"Browser tests use {chromium}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
