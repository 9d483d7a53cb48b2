"""Small JSON files that carry the hash of their content, so that a change does not go unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from common.errors import MetadataError
from common.files.durable import write_durably

SEAL: Final = "sha256"


def seal_of(content: Mapping[str, Any]) -> str:
    """Return the sha256 (64 hex digits) of JSON content: equal whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write content and its seal, atomically; equal content gives equal bytes.

    Args:
        path: of the file, in a directory that exists.
        content: JSON-compatible, without the key ``sha256``.
    """
    text = json.dumps({**content, SEAL: seal_of(content)}, ensure_ascii=False, indent=1)
    write_durably(path, text + "\n")


def read_sealed(path: Path, what: str) -> dict[str, Any]:
    """Read what :func:`write_sealed` wrote, without the seal.

    Args:
        path: of the file.
        what: it should be, for messages.

    Raises:
        MetadataError: it cannot be read, or its content does not match its seal.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MetadataError(
            f"The {what} '{path}' cannot be read ({error.strerror or error})",
            "Check that the file exists and its permissions",
        ) from error
    except (ValueError, RecursionError) as error:
        raise MetadataError(f"The {what} '{path}' is no JSON file", _CURE) from error
    if not isinstance(content, dict) or content.pop(SEAL, None) != seal_of(content):
        raise MetadataError(f"The {what} '{path}' was changed since it was written", _CURE)
    return content


_CURE: Final = "Bring back the file as it was, or remove it to have it made again"
