"""How much may be handed in at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.images import ImageLimits


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """What is refused before it is kept or unpacked.

    Attributes:
        image: on each image file.
        delivery_bytes: longest sum of all files of a delivery, as handed in; the setting
            MAX_UPLOAD_MEGABYTES times a million.
        archive_bytes: longest sum of the files of all archives of a delivery, unpacked; the
            setting MAX_ARCHIVE_MEGABYTES times a million.
        table_bytes: longest metadata table.
        files: most files of a delivery as handed in, and most in all its archives.
        addresses: most addresses of a delivery.
        private_addresses: whether addresses of private networks may be handed in; the setting
            DOWNLOAD_PRIVATE_ADDRESSES.
    """

    image: ImageLimits = field(default_factory=ImageLimits)
    delivery_bytes: int = 1_000_000_000
    archive_bytes: int = 4_000_000_000
    table_bytes: int = 50_000_000
    files: int = 100_000
    addresses: int = 10_000
    private_addresses: bool = False
