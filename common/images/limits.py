"""How much a picture may ask of the machine, and the sentences that refuse more."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import ImageTooLarge


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is refused before anything is decoded.

    Attributes:
        max_bytes: longest file, the setting MAX_IMAGE_MEGABYTES times a million.
        max_pixels: largest width times height, the setting MAX_IMAGE_MEGAPIXELS times a million.
            Decoding takes up to 12 bytes of memory for each.
    """

    max_bytes: int = 20_000_000
    max_pixels: int = 50_000_000

    def check_bytes(self, count: int) -> None:
        """Refuse a file of more than ``max_bytes`` bytes.

        Raises:
            ImageTooLarge: it is longer.
        """
        if count > self.max_bytes:
            raise ImageTooLarge(
                # Callers stop reading one byte past the limit, so the true size is not known.
                f"The file is larger than the {_millions(self.max_bytes)} MB that are read",
                "Make it smaller, or raise MAX_IMAGE_MEGABYTES",
                reason="too many bytes",
            )

    def check_pixels(self, width: int, height: int) -> None:
        """Refuse a picture of more than ``max_pixels`` pixels.

        Raises:
            ImageTooLarge: it is larger.
        """
        if width * height > self.max_pixels:
            raise ImageTooLarge(
                f"The picture has {width} x {height} pixels, more than the "
                f"{_millions(self.max_pixels)} million that are decoded",
                "Make it smaller, or raise MAX_IMAGE_MEGAPIXELS",
                reason="too many pixels",
            )


def _millions(count: int) -> str:
    """Write millions with as many decimals as they need, so that limits show as they were set."""
    return f"{count / 1_000_000:.6f}".rstrip("0").rstrip(".")
