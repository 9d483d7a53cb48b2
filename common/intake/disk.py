"""The disk's errors in this program's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.errors import StorageUnavailable


@contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the disk refuses in a ``with`` block into the error tree.

    Args:
        path: that is being used, for the message.

    Raises:
        StorageUnavailable: the block raised an OSError.
    """
    try:
        yield
    except OSError as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: Exception) -> StorageUnavailable:
    """Return the error of a file or directory that cannot be used."""
    return StorageUnavailable(
        f"'{path}' cannot be used ({getattr(error, 'strerror', None) or error})",
        "Check the disk, its free space and the permissions of DATA_DIR",
    )
