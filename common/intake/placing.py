"""Putting a delivery's images among a category's: whole or not at all each, and safe to repeat.

What is decided is written down before the first image is put. A run that was killed is repeated
from the start: what it had put already is found unchanged then, and told as what it was decided
to be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from common.categories import Category
from common.errors import (
    IntakeError,
    ObjectNotFound,
    ObjectUnreadable,
    PathOutsideRoot,
    StorageUnavailable,
    VisualSearchError,
)
from common.files.durable import sync_folder, write_durably
from common.images import content_hash
from common.intake.contents import Item
from common.intake.deciding import Decisions, Verdict
from common.intake.delivery import Delivery
from common.intake.disk import on_disk
from common.intake.progress import OnProgress
from common.pipeline import Skipped
from common.storage.base import ImageStore, StoredFile


def existing_files(images: ImageStore) -> dict[str, StoredFile]:
    """Return a category's files by path; none where its directory is yet to be made.

    Raises:
        StorageUnavailable: they cannot be listed.
    """
    return {stored.path: stored for stored in images.walk()}


def hash_of_existing(images: ImageStore, path: str) -> str:
    """Return the sha256 of a file of a category; empty where it cannot be read.

    Raises:
        StorageUnavailable: the store went away.
    """
    try:
        return content_hash(images.read(path))
    except (ObjectNotFound, ObjectUnreadable, PathOutsideRoot):
        return ""


def settle(delivery: Delivery, decisions: Decisions) -> None:
    """Write the decisions down, and let those of an earlier run stand that it carried out.

    Raises:
        StorageUnavailable: the delivery's directory cannot be used.
    """
    path = delivery.decisions_path
    earlier = _read_earlier(path)
    for placed, verdict in decisions.verdicts.items():
        sha256 = decisions.accepted[placed].sha256
        former = earlier.get(placed)
        if verdict == "unchanged" and former is not None and former[1] == sha256:
            decisions.verdicts[placed] = former[0]
    now: dict[str, tuple[Verdict, str]] = {
        placed: (verdict, decisions.accepted[placed].sha256)
        for placed, verdict in decisions.verdicts.items()
    }
    with on_disk(path):
        write_durably(path, json.dumps({**earlier, **now}))


def place(
    items: Iterable[Item],
    decisions: Decisions,
    category: Category,
    images: ImageStore,
    on_progress: OnProgress,
) -> list[Skipped]:
    """Put the images that were decided to be added or to replace another.

    Args:
        items: of the delivery, as they were checked.
        decisions: about them.
        category: that they are put into.
        images: its files.
        on_progress: called with the images put and their total.

    Returns:
        Images that could not be put, as a link in the category leads out of it.

    Raises:
        IntakeError: the category's directory cannot be written.
        StorageUnavailable: the disk does not take them.
    """
    to_put = {
        decisions.accepted[path].number: decisions.accepted[path] for path in decisions.to_put
    }
    skipped: list[Skipped] = []
    done = 0
    for number, item in enumerate(items):
        image = to_put.get(number)
        if image is None:
            continue
        try:
            _put(images, image.path, item.read(image.size_bytes), image.sha256)
        except PathOutsideRoot as error:
            skipped.append(Skipped(image.path, "link that leads out of the directory", str(error)))
            del decisions.verdicts[image.path], decisions.accepted[image.path]
            del decisions.paths[image.given]
        except StorageUnavailable as error:
            raise _not_writable(category, error) from error
        done += 1
        on_progress(done, len(to_put))
    _force(category.images_dir, decisions.accepted)
    return skipped


def _put(images: ImageStore, path: str, content: bytes, sha256: str) -> None:
    if content_hash(content) != sha256:
        raise StorageUnavailable(
            f"What was handed in as '{path}' has changed on the disk", "Hand it in again"
        )
    images.write(path, content)


def _force(folder: Path, paths: Mapping[str, object]) -> None:
    """See to it that new names are there after a crash: the delivery is removed next."""
    if not folder.is_dir():  # the images are not on a disk of this machine
        return
    parents = {folder / parent for path in paths for parent in PurePosixPath(path).parents}
    with on_disk(folder):
        for parent in parents:
            sync_folder(parent)


def _not_writable(category: Category, error: StorageUnavailable) -> VisualSearchError:
    if Path(category.manifest.images).is_absolute():
        return IntakeError(
            f"Category '{category.name}' has its images in '{category.images_dir}', where they "
            f"cannot be put: {error.what[:1].lower()}{error.what[1:]}",
            "Put them there by hand and index the category, or make one that keeps its own images",
        )
    return error


def _read_earlier(path: Path) -> dict[str, tuple[Verdict, str]]:
    try:
        with on_disk(path):
            found: dict[str, Any] = (
                json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            )
    except ValueError:  # it is written whole: something else was at work
        return {}
    return {placed: (entry[0], entry[1]) for placed, entry in found.items()}
