"""A complete delivery: what is handed in for a category, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

LISTING: Final = "delivery.json"
"""Name of the listing: what lies in a directory without one is not complete."""


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file of a delivery.

    Attributes:
        name: as handed in: data, that nobody has checked.
        stored: name of its file in the delivery.
        is_archive: whether it begins like a ZIP archive.
    """

    name: str
    stored: str
    is_archive: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that is complete.

    Attributes:
        id: its name.
        category: that it is for.
        folder: where it lies.
        created: when it was sealed, seconds since 1970.
        files: images and archives, in the order of their handing in.
        table: name of the metadata table; None: there is none.
        addresses: to download images from.
    """

    id: str
    category: str
    folder: Path
    created: float
    files: tuple[DeliveredFile, ...]
    table: str | None
    addresses: tuple[str, ...]

    def file_path(self, file: DeliveredFile) -> Path:
        """Return where a file of it lies."""
        return self.folder / "files" / file.stored

    def fetched_path(self, number: int) -> Path:
        """Return where what an address gave lies, by the address's place in the list."""
        return self.folder / "fetched" / f"{number:06}"

    @property
    def table_path(self) -> Path:
        """Where the table lies, if there is one."""
        return self.folder / "table"

    @property
    def decisions_path(self) -> Path:
        """Where a job writes down what it is about to do."""
        return self.folder / "placed.json"
