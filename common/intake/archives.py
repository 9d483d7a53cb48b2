"""ZIP archives from anyone: listed and read without trusting a name, a length or a link in them.

Nothing is ever extracted under a name of the archive's: entries are read, in bounded pieces, by
whoever decides where their content goes. What :mod:`zipfile` reads is bounded by what the archive
declares, and that is bounded here (APPNOTE.TXT 6.3, "ZIP File Format Specification").
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from common.errors import ArchiveError, DeliveryTooLarge, IntakeError, StorageUnavailable
from common.intake.bounded_reads import BoundedReads
from common.intake.limits import IntakeLimits
from common.intake.names import is_junk, shown_name

ARCHIVE_HEADS: Final = (b"PK\x03\x04", b"PK\x05\x06")  # of one with entries, and of an empty one

_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
# Others may ask for gigabytes before the first byte: LZMA's dictionary is as large as it says.
_COMPRESSIONS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVE_SUFFIXES: Final = frozenset(
    {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".cbz", ".jar"}
)
_DEFLATE_RATIO: Final = 1032  # the most that DEFLATE can expand: more is a lie
_HARMLESS_BYTES: Final = 1_000_000
_PIECE_BYTES: Final = 65_536
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
    ValueError,
    OverflowError,
    RuntimeError,
)
_PACK_AGAIN: Final = "Pack the images again as a plain ZIP archive"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive.

    Attributes:
        name: as the archive has it, with forward slashes; nobody has checked it.
        size_bytes: as declared: it may be shorter, never longer.
        refusal: why it cannot be read; None where it can.
        info: what the archive says.
    """

    name: str
    size_bytes: int
    refusal: IntakeError | None
    info: zipfile.ZipInfo


class Archive:
    """An archive that is open for reading.

    Args:
        archive: as :mod:`zipfile` knows it.
        name: for messages.
        limits: what is refused.

    Attributes:
        entries: its files.
        unpacked_bytes: declared length of those that can be read.

    Raises:
        ArchiveError: it holds more than the limits allow, or no file that can be read.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str, limits: IntakeLimits) -> None:
        self.name = name
        self._archive = archive
        self._limits = limits
        infos = archive.infolist()
        if len(infos) > limits.files:
            raise ArchiveError(
                f"The archive '{name}' holds {len(infos):,} entries, more than the "
                f"{limits.files:,} that are read",
                "Split it and hand the parts in one by one",
                reason="too many files",
            )
        self.entries: Sequence[Entry] = tuple(self._entries(infos))
        self.unpacked_bytes = sum(
            entry.size_bytes for entry in self.entries if entry.refusal is None
        )
        if self.unpacked_bytes > limits.archive_bytes:
            raise ArchiveError(
                f"The archive '{name}' holds {self.unpacked_bytes / 1e6:,.0f} MB when unpacked, "
                f"more than the {limits.archive_bytes / 1e6:g} MB that are read",
                "Split it and hand the parts in one by one, or raise MAX_ARCHIVE_MEGABYTES",
                reason="archive too large when unpacked",
            )
        if all(entry.refusal is not None for entry in self.entries):
            raise _nothing_to_read(name, self.entries)

    def read(self, entry: Entry, max_bytes: int) -> bytes:
        """Return an entry's content, at most its first ``max_bytes`` bytes.

        Raises:
            IntakeError: it is refused, or damaged.
            StorageUnavailable: the archive's file cannot be read.
        """
        if entry.refusal is not None:
            raise entry.refusal
        content = bytearray()
        try:
            with self._archive.open(entry.info) as stream:
                while len(content) < max_bytes and (piece := stream.read(_PIECE_BYTES)):
                    content += piece
        except _DAMAGED as error:
            raise ArchiveError(
                f"'{shown_name(entry.name)}' in the archive '{self.name}' is damaged",
                "Pack the archive again",
                reason="damaged in its archive",
            ) from error
        except OSError as error:
            raise _unreadable(self.name, error) from error
        return bytes(content[:max_bytes])

    def _entries(self, infos: Sequence[zipfile.ZipInfo]) -> Iterator[Entry]:
        for info in infos:
            name = _entry_name(info)
            if not name.endswith("/") and not is_junk(name):
                yield Entry(name, info.file_size, self._refusal(info, name), info)

    def _refusal(self, info: zipfile.ZipInfo, name: str) -> IntakeError | None:
        shown = f"'{shown_name(name)}' in the archive '{self.name}'"
        mode = info.external_attr >> 16
        if info.flag_bits & _ENCRYPTED:
            return ArchiveError(
                f"{shown} is encrypted", "Pack it without a password", reason="encrypted"
            )
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            return ArchiveError(
                f"{shown} is a link or a device, not a file",
                "Pack the file itself",
                reason="not a file",
            )
        if PurePosixPath(name).suffix.lower() in _ARCHIVE_SUFFIXES:
            return ArchiveError(
                f"{shown} is an archive within an archive",
                "Unpack it first, and pack its images",
                reason="archive within an archive",
            )
        if info.compress_type not in _COMPRESSIONS:
            return ArchiveError(
                f"{shown} is compressed in a way that is not read",
                _PACK_AGAIN,
                reason="unsupported compression",
            )
        expands = info.file_size > _HARMLESS_BYTES
        if expands and info.file_size > _DEFLATE_RATIO * info.compress_size:
            return ArchiveError(
                f"{shown} declares more bytes than its compression can hold",
                _PACK_AGAIN,
                reason="declares an impossible size",
            )
        return None


class Unpacked:
    """What the archives of one delivery hold together.

    Args:
        limits: what is refused: as for one archive, so that many can do no more.
    """

    def __init__(self, limits: IntakeLimits) -> None:
        self._limits = limits
        self._files = 0
        self._bytes = 0

    def add(self, archive: Archive) -> None:
        """Take note of a further archive.

        Raises:
            DeliveryTooLarge: with it, they hold more than the limits allow; it is not counted.
        """
        files = self._files + len(archive.entries)
        total = self._bytes + archive.unpacked_bytes
        if files > self._limits.files:
            raise DeliveryTooLarge(
                f"The archives up to '{archive.name}' hold {files:,} files, more than the "
                f"{self._limits.files:,} that are read at once",
                "Hand them in in several parts",
                reason="too many files",
            )
        if total > self._limits.archive_bytes:
            raise DeliveryTooLarge(
                f"The archives up to '{archive.name}' hold {total / 1e6:g} MB when unpacked, more "
                f"than the {self._limits.archive_bytes / 1e6:g} MB that are read at once",
                "Hand them in in several parts, or raise MAX_ARCHIVE_MEGABYTES",
            )
        self._files, self._bytes = files, total


@contextmanager
def opened_archive(path: Path, name: str, limits: IntakeLimits) -> Iterator[Archive]:
    """Open an archive for a ``with`` block.

    Args:
        path: of its file.
        name: for messages.
        limits: what is refused.

    Raises:
        ArchiveError: it is damaged, holds more than the limits allow, or nothing to read.
        StorageUnavailable: the file cannot be read.
    """
    try:
        file = BoundedReads(path.open("rb"))
    except OSError as error:
        raise _unreadable(name, error) from error
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGED as error:
            raise ArchiveError(
                f"The archive '{name}' is damaged or incomplete", _PACK_AGAIN
            ) from error
        except OSError as error:
            raise _unreadable(name, error) from error
        with archive:
            yield Archive(archive, name, limits)


def _entry_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name as its maker most likely wrote it.

    Without the flag that says UTF-8 it should be in code page 437; many programs write UTF-8 all
    the same, and other text is next to never valid UTF-8 by chance.
    """
    name = info.orig_filename  # filename ends at the first NUL byte, which hides what follows
    if not info.flag_bits & _UTF8_NAME:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _nothing_to_read(name: str, entries: Sequence[Entry]) -> ArchiveError:
    first = next((entry.refusal for entry in entries if entry.refusal is not None), None)
    if first is None:
        return ArchiveError(f"The archive '{name}' holds no file", "Pack the images into it")
    return ArchiveError(
        f"The archive '{name}' holds nothing that can be read: {first.what}",
        first.cure,
        reason=first.reason,
    )


def _unreadable(name: str, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"The archive '{name}' cannot be read ({error.strerror or error})",
        "Check the disk and the permissions of DATA_DIR",
    )
