"""This machine: ports that can be listened on, a disk with room, a directory to write in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from common.errors import SettingsError
from common.settings import Settings
from common.vectors.edge.space import SPARE_BYTES
from scripts.doctor.findings import Finding, failure, ok, warning
from scripts.serve import reachable, require_free_port

_API_TITLE: Final = "Visual Similarity Search"
_ANSWER_SECONDS: Final = 1.0


def check_ports(settings: Settings) -> list[Finding]:
    """Find out whether the ports are free, or this program listens on them already."""
    return [
        _port(settings, "interactive_port", "the page", failure),
        _port(settings, "api_port", "'make api'", warning),  # few start that
    ]


def check_data_dir(settings: Settings) -> list[Finding]:
    """Find out whether DATA_DIR can be written, and how much room it has."""
    folder = settings.data_dir.absolute()
    there = nearest_existing(folder)
    if not there.is_dir():
        what = f"DATA_DIR cannot be '{folder}': '{there}' is no directory"
        return [failure("data", what, "Name another DATA_DIR")]
    if not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        what = f"DATA_DIR '{folder}' cannot be written by this user"
        return [failure("data", what, f"Change the permissions of '{there}', or name another")]
    told = "can be written" if there == folder else "does not exist yet and will be made"
    largest = largest_generation_bytes(folder / "qdrant_storage")
    free = shutil.disk_usage(there).free
    return [ok("data", f"DATA_DIR '{folder}' {told}"), disk_finding(folder, free, largest)]


def disk_finding(folder: Path, free_bytes: int, largest_bytes: int) -> Finding:
    """Judge the room on a disk.

    Args:
        folder: that lies on it.
        free_bytes: of the disk.
        largest_bytes: of the largest index there, which a sync may need once more.
    """
    free = f"{free_bytes / 1e6:,.0f} MB are free on the disk of '{folder}'"
    if free_bytes < SPARE_BYTES:
        what = f"{free}, and no index is built below {SPARE_BYTES / 1e6:.0f} MB"
        return failure("disk", what, "Make room there")
    if free_bytes < SPARE_BYTES + largest_bytes:
        needed = (SPARE_BYTES + largest_bytes) / 1e6
        what = f"{free}, and to build the largest index again takes {needed:,.0f} MB"
        return warning("disk", what, "Make room there; 'make generations REMOVE=old' gives some")
    return ok("disk", free)


def nearest_existing(path: Path) -> Path:
    """Return the path, or the nearest directory above it that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def largest_generation_bytes(root: Path) -> int:
    """Return the size of the largest embedded index, 0 where there is none."""
    from common.vectors.edge.store import EdgeStore

    if not root.is_dir():
        return 0
    store = EdgeStore(root)
    return max(
        (
            manifest.size_bytes or 0
            for category in store.categories()
            for manifest in store.generations(category)
        ),
        default=0,
    )


def _port(
    settings: Settings, setting: str, user: str, taken: Callable[[str, str, str], Finding]
) -> Finding:
    port, host = int(getattr(settings, setting)), settings.interactive_host
    try:
        require_free_port(settings, setting)
    except SettingsError as error:
        if is_ours(f"http://{reachable(host)}:{port}"):
            return ok("ports", f"{host}:{port} ({setting.upper()}): this program serves there")
        return taken("ports", f"{error.what}, as {user} would", error.cure)
    return ok("ports", f"{host}:{port} ({setting.upper()}) is free for {user}")


def is_ours(address: str) -> bool:
    """Tell whether this program's API answers at an address."""
    try:
        answer = httpx.get(
            f"{address}/api/openapi.json", timeout=_ANSWER_SECONDS, trust_env=False
        ).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(answer, dict) and answer.get("info", {}).get("title") == _API_TITLE
