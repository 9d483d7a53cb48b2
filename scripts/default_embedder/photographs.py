"""Tiny-ImageNet as arrays: classes to train on, to choose by, and to report.

The classes that are reported on, :func:`metrics.comparing.held_out_classes`, are read by
:func:`read_reported` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.images import ImageLimits, decode
from metrics.comparing import held_out_classes
from metrics.training.images import ImageArrays
from scripts.benchmark_embedders.shared_data import class_labels, read_rows, tiny_imagenet_files

VALIDATION_CLASSES: Final = 16
VALIDATION_SEED: Final = 2025


@dataclass(frozen=True, slots=True)
class Photographs:
    """Training and validation share no class.

    Attributes:
        training: labels count the training classes from 0, in the order of ``classes``.
        validation: labels go on from there.
        classes: names of the training classes, ascending.
    """

    training: ImageArrays
    validation: ImageArrays
    classes: tuple[str, ...]


def read_photographs(
    data_dir: Path, *, training_images_per_class: int | None, validation_images_per_class: int
) -> Photographs:
    """Decode the training and validation classes: 1.1 GB of memory for all of Tiny-ImageNet.

    Args:
        data_dir: holds ``tiny-imagenet-*.parquet``.
        training_images_per_class: so many are kept; None for all.
        validation_images_per_class: so many are kept, as each is embedded after each epoch.

    Raises:
        MetadataError: the data is not there, or of another form.
        ImageError: a picture cannot be decoded.
    """
    files = tiny_imagenet_files(data_dir)
    every = class_labels(files)
    known = sorted(every - set(held_out_classes(every)))
    chosen_by = held_out_classes(known, count=VALIDATION_CLASSES, seed=VALIDATION_SEED)
    classes = tuple(name for name in known if name not in chosen_by)
    return Photographs(
        training=_arrays(files, classes, 0, training_images_per_class),
        validation=_arrays(files, chosen_by, len(classes), validation_images_per_class),
        classes=classes,
    )


def read_reported(data_dir: Path) -> ImageArrays:
    """Decode the classes that are reported on, for the card, once training is over.

    Raises:
        MetadataError: as :func:`read_photographs`.
        ImageError: likewise.
    """
    files = tiny_imagenet_files(data_dir)
    return _arrays(files, held_out_classes(class_labels(files)), 0, None)


def _arrays(
    files: Sequence[Path], names: Sequence[str], first_label: int, images_per_class: int | None
) -> ImageArrays:
    pixels: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in names}
    limits = ImageLimits()
    for row in read_rows(files, pixels):
        of_class = pixels[row.label]
        if images_per_class is None or len(of_class) < images_per_class:
            of_class.append(np.asarray(decode(row.image, limits)))
    return ImageArrays(
        [picture for of_class in pixels.values() for picture in of_class],
        np.repeat(
            np.arange(first_label, first_label + len(names)),
            [len(of_class) for of_class in pixels.values()],
        ),
    )
