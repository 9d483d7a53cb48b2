"""File names in tables, which come from outside."""

from __future__ import annotations

import re
from pathlib import PurePosixPath


def normalised_path(text: str) -> str | None:
    """Return a relative path with forward slashes, None where ``text`` names no such path."""
    path = PurePosixPath(text.strip().replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", text.strip())
    if not path.parts or outside or "\0" in text:
        return None
    normal = str(path)
    # What is between a blank and a slash at an end may begin or end with a blank again.
    return normal if normal == normal.strip() else normalised_path(normal)
