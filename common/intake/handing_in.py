"""Handing in: files, archives, a table and addresses, streamed to the disk within limits."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Final

from common.errors import DeliveryTooLarge, IntakeError
from common.files.durable import sync_folder, sync_tree, write_durably
from common.intake.addresses import check_literal, parse_address
from common.intake.archives import ARCHIVE_HEADS, Archive, Unpacked, opened_archive
from common.intake.delivery import LISTING, DeliveredFile
from common.intake.disk import on_disk
from common.intake.limits import IntakeLimits
from common.intake.names import shown_name

_PIECE_BYTES: Final = 1 << 20


class IncomingFile:
    """A file that is being handed in, piece by piece. End it by ``close`` or ``abandon``.

    Of what is no archive only one byte more is kept than an image may have: enough to refuse it by
    name later, without refusing everything that came with it.

    Args:
        delivery: that it belongs to.
        name: as handed in.
        path: of the file to write.

    Raises:
        StorageUnavailable: the disk does not take it.
    """

    def __init__(self, delivery: OpenDelivery, name: str, path: Path) -> None:
        self._delivery = delivery
        self._name = name
        self._path = path
        self._head = b""
        self._kept = 0
        with on_disk(path):
            self._stream: IO[bytes] = path.open("wb")

    def write(self, piece: bytes) -> None:
        """Add to it.

        Raises:
            DeliveryTooLarge: the delivery gets longer than it may be.
            StorageUnavailable: the disk does not take it.
        """
        if len(self._head) < len(ARCHIVE_HEADS[0]):
            self._head += piece[: len(ARCHIVE_HEADS[0]) - len(self._head)]
        may_be_archive = any(head.startswith(self._head) for head in ARCHIVE_HEADS)
        if not may_be_archive:
            piece = piece[: max(0, self._delivery.limits.image.max_bytes + 1 - self._kept)]
        self._delivery.count_bytes(len(piece))
        with on_disk(self._path):
            self._stream.write(piece)
        self._kept += len(piece)

    def close(self) -> None:
        """End it: it is part of the delivery from now on.

        Raises:
            ArchiveError: it is an archive that cannot be unpacked.
            DeliveryTooLarge: the delivery's archives hold more, unpacked, than they may.
            StorageUnavailable: the disk does not take it.
        """
        with on_disk(self._path):
            self._stream.close()
        is_archive = self._head in ARCHIVE_HEADS
        if is_archive:
            try:
                name, limits = shown_name(self._name), self._delivery.limits
                with opened_archive(self._path, name, limits) as archive:
                    self._delivery.count_unpacked(archive)
            except IntakeError:
                self.abandon()
                raise
        self._delivery.keep(DeliveredFile(self._name, self._path.name, is_archive))

    def abandon(self) -> None:
        """Drop it."""
        with suppress(OSError):  # of what could not be written, which nobody wants any more
            self._stream.close()
        self._path.unlink(missing_ok=True)


class OpenDelivery:
    """A delivery that is being handed in. End it by :meth:`seal` or :meth:`discard`.

    For one thread at a time.

    Args:
        folder: of its own, which exists.
        category: that it is for.
        limits: what is refused.
        clock: seconds since 1970.
    """

    def __init__(
        self, folder: Path, category: str, limits: IntakeLimits, clock: Callable[[], float]
    ) -> None:
        self.id = folder.name
        self.category = category
        self.limits = limits
        self._folder = folder
        self._clock = clock
        self._files: list[DeliveredFile] = []
        self._opened = 0
        self._bytes = 0
        self._unpacked = Unpacked(limits)
        self._table: str | None = None
        self._addresses: list[str] = []

    def open(self, name: str) -> IncomingFile:
        """Begin a file: an image, or a ZIP archive of images, told apart by content.

        Args:
            name: relative path; folders become classes. Data: it names no file here.

        Raises:
            DeliveryTooLarge: there are as many as there may be.
            StorageUnavailable: the disk does not take it.
        """
        if self._opened >= self.limits.files:
            raise DeliveryTooLarge(
                f"More than {self.limits.files:,} files are handed in at once",
                "Hand them in in several parts, or pack them as ZIP archives",
                reason="too many files",
            )
        path = self._folder / "files" / f"{self._opened:06}"
        self._opened += 1
        return IncomingFile(self, name, path)

    def add(self, name: str, content: IO[bytes] | Iterable[bytes]) -> None:
        """Hand in a file whole, see :meth:`open`.

        Raises:
            DeliveryTooLarge: it, or the delivery with it, is longer than it may be, or its
                archives are, unpacked.
            ArchiveError: it is an archive that cannot be unpacked.
            StorageUnavailable: the disk does not take it.
        """
        incoming = self.open(name)
        try:
            for piece in _pieces(content):
                incoming.write(piece)
        except BaseException:
            incoming.abandon()
            raise
        incoming.close()

    def add_table(self, name: str, content: bytes) -> None:
        """Hand in the metadata table: rows that name images of the delivery or the category.

        Args:
            name: whose suffix tells the kind.
            content: of its file.

        Raises:
            IntakeError: there is one already, or it is too large.
            StorageUnavailable: the disk does not take it.
        """
        if self._table is not None:
            raise IntakeError(
                f"There are two metadata tables, '{shown_name(self._table)}' and "
                f"'{shown_name(name)}'",
                "Hand in one of them, or join them",
            )
        if len(content) > self.limits.table_bytes:
            raise DeliveryTooLarge(
                f"The metadata table '{shown_name(name)}' is larger than the "
                f"{self.limits.table_bytes / 1e6:g} MB that are read",
                "Hand it in in several parts",
            )
        path = self._folder / "table"
        with on_disk(path):
            path.write_bytes(content)
        self._table = name

    def add_addresses(self, addresses: Iterable[str]) -> None:
        """Hand in web addresses of images; the job downloads them. Blank lines are ignored.

        Raises:
            AddressRefused: one is no web address, or names a private address outright.
            DeliveryTooLarge: there are more than there may be.
        """
        wanted = [address.strip() for address in addresses if address.strip()]
        known = set(self._addresses)
        for address in wanted:
            parsed = parse_address(address)
            if not self.limits.private_addresses:
                check_literal(parsed)
            url = str(parsed)
            if url not in known:
                known.add(url)
                self._addresses.append(url)
        if len(self._addresses) > self.limits.addresses:
            raise DeliveryTooLarge(
                f"There are {len(self._addresses):,} addresses, more than the "
                f"{self.limits.addresses:,} that are taken at once",
                "Hand them in in several parts",
                reason="too many addresses",
            )

    def seal(self) -> str:
        """Complete it; return its id. It survives a crash from now on.

        Raises:
            IntakeError: nothing was handed in.
            StorageUnavailable: the disk does not take it.
        """
        if not (self._files or self._addresses or self._table):
            raise IntakeError(
                "Nothing was handed in", "Choose at least one image, archive or address"
            )
        listing = {
            "category": self.category,
            "created": self._clock(),
            "files": [asdict(file) for file in self._files],
            "table": self._table,
            "addresses": self._addresses,
        }
        with on_disk(self._folder):
            sync_tree(self._folder)
            # ASCII: names may hold halves of surrogate pairs, which no file takes otherwise.
            write_durably(self._folder / LISTING, json.dumps(listing))
            sync_folder(self._folder.parent)
        return self.id

    def discard(self) -> None:
        """Drop it, with all that was handed in."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def keep(self, file: DeliveredFile) -> None:
        """List a file that has come whole."""
        self._files.append(file)

    def count_bytes(self, count: int) -> None:
        """Take note of bytes that are to be kept.

        Raises:
            DeliveryTooLarge: together they are more than there may be.
        """
        self._bytes += count
        if self._bytes > self.limits.delivery_bytes:
            raise DeliveryTooLarge(
                f"More than {self.limits.delivery_bytes / 1e6:g} MB are handed in at once",
                "Hand them in in several parts, or raise MAX_UPLOAD_MEGABYTES",
            )

    def count_unpacked(self, archive: Archive) -> None:
        """Take note of what an archive holds.

        Raises:
            DeliveryTooLarge: together the archives hold more than they may.
        """
        self._unpacked.add(archive)


def _pieces(content: IO[bytes] | Iterable[bytes]) -> Iterator[bytes]:
    if hasattr(content, "read"):
        while piece := content.read(_PIECE_BYTES):
            yield piece
    else:
        yield from content
