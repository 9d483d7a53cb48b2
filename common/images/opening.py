"""Opening a file with exactly one decoder, within limits, with every failure put in our words."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final, TypeAlias

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from common.errors import ImageCorrupt, ImageError, ImageTooLarge
from common.images.kinds import Kind, sniff
from common.images.limits import ImageLimits
from common.images.structure import check_structure

_Opener: TypeAlias = Callable[[BytesIO], ImageFile.ImageFile]


def _open_heic(stream: BytesIO) -> ImageFile.ImageFile:
    """Open a HEIC file without registering its reader with Pillow for the whole process."""
    # Imported late: it takes 50 ms, and most processes see no HEIC.
    from pi_heif import HeifImageFile  # type: ignore[import-untyped]

    image: ImageFile.ImageFile = HeifImageFile(stream)
    return image


# Image.open would try readers in turn, warn about bombs by a limit of its own, and read the second
# picture of a phone's JPEG. The class of the sniffed kind does only what is wanted.
_OPENERS: Final[dict[Kind, _Opener]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "HEIC": _open_heic,
}


@contextmanager
def opened(data: bytes, limits: ImageLimits) -> Iterator[tuple[Kind, ImageFile.ImageFile]]:
    """Open a file for a ``with`` block: checked for bytes, kind and pixels, not yet decoded.

    Whatever the decoder raises, here or inside the block, leaves it as an ImageError.

    Args:
        data: the file, from anyone.
        limits: what is refused.

    Yields:
        What the file is, and the picture, whose pixels are decoded when first asked for.

    Raises:
        ImageTooLarge: more bytes or pixels than ``limits`` allow.
        ImageFormatError: not a picture, or of a kind that is not read.
        ImageCorrupt: it does not decode.
    """
    limits.check_bytes(len(data))
    kind = sniff(data)
    check_structure(kind, data, limits)
    _hush_pillow()
    with _translated(kind), _OPENERS[kind](BytesIO(data)) as image:
        limits.check_pixels(*image.size)
        _check_tiles(image, limits)
        yield kind, image


def _check_tiles(image: ImageFile.ImageFile, limits: ImageLimits) -> None:
    """Refuse a TIFF whose tiles are larger than any picture: a buffer is allocated for one."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        width = image.tag_v2.get(TiffImagePlugin.TILEWIDTH, 0)
        height = image.tag_v2.get(TiffImagePlugin.TILELENGTH, 0)
        limits.check_pixels(width, height)


@contextmanager
def _translated(kind: Kind) -> Iterator[None]:
    """Turn whatever a decoder raises into the error tree."""
    try:
        yield
    except ImageError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise ImageTooLarge(
            f"The {kind} picture needs more memory than there is", "Make it smaller"
        ) from error
    except Exception as error:
        # Decoders of bytes from anyone raise anything: OSError, SyntaxError, struct.error,
        # RuntimeError, OverflowError … and all of it means the same to the reader.
        raise ImageCorrupt(
            f"The {kind} picture is damaged or incomplete",
            "Save it again from its source, or leave it out",
        ) from error


_CHATTER: Final = ("ignore", None, Warning, re.compile(r"PIL\."), 0)


def _hush_pillow() -> None:
    """Silence Pillow's warnings about odd metadata, which nobody here reads.

    Done once, when the first picture is opened, and for good: warnings.catch_warnings swaps state
    of the whole process and would do so under the feet of other threads.
    """
    if _CHATTER not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"PIL\.")
