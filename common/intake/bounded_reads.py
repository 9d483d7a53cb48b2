"""A file as :mod:`zipfile` may read it."""

from __future__ import annotations

import zipfile
from typing import IO, Final

_LONGEST_READ: Final = 10_000_000


class BoundedReads:
    """A file that is read in pieces of bounded size.

    zipfile reads an archive's whole directory at once, and makes an object of each entry, before
    anybody can ask how many there are.

    Args:
        file: to read; closed with this.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __enter__(self) -> BoundedReads:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            zipfile.BadZipFile: more are asked for than any honest archive needs at once.
        """
        if size > _LONGEST_READ:
            raise zipfile.BadZipFile(f"a directory of {size:,} bytes")
        return self._file.read(_LONGEST_READ if size < 0 else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, as of any file.

        Raises:
            zipfile.BadZipFile: it is before the beginning.
        """
        if whence == 0 and offset < 0:  # the disk would be blamed for it
            raise zipfile.BadZipFile("an entry before the beginning")
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()
