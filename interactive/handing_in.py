"""What the visitor hands in, as a delivery and the job that takes it in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from common.adding import AddOptions, submit_delivery
from common.assembly import Services
from common.jobs import Job
from common.syncing.difference import DuplicatePolicy


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What the form holds when it is submitted.

    Attributes:
        files: names and contents of loose files and archives.
        folder: names, which begin with the folder's, and contents of a folder's files.
        addresses: of images, one a line.
        table: name and content of the metadata table, None where there is none.
        label: class of pictures that lie in no folder, empty for none.
        duplicates: ``keep`` or ``skip`` pictures whose content is there already.
    """

    files: Sequence[tuple[str, IO[bytes]]] = ()
    folder: Sequence[tuple[str, IO[bytes]]] = ()
    addresses: str = ""
    table: tuple[str, bytes] | None = None
    label: str = ""
    duplicates: DuplicatePolicy = "keep"


def hand_in(live: Services, category: str, handed_in: HandedIn) -> Job:
    """Keep all of it durably, and queue the job that takes it in.

    Returns:
        The job: from now on nothing is lost, whatever becomes of this process.

    Raises:
        IntakeError: it is nothing, or more than is taken at once, or an address is not asked.
        MetadataError: the table cannot be read, or rows are wrong.
        TooBusy: too many deliveries wait already.
        StorageUnavailable: the disk does not take it.
    """
    delivery = live.deliveries.begin(category)
    try:
        for name, content in handed_in.files:
            delivery.add(name, content)
        inside = without_common_folder([name for name, _ in handed_in.folder])
        for name, (_, content) in zip(inside, handed_in.folder, strict=True):
            delivery.add(name, content)
        delivery.add_addresses(handed_in.addresses.splitlines())
        if handed_in.table is not None:
            delivery.add_table(*handed_in.table)
        id_ = delivery.seal()
    except BaseException:
        delivery.discard()
        raise
    return submit_delivery(live, id_, AddOptions(handed_in.label, handed_in.duplicates))


def without_common_folder(names: Iterable[str]) -> list[str]:
    """Return a folder's files relative to it, so that its sub-folders become classes.

    A folder without sub-folders keeps its name, which then is the class of all its pictures.
    """
    paths = [PurePosixPath(name) for name in names]
    one_top = len({path.parts[:1] for path in paths}) == 1
    has_sub_folders = any(len(path.parts) > 2 for path in paths)
    if one_top and has_sub_folders:
        paths = [PurePosixPath(*path.parts[1:]) for path in paths]
    return [str(path) for path in paths]
