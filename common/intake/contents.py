"""What a delivery holds, as one list: loose files, archived ones, and what was downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from common.intake.archives import Archive, Entry, Unpacked, opened_archive
from common.intake.delivery import Delivery
from common.intake.disk import on_disk
from common.intake.limits import IntakeLimits
from common.intake.names import is_junk, name_of_address, shown_name


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a delivery. What follows it in the list is read only after it.

    Attributes:
        name: path that it is to have; nobody has checked it.
        given: as whoever handed it in knows it: its name, or its address.
        origin: the archive that it is in; empty for others.
        read: returns its content, at most so many bytes. Raises an
            :class:`~common.errors.IntakeError` where it cannot be had.
    """

    name: str
    given: str
    origin: str
    read: Callable[[int], bytes]


def contents(delivery: Delivery, limits: IntakeLimits) -> Iterator[Item]:
    """Yield the files of a delivery, always in the same order; what systems leave is left out.

    Raises:
        ArchiveError: an archive cannot be unpacked any more.
        DeliveryTooLarge: the archives together hold more than the limits allow by now.
        StorageUnavailable: the delivery cannot be read.
    """
    unpacked = Unpacked(limits)
    for file in delivery.files:
        path = delivery.file_path(file)
        if file.is_archive:
            with opened_archive(path, shown_name(file.name), limits) as archive:
                unpacked.add(archive)
                for entry in archive.entries:
                    yield Item(entry.name, entry.name, archive.name, _reader(archive, entry))
        elif not is_junk(file.name):
            yield Item(file.name, file.name, "", _file_reader(path))
    for number, address in enumerate(delivery.addresses):
        path = delivery.fetched_path(number)
        if path.exists():
            yield Item(name_of_address(address), address, "", _file_reader(path))


def count_contents(delivery: Delivery, limits: IntakeLimits) -> int:
    """Return how many files there are.

    Raises:
        ArchiveError: an archive cannot be unpacked any more.
        DeliveryTooLarge: the archives together hold more than the limits allow by now.
        StorageUnavailable: the delivery cannot be read.
    """
    return sum(1 for _ in contents(delivery, limits))


def _reader(archive: Archive, entry: Entry) -> Callable[[int], bytes]:
    return lambda max_bytes: archive.read(entry, max_bytes)


def _file_reader(path: Path) -> Callable[[int], bytes]:
    def read(max_bytes: int) -> bytes:
        with on_disk(path), path.open("rb") as stream:
            return stream.read(max_bytes)

    return read
