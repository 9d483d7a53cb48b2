"""Pictures that a category is to leave out, such as a shop's "no photo yet", whatever their names.

They are given as files in a directory ``images_to_remove``. A file is left out when its content is
that of one of them, or when it looks the same: it was resized or recompressed. What looks the same
is found by perceptual hash and confirmed by colours, as hashes see shapes in grey only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.errors import ImageError, ImageUnwanted
from common.images import ImageLimits, content_hash, decode
from common.images.perceptual import (
    COLOUR_SIDE_PX,
    FLAT,
    MAX_COLOUR_DISTANCE,
    MAX_HAMMING,
    SIDE_PX,
    colour_distances,
    colour_thumbnail,
    grey_thumbnail,
    hamming,
    perceptual_hashes,
)
from common.pipeline import Skipped, read_image_file
from common.planning import UNWANTED_FOLDER
from common.storage.base import ImageStore

_CURE = f"Remove that picture from {UNWANTED_FOLDER} to have it indexed"


# Compared by identity: arrays do not compare to a single truth.
@dataclass(frozen=True, slots=True, eq=False)
class UnwantedPictures:
    """Contents and looks to leave out.

    Attributes:
        names: of the files, by the hash of their content.
        phashes: shape ``(n,)``, uint64: of those that are pictures with something in them.
        colours: shape ``(n, 16, 16, 3)``, uint8: their colour thumbnails.
    """

    names: dict[str, str] = field(default_factory=dict)
    phashes: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    colours: NDArray[np.uint8] = field(
        default_factory=lambda: np.empty((0, COLOUR_SIDE_PX, COLOUR_SIDE_PX, 3), np.uint8)
    )

    @property
    def fingerprint(self) -> str:
        """A text that is equal for equal sets of files."""
        return hashlib.sha256("".join(sorted(self.names)).encode()).hexdigest()

    def by_content(self, file: str, sha256: str) -> Skipped | None:
        """Return why a file is left out by its content, None where it is not."""
        if sha256 not in self.names:
            return None
        detail = f"The file is the same as '{self.names[sha256]}'. {_CURE}."
        return Skipped(file, f"a picture in {UNWANTED_FOLDER}", detail)

    def is_suspect(self, phash: int) -> bool:
        """Tell whether a picture of this hash may look like one of these: :meth:`check` decides."""
        return bool(self._alike(np.uint64(phash)).any())

    def check(self, picture: Image.Image) -> None:
        """Refuse a picture that looks like one of these.

        Raises:
            ImageUnwanted: it does.
        """
        if not len(self.phashes):
            return
        alike = self._alike(perceptual_hashes(grey_thumbnail(picture)[None])[0])
        if not alike.any():
            return
        distances = colour_distances(self.colours[alike], colour_thumbnail(picture))
        if (distances <= MAX_COLOUR_DISTANCE).any():
            raise ImageUnwanted(f"The picture looks like one in {UNWANTED_FOLDER}", _CURE)

    def _alike(self, phash: np.uint64) -> NDArray[np.bool_]:
        if phash == FLAT:
            return np.zeros(len(self.phashes), dtype=np.bool_)
        return np.asarray(hamming(self.phashes, np.array([phash])) <= MAX_HAMMING)


def read_unwanted(
    places: Iterable[tuple[ImageStore, str]], limits: ImageLimits
) -> UnwantedPictures:
    """Read the pictures to leave out.

    Args:
        places: stores, and the directory in each (empty: all of it).
        limits: on files. One that is no picture is compared by its content only.

    Raises:
        StorageUnavailable: a store cannot be reached.
    """
    names: dict[str, str] = {}
    greys: list[NDArray[np.uint8]] = []
    colours: list[NDArray[np.uint8]] = []
    for store, directory in places:
        for stored in store.walk(directory):
            data = read_image_file(stored.path, store, limits)
            if isinstance(data, Skipped) or len(data) > limits.max_bytes:
                continue
            names[content_hash(data)] = stored.path.rpartition("/")[2]
            try:
                picture = decode(data, limits, minimum_side_px=SIDE_PX)
            except ImageError:
                continue
            greys.append(grey_thumbnail(picture))
            colours.append(colour_thumbnail(picture))
    if not greys:
        return UnwantedPictures(names)
    phashes = perceptual_hashes(np.stack(greys))
    told = phashes != FLAT
    return UnwantedPictures(names, phashes[told], np.stack(colours)[told])
