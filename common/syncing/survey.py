"""The content of every file, by its hash: noted earlier, or found by reading it now.

New files are read here and once more when they are embedded. What is to be done is then known as a
whole before anything is: a dry run can tell it, moved files are told from new ones, and many
removals are questioned first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from common.errors import ImageTooLarge
from common.images import ImageLimits, content_hash
from common.pipeline import UNREADABLE, Skipped, read_image_file
from common.storage.base import ImageStore
from common.syncing.batches import batches


@dataclass(frozen=True, slots=True)
class Survey:
    """What the files hold.

    Attributes:
        hashes: of the content of each file that can be read, by path, in path order.
        skipped: files that cannot be, or are too large.
    """

    hashes: Mapping[str, str]
    skipped: tuple[Skipped, ...]

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Files and directories that are there and could not be read this time."""
        return tuple(skip.file for skip in self.skipped if skip.reason == UNREADABLE)


def survey(
    files: Collection[str],
    noted: Mapping[str, str],
    images: ImageStore,
    limits: ImageLimits,
    *,
    threads: int,
    on_progress: Callable[[int, int], None],
) -> Survey:
    """Find the content of files.

    Args:
        files: their paths, in order.
        noted: hashes that are known already, by path.
        images: where they lie.
        limits: on files.
        threads: that read.
        on_progress: called with the files read and how many must be.

    Raises:
        StorageUnavailable: the images cannot be reached.
    """
    unknown = [file for file in files if file not in noted]
    found: dict[str, str] = {}
    skipped: list[Skipped] = []

    def look(file: str) -> str | Skipped:
        return _look(file, images, limits)

    with ThreadPoolExecutor(threads, thread_name_prefix="survey") as executor:
        for batch in batches(unknown):
            for file, outcome in zip(batch, executor.map(look, batch), strict=True):
                if isinstance(outcome, Skipped):
                    skipped.append(outcome)
                else:
                    found[file] = outcome
            on_progress(len(found) + len(skipped), len(unknown))
    hashes = {
        file: noted.get(file) or found[file] for file in files if file in noted or file in found
    }
    return Survey(hashes, tuple(skipped))


def _look(file: str, images: ImageStore, limits: ImageLimits) -> str | Skipped:
    data = read_image_file(file, images, limits)
    if isinstance(data, Skipped):
        return data
    try:
        limits.check_bytes(len(data))
    except ImageTooLarge as error:  # only its beginning was read: that has no hash of its own
        return Skipped(file, error.reason, str(error))
    return content_hash(data)
