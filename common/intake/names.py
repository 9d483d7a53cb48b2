"""Names from outside to paths below a category's images, or a reason why not."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from common.errors import IntakeError
from common.images import Kind
from common.metadata import normalised_path
from common.planning import IMAGE_SUFFIXES

_LONGEST_PART_BYTES: Final = 200  # file systems take 255, and some put a suffix of their own on it
_LONGEST_PATH_BYTES: Final = 1_000
_LONGEST_STEM: Final = 80
_SHOWN: Final = 120
_JUNK_NAMES: Final = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"})
_SUFFIXES: Final[Mapping[Kind, str]] = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "GIF": ".gif",
    "WEBP": ".webp",
    "TIFF": ".tif",
    "BMP": ".bmp",
    "AVIF": ".avif",
    "HEIC": ".heic",
}


def safe_path(name: str) -> str:
    """Return the path below a directory that a name from outside stands for.

    Backslashes count as slashes, and letters are composed (NFC), as tables write them: archives
    made on macOS hold them in pieces.

    Raises:
        IntakeError: it is absolute, leaves the directory, is hidden, too long, or holds characters
            that no file name should.
    """
    shown = shown_name(name)
    try:
        length_bytes = len(name.encode())
    except UnicodeEncodeError as error:
        raise IntakeError(
            f"The name '{shown}' is not UTF-8", "Rename the file", reason="name is not UTF-8"
        ) from error
    if length_bytes > _LONGEST_PATH_BYTES:
        raise IntakeError(
            f"The name '{shown}' is longer than {_LONGEST_PATH_BYTES} bytes",
            "Rename the file",
            reason="name is too long",
        )
    composed = unicodedata.normalize("NFC", name)
    path = None if _has_controls(composed) else normalised_path(composed)
    if path is None:
        raise IntakeError(
            f"The name '{shown}' is no path below a directory",
            "Hand the file in under a relative name without '..'",
            reason="unsafe name",
        )
    parts = PurePosixPath(path).parts
    if any(part.startswith(".") for part in parts):
        raise IntakeError(
            f"'{shown}' is hidden: a name begins with a dot", "Rename it", reason="hidden file"
        )
    if any(len(part.encode()) > _LONGEST_PART_BYTES for part in parts):
        raise IntakeError(
            f"A part of the name '{shown}' is longer than {_LONGEST_PART_BYTES} bytes",
            "Rename the file",
            reason="name is too long",
        )
    return path


def shown_name(name: str) -> str:
    """Return a name as messages may show it: printable, and not too long."""
    safe = name.encode("utf-8", "backslashreplace").decode()
    safe = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in safe
    )
    return safe if len(safe) <= _SHOWN else f"{safe[: _SHOWN - 1]}…"


def is_junk(name: str) -> bool:
    """Tell whether a file is what systems leave beside people's files, of no use to anyone."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].lower() in _JUNK_NAMES or parts[-1].startswith("._")


def placed_path(path: str, kind: Kind, label: str) -> str:
    """Return where an image is put.

    Args:
        path: a safe one, as handed in.
        kind: by its content: a name without the suffix of an image gets that of its kind.
        label: folder of files that come without one; empty: none.
    """
    if PurePosixPath(path).suffix.lower() not in IMAGE_SUFFIXES:
        path += _SUFFIXES[kind]
    return f"{label}/{path}" if label and "/" not in path else path


def name_of_address(address: str) -> str:
    """Return a name without suffix for what an address gives: equal for equal ones, of any list.

    Many addresses end alike (``…/full/max/0/default.jpg``), so a hash of the whole is part of it.
    """
    last = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    stem = (
        PurePosixPath(last).stem if PurePosixPath(last).suffix.lower() in IMAGE_SUFFIXES else last
    )
    stem = re.sub(r"[^\w-]+", "_", unicodedata.normalize("NFC", stem)).strip("_")
    stem = stem.encode("utf-8", "ignore")[:_LONGEST_STEM].decode("utf-8", "ignore")
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return f"{stem or 'image'}-{digest}"


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text)
