"""Where things lie in a bucket, and where their copies lie here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from common.bucket.bundles import BucketBundles
from common.bucket.files import BucketFiles
from common.bucket.mirror import CategoryMirror
from common.storage.minio import MinioStore
from common.storage.s3_connection import Bucket

CATEGORIES = "metric_datasets"
MODELS = "models"


@dataclass(frozen=True, slots=True)
class BucketPlaces:
    """The stores below one main path: the layout of DATA_DIR.

    Attributes:
        categories: one directory a category.
        models: one directory a bundle.
    """

    categories: MinioStore
    models: MinioStore


@dataclass(frozen=True, slots=True)
class BucketCatalog:
    """What makes categories in a bucket usable here.

    Attributes:
        mirror: of their manifests.
        files: of theirs.
        bundles: fetches models.
    """

    mirror: CategoryMirror
    files: BucketFiles
    bundles: BucketBundles


def places_in(bucket: Bucket, main_path: str) -> BucketPlaces:
    """Return the stores of a bucket.

    Args:
        bucket: that holds them.
        main_path: directory in it; empty: the bucket itself.

    Raises:
        PathOutsideRoot: ``main_path`` is no directory's name.
    """
    main = MinioStore(bucket, main_path)
    return BucketPlaces(main.below(CATEGORIES), main.below(MODELS))


def open_catalog(places: BucketPlaces, data_dir: Path, *, links: bool) -> BucketCatalog:
    """Prepare to use a bucket's categories. Nothing is asked or written yet.

    Copies of manifests go below ``data_dir/bucket/``, into a directory of their own for every
    bucket and main path, so that no category of one is ever taken for another's.

    Args:
        places: where they lie.
        data_dir: of this machine.
        links: see :class:`~common.bucket.files.BucketFiles`.
    """
    address = f"{places.categories.bucket.server} {places.categories.address}"
    own = hashlib.sha256(address.encode()).hexdigest()[:12]
    mirror = CategoryMirror(places.categories, data_dir / "bucket" / own)
    return BucketCatalog(
        mirror,
        BucketFiles(places.categories, mirror, links=links),
        BucketBundles(places.models, data_dir / "models"),
    )
