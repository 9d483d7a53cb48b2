"""The files behind records and examples."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from common.assembly import Services
from common.errors import ImageTooLarge, ObjectNotFound, PathOutsideRoot
from tests.samples import make_services, picture


def test_originals_are_the_files_themselves(live: Services) -> None:
    assert live.pictures.original("shapes", "teal/1.jpg") == picture("teal", 1)


def test_thumbnails_keep_the_aspect_within_480_px(live: Services, data_dir: Path) -> None:
    path = data_dir / "metric_datasets/shapes/images/teal/1.jpg"
    path.write_bytes(picture("teal", 1, 1200, 300))
    with Image.open(io.BytesIO(live.pictures.thumbnail("shapes", "teal/1.jpg", "1"))) as image:
        assert image.size == (480, 120)


def test_thumbnails_come_from_memory_until_the_content_changes(
    live: Services, data_dir: Path
) -> None:
    path = data_dir / "metric_datasets/shapes/images/teal/1.jpg"
    first = live.pictures.thumbnail("shapes", "teal/1.jpg", "one")
    path.write_bytes(picture("amber", 1))
    assert live.pictures.thumbnail("shapes", "teal/1.jpg", "one") == first
    assert live.pictures.thumbnail("shapes", "teal/1.jpg", "two") != first


def test_examples_lie_outside_the_images(live: Services) -> None:
    assert live.pictures.example("shapes", "examples/1.jpg") == picture("crimson", 99, 400)


def test_paths_never_leave_the_category(live: Services) -> None:
    for path in ("../../../etc/passwd", "/etc/passwd", "../badges/images/teal/1.jpg"):
        with pytest.raises(PathOutsideRoot):
            live.pictures.original("shapes", path)
        with pytest.raises(PathOutsideRoot):
            live.pictures.example("shapes", path)
    with pytest.raises(ObjectNotFound):
        live.pictures.original("shapes", "teal/99.jpg")


def test_a_file_over_the_limit_is_not_read_whole(data_dir: Path) -> None:
    small = make_services(data_dir, max_image_megabytes=0.001)
    with pytest.raises(ImageTooLarge, match="MAX_IMAGE_MEGABYTES"):
        small.pictures.original("shapes", "teal/1.jpg")


def test_a_replaced_example_is_shown_anew(live: Services, data_dir: Path) -> None:
    first = live.pictures.example_thumbnail("shapes", "examples/1.jpg")
    path = data_dir / "metric_datasets/shapes/examples/1.jpg"
    path.write_bytes(picture("teal", 1))
    os.utime(path, (1, 1))
    assert live.pictures.example_thumbnail("shapes", "examples/1.jpg") != first
