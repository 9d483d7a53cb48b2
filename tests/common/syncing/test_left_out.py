"""What is left out on purpose: copies, where that is the policy, and placeholders."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from common.indexing import SyncOptions, sync_index
from common.storage.folder import FolderStore
from tests.common.syncing.conftest import Site, tiny


def test_copies_are_embedded_once_and_reported(site: Site) -> None:
    for name in ("a.png", "b/copy.png", "c/copy.png"):
        site.put(name, tiny(1))
    site.put("other.png", tiny(2))
    report = sync_index(site.task())
    assert (report.indexed, report.embedded, report.reused) == (4, 2, 2)
    assert report.duplicates == (("a.png", "b/copy.png", "c/copy.png"),)
    assert not report.skipped


def test_copies_are_left_out_where_that_is_the_policy(site: Site) -> None:
    for name in ("b.png", "c.png"):
        site.put(name, tiny(1))
    site.put("other.png", tiny(2))
    skip = SyncOptions(duplicates="skip")
    report = sync_index(site.task(), skip)
    assert report.indexed == 2
    assert [(s.file, s.reason) for s in report.skipped] == [
        ("c.png", "same content as another file")
    ]
    assert not sync_index(site.task(), skip).published
    site.put("a.png", tiny(1))  # now this one comes first
    report = sync_index(site.task(), skip)
    files = {p.payload["file"] for p in site.store.open("mine").scroll().points}
    assert files == {"a.png", "other.png"}
    assert report.embedded == 0
    assert sync_index(site.task()).indexed == 4


def placeholder(side_px: int = 200, text: int = 40) -> Image.Image:
    """A picture as a shop shows where it has none: a frame, a cross, a bar."""
    image = Image.new("RGB", (200, 200), (235, 235, 230))
    image.paste((120, 130, 160), (30, 40, 170, 150))
    image.paste((250, 240, 200), (60, 60, 110, 120))
    image.paste((40, 40, 40), (20, 165, 20 + 3 * text, 180))
    return image.resize((side_px, side_px), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, form: str, quality: int = 90) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, quality=quality)
    return stream.getvalue()


@pytest.mark.parametrize("beside", [True, False], ids=["beside the manifest", "among the images"])
def test_placeholders_are_left_out_by_content_and_by_looks(filled: Site, beside: bool) -> None:
    filled.put("5/same.jpg", encoded(placeholder(), "JPEG"))
    filled.put("5/smaller.webp", encoded(placeholder(120), "WEBP", 60))
    assert sync_index(filled.task()).indexed == 22
    place = (filled.root if beside else filled.folder) / "images_to_remove"
    place.mkdir()
    (place / "none yet.jpg").write_bytes(encoded(placeholder(), "JPEG"))
    (place / "broken.jpg").write_bytes(b"words")
    task = filled.task()
    if beside:
        task = replace(task, unwanted=[FolderStore(place)])
    for _ in range(2):
        report = sync_index(task)
        assert {skip.file: skip.reason for skip in report.skipped} == {
            "5/same.jpg": "a picture in images_to_remove",
            "5/smaller.webp": "like a picture in images_to_remove",
        }
        assert report.indexed == 20
    filled.put("5/late.jpg", encoded(placeholder(90), "JPEG", 70))
    report = sync_index(task)
    assert (report.indexed, report.embedded, len(report.skipped)) == (20, 0, 3)
    shutil.rmtree(place)
    assert sync_index(filled.task()).indexed == 23
