"""Images that people had removed, and now hand in again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from common.overlay import FileEdit, RecordEdits


def bring_back(edits: RecordEdits, paths: Collection[str]) -> None:
    """Forget that images were removed; what people changed of their records stays.

    Args:
        edits: of the category, whose lock is held.
        paths: of the images.

    Raises:
        MetadataError: the file of edits cannot be understood.
        StorageUnavailable: it cannot be read or written.
    """
    known = edits.read()
    back = {path for path, edit in known.items() if edit.removed and path in paths}
    if back:
        kept: dict[str, FileEdit] = {}
        for path, edit in known.items():
            left = replace(edit, removed=None) if path in back else edit
            if left.changes or left.removed:
                kept[path] = left
        edits.write(kept)
