"""Opening every file of a data set once: what is wrong with it, and what it looks like in short."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.errors import ImageError, ObjectNotFound, ObjectUnreadable, PathOutsideRoot
from common.images import ImageLimits, content_hash, decode, describe
from common.images.perceptual import (
    COLOUR_SIDE_PX,
    SIDE_PX,
    colour_thumbnail,
    grey_thumbnail,
    perceptual_hashes,
)
from common.storage.base import ImageStore
from metrics.data.contract import TrainingTable

_FILE_CURE: Final = "Correct or remove these; paths in the column 'file' are relative to the images"
_COPY_CURE: Final = "Give copies the same split, or remove all but one"


# Compared by identity: arrays do not compare to a single truth.
@dataclass(frozen=True, slots=True, eq=False)
class FileFacts:
    """What copies are found by, one entry an image.

    Attributes:
        sha256: of the file's bytes, in hexadecimal.
        hashes: shape ``(n,)``, uint64, see :mod:`common.images.perceptual`.
        colours: shape ``(n, 16, 16, 3)``, uint8, the image made tiny.
        sizes: shape ``(n, 2)``, int64, width and height of the upright image in pixels.
    """

    sha256: tuple[str, ...]
    hashes: NDArray[np.uint64]
    colours: NDArray[np.uint8]
    sizes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Seen:
    sha256: str
    grey: NDArray[np.uint8]
    colour: NDArray[np.uint8]
    size: tuple[int, int]


def examine_files(
    table: TrainingTable,
    images: ImageStore,
    limits: ImageLimits,
    *,
    threads: int = 2,
    on_progress: Callable[[int, int], None] | None = None,
) -> FileFacts:
    """Decode every file of a table and check what only the files can tell.

    Memory does not grow with the size of the images, only by 1 kB an image.

    Args:
        table: names the files.
        images: where they lie.
        limits: what is refused before decoding.
        threads: that read and decode.
        on_progress: called with the images done and their total.

    Raises:
        MetadataError: files are missing or cannot be decoded, boxes reach outside their image, or
            equal files are in two parts of the column ``split``. All are named, with their rows.
        StorageUnavailable: the images cannot be reached.
    """

    def look(file: str) -> _Seen | str:
        return _look(file, images, limits)

    facts: list[_Seen] = []
    problems: list[tuple[int, str]] = []
    with ThreadPoolExecutor(threads, thread_name_prefix="examine") as executor:
        for index, outcome in enumerate(executor.map(look, table.files)):
            if isinstance(outcome, str):
                problems.append((index, outcome))
            else:
                facts.append(outcome)
                problems += _box_outside(table, index, outcome.size)
            if on_progress is not None:
                on_progress(index + 1, len(table))
    if problems:
        raise table.refusal(problems, _FILE_CURE)
    if copies := _copies_across_parts(table, [seen.sha256 for seen in facts]):
        raise table.refusal(copies, _COPY_CURE)
    greys = np.array([seen.grey for seen in facts], dtype=np.uint8)
    colours = np.array([seen.colour for seen in facts], dtype=np.uint8)
    return FileFacts(
        tuple(seen.sha256 for seen in facts),
        perceptual_hashes(greys.reshape(-1, SIDE_PX, SIDE_PX)),
        colours.reshape(-1, COLOUR_SIDE_PX, COLOUR_SIDE_PX, 3),
        np.array([seen.size for seen in facts], dtype=np.int64).reshape(-1, 2),
    )


def _look(file: str, images: ImageStore, limits: ImageLimits) -> _Seen | str:
    """Return what a file looks like, or what is wrong with it."""
    try:
        # One byte more than allowed is enough to refuse a file without reading all of it.
        data = images.read(file, limits.max_bytes + 1)
        info = describe(data, limits)
        picture = decode(data, limits, minimum_side_px=SIDE_PX)
    except ObjectNotFound:
        return f"there is no image '{file}'"
    except (ObjectUnreadable, PathOutsideRoot) as error:
        return _lowered(error.what)
    except ImageError as error:
        return f"'{file}': {_lowered(error.what)}"
    return _Seen(
        content_hash(data),
        grey_thumbnail(picture),
        colour_thumbnail(picture),
        (info.width, info.height),
    )


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _box_outside(table: TrainingTable, index: int, size: tuple[int, int]) -> list[tuple[int, str]]:
    if table.boxes is None:
        return []
    x1, y1, x2, y2 = table.boxes[index].tolist()
    width, height = size
    # Comparisons with NaN, which stands for the whole image, are all false.
    if not (x2 > width or y2 > height):
        return []
    box = f"{x1:g}, {y1:g}, {x2:g}, {y2:g}"
    text = f"the box {box} reaches outside '{table.files[index]}' ({width} x {height} pixels)"
    return [(index, text)]


def _copies_across_parts(table: TrainingTable, hashes: list[str]) -> list[tuple[int, str]]:
    if table.parts is None:
        return []
    first: dict[str, int] = {}
    problems: list[tuple[int, str]] = []
    for index, (sha256, part) in enumerate(zip(hashes, table.parts, strict=True)):
        other = first.setdefault(sha256, index)
        if table.parts[other] != part:
            problems.append(
                (
                    index,
                    f"'{table.files[index]}' in {part} is the same file as "
                    f"'{table.files[other]}' ({table.place(other)}) in {table.parts[other]}",
                )
            )
    return problems
