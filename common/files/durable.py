"""Files that survive a crash: written whole or not at all, and forced to the disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write_durably(path: Path, text: str) -> None:
    """Put a text file, atomically: a reader sees the old text or the new, whole.

    Raises:
        OSError: it cannot be written; the old text is untouched.
    """
    replace_durably(path, lambda fresh: _write(fresh, text))


def replace_durably(path: Path, write: Callable[[Path], None]) -> None:
    """Put a file, atomically: a reader sees the old one or the new, whole.

    Args:
        path: of the file, in a directory that exists.
        write: writes the new one where it is told, ``.<name>.<anything>.new`` beside the old.

    Raises:
        OSError: it cannot be written; the old one is untouched, as after whatever ``write`` raises.
    """
    # Programs in containers share directories and have equal process ids.
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    try:
        write(fresh)
        _sync(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Force every file below ``folder``, and every directory, to the disk."""
    for below, _, names in os.walk(folder):
        for name in names:
            _sync(Path(below, name))
        sync_folder(Path(below))


def sync_folder(folder: Path) -> None:
    """Force a directory's entries to the disk: names made in it are there after a crash."""
    if os.name == "posix":  # elsewhere a directory cannot be opened, nor need it be
        _sync(folder)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _sync(path: Path) -> None:
    # Windows forces only what is open for writing; a directory opens only for reading.
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
