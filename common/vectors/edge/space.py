"""Room on the disk, asked for before it is needed.

Qdrant maps its files before it fills them: where the disk is full when it does, the operating
system ends the process (SIGBUS) without a word. So a builder stops, with a sentence, before.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from common.errors import StoreUnavailable

SPARE_BYTES: Final = 128_000_000
"""Left free at any time: more than one batch of points and what Qdrant maps for it."""


def require_space(folder: Path, needed_bytes: int = 0) -> None:
    """Make sure that there is room for ``needed_bytes`` and some to spare.

    Raises:
        StoreUnavailable: there is not.
        OSError: ``folder`` cannot be looked at.
    """
    needed = needed_bytes + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreUnavailable(
            f"The disk of '{folder}' is full: {free / 1e6:.0f} MB are free where "
            f"{needed / 1e6:.0f} MB are needed",
            "Make room there, then try again",
        )


def occupied_bytes(folder: Path) -> int:
    """Return the disk space of all files below ``folder``: holes in them count nothing."""
    total = 0
    for below, _, names in os.walk(folder):
        for name in names:
            try:
                found = Path(below, name).stat()
            except FileNotFoundError:  # the engine tidied it away meanwhile
                continue
            blocks = getattr(found, "st_blocks", None)  # absent on Windows
            total += found.st_size if blocks is None else 512 * blocks
    return total
