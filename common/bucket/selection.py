"""Which files make up a category, or a model, in a bucket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from common.bucket.uploading import Upload
from common.categories import MANIFEST_FILE, Category, manifest_text
from common.category_files import CategoryFiles
from common.embedding.card import CARD_FILE, read_card
from common.errors import ModelBundleError, StorageError, StorageUnavailable
from common.images import ImageLimits
from common.metadata import read_table_file
from common.overlay import EDITS_FILE
from common.pipeline import Skipped
from common.planning import IMAGE_SUFFIXES, UNWANTED_FOLDER
from common.storage.base import ImageStore

_IMAGES: Final = "images"
_FIGURES: Final = "metrics.json"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be uploaded.

    Attributes:
        stages: the files, see :func:`~common.bucket.uploading.upload`.
        left_out: files of the category that are not.
        keep: files that stay in the bucket though they are not here.
    """

    stages: Sequence[Sequence[Upload]]
    left_out: Sequence[Skipped] = ()
    keep: Sequence[str] = ()


def select_category(category: Category, files: CategoryFiles, limits: ImageLimits) -> Selection:
    """Select what belongs to a category, for the layout of ``data/metric_datasets/<category>/``.

    Wherever the manifest has images and table here, in the bucket they are ``images/`` and
    ``meta.<suffix>``, and the manifest there says so. Pictures to leave out are all
    in ``images_to_remove/``. Edits are uploaded where the bucket has none: those that it has were
    made by the people who use it.

    Args:
        category: on this machine.
        files: of it.
        limits: larger images are left out, as nothing would index them.

    Raises:
        StorageUnavailable: the images, or the pictures to leave out, cannot be reached.
        MetadataError: the table cannot be read.
        CategoryBroken: the manifest cannot be read any more.
    """
    manifest, table = category.manifest, category.metadata_path
    own = files.own(category)
    images = files.images(category)
    table_name = None if table is None else f"meta{table.suffix.lower()}"
    chosen, left_out = _images(category, images, limits)
    chosen += [Upload(e.file, partial(_bounded, own, e.file, limits)) for e in manifest.examples]
    chosen += _unwanted(category, files, limits)
    tables = [] if table is None else [Upload(str(table_name), partial(read_table_file, table))]
    if (category.directory / EDITS_FILE).is_file():
        tables.append(Upload(EDITS_FILE, partial(own.read, EDITS_FILE), once=True))
    if (manifest.images, manifest.metadata, manifest.unwanted) == (_IMAGES, table_name, None):
        last = Upload(MANIFEST_FILE, partial(own.read, MANIFEST_FILE))  # comments included
    else:
        usual = {"images": _IMAGES, "metadata": table_name, "unwanted": None}
        told = manifest.model_copy(update=usual)
        last = Upload(MANIFEST_FILE, manifest_text(told).encode)
    return Selection([chosen, tables, [last]], left_out, keep=[EDITS_FILE])


def select_model(bundle: Path) -> Selection:
    """Select what belongs to a model bundle; its card comes last.

    Raises:
        ModelBundleError: it is not complete.
    """
    card = read_card(bundle)
    missing = next((name for name in card.files if not (bundle / name).is_file()), None)
    if missing is not None:
        raise ModelBundleError(
            f"The bundle {bundle} is without {missing}", "Export the model again"
        )
    names = sorted(card.files)
    if (bundle / _FIGURES).is_file():
        names.append(_FIGURES)
    models = [Upload(name, (bundle / name).read_bytes) for name in names]
    return Selection([models, [Upload(CARD_FILE, (bundle / CARD_FILE).read_bytes)]])


def _images(
    category: Category, images: ImageStore, limits: ImageLimits
) -> tuple[list[Upload], list[Skipped]]:
    own = {category.directory / MANIFEST_FILE, category.directory / EDITS_FILE}
    own |= {category.metadata_path} if category.metadata_path else set()
    chosen: list[Upload] = []
    left_out: list[Skipped] = []
    for path in _paths(images):
        suffix = PurePosixPath(path).suffix.lower()
        if category.images_dir / path in own:
            continue
        if suffix and suffix not in IMAGE_SUFFIXES and _is_file(images, path):
            detail = f"'{path}' does not have the name of an image."
            left_out.append(Skipped(path, "not an image by its name", detail))
        else:
            chosen.append(Upload(f"{_IMAGES}/{path}", partial(_bounded, images, path, limits)))
    return chosen, left_out


def _unwanted(category: Category, files: CategoryFiles, limits: ImageLimits) -> Iterator[Upload]:
    """Yield the pictures to leave out, wherever they lie here."""
    usual = files.own_folder(category, UNWANTED_FOLDER)
    places = [] if usual is None else [usual]
    named = category.manifest.unwanted
    if named is not None and PurePosixPath(named) != PurePosixPath(UNWANTED_FOLDER):
        elsewhere = files.own_folder(category, named)
        if elsewhere is None:
            raise StorageUnavailable(
                f"'{named}', where category '{category.name}' has pictures to leave out, does not "
                "exist or is no directory",
                "Mount the disk it is on, or take it out of the manifest",
            )
        places.append(elsewhere)
    taken: set[str] = set()
    for store in places:
        for path in _paths(store):
            name = path
            while name in taken:
                name = f"_{name}"
            taken.add(name)
            yield Upload(f"{UNWANTED_FOLDER}/{name}", partial(_bounded, store, path, limits))


def _is_file(images: ImageStore, path: str) -> bool:
    """Tell a file from what only stands for one, such as a directory that cannot be listed."""
    try:
        images.stat(path)
    except StorageError:
        return False
    return True


def _paths(images: ImageStore) -> Iterator[str]:
    return (found.path for found in images.walk())


def _bounded(store: ImageStore, path: str, limits: ImageLimits) -> bytes:
    data = store.read(path, limits.max_bytes + 1)
    limits.check_bytes(len(data))
    return data
