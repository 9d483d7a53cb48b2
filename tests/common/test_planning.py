"""A category's images and its table, matched as its manifest says."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal

import pytest

from common.categories import CategoryCatalog
from common.errors import MetadataError
from common.overlay import FileEdit
from common.planning import Plan, plan_index
from common.storage.folder import FolderStore
from tests.samples import fill_folder

MANIFEST = """
metadata: meta.csv
file_column: id
file_match: stem
link_field: page
link_template: https://papyri.info/ddbdp/{id}
fields:
  written: {type: years, column: date, label: Written}
"""


def plan(tmp_path: Path, manifest: str, table: str, allow_mismatch: bool = False) -> Plan:
    directory = tmp_path / "papyri"
    fill_folder(directory / "images", each=1)
    for colour in ("teal", "amber", "crimson"):
        (directory / "images" / colour / "0.jpg").rename(directory / "images" / f"{colour}.jpg")
        (directory / "images" / colour).rmdir()
    (directory / "category.yaml").write_text(manifest, encoding="utf-8")
    (directory / "meta.csv").write_text(table, encoding="utf-8")
    category = CategoryCatalog(tmp_path).get("papyri")
    return plan_index(category, FolderStore(category.images_dir), allow_mismatch=allow_mismatch)


def test_a_manifest_says_how_its_table_is_read(tmp_path: Path) -> None:
    table = "id,date\nteal,saec. II p.C.\namber,vor 100 n. Chr.\ncrimson,\n"
    found = plan(tmp_path, MANIFEST, table)
    assert found.payloads["teal.jpg"] == {
        "file": "teal.jpg",
        "id": "teal",
        "written": "saec. II p.C.",
        "written_from": 101,
        "written_to": 200,
        "page": "https://papyri.info/ddbdp/teal",
    }
    assert found.payloads["amber.jpg"]["written_to"] == 99
    assert found.payloads["amber.jpg"]["written_from"] is None
    assert found.fields == {
        "file": "keyword", "id": "keyword", "page": "link",
        "written": "keyword", "written_from": "integer", "written_to": "integer",
    }  # fmt: skip


def test_dates_that_are_not_understood_are_logged_with_their_rows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="common.planning"):
        plan(tmp_path, MANIFEST, "id,date\nteal,Barock\namber,1750\ncrimson,neulich\n")
    (line,) = caplog.messages
    assert line.startswith("meta.csv: 2 dates keep their text and have no years (row 2:")
    assert "row 4: no year was understood in 'neulich'" in line


@pytest.mark.parametrize("removed", ["record", "file"])
def test_the_row_of_a_removed_image_is_left_out_where_images_are_matched_by_stem(
    tmp_path: Path, removed: Literal["record", "file"]
) -> None:
    table = "id,date\nteal,1750\namber,\ncrimson,\n"
    plan(tmp_path, MANIFEST, table)
    category = CategoryCatalog(tmp_path).get("papyri")
    if removed == "file":
        (category.images_dir / "teal.jpg").unlink()
    images = FolderStore(category.images_dir)
    found = plan_index(category, images, edits={"teal.jpg": FileEdit(removed=removed)})
    assert list(found.payloads) == ["amber.jpg", "crimson.jpg"]


def test_an_image_in_another_folder_takes_over_the_row_of_a_removed_one_of_its_stem(
    tmp_path: Path,
) -> None:
    plan(tmp_path, MANIFEST, "id,date\nteal,1750\namber,\ncrimson,\n")
    category = CategoryCatalog(tmp_path).get("papyri")
    images = FolderStore(category.images_dir)
    found = plan_index(category, images, edits={"old/teal.jpg": FileEdit(removed="file")})
    assert found.payloads["teal.jpg"]["id"] == "teal"


def test_a_row_whose_stem_no_image_has_is_refused_with_its_number(tmp_path: Path) -> None:
    table = "id,date\nteal,\namber,\ncrimson,\nviolet,\n"
    with pytest.raises(MetadataError, match="row 5: there is no image 'violet'"):
        plan(tmp_path, MANIFEST, table)


def test_when_no_row_fits_the_way_images_are_named_is_told(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="names without folder and ending"):
        plan(tmp_path, MANIFEST, "id,date\nteal.png,\n", allow_mismatch=True)


def test_fields_that_people_fill_by_hand_need_no_column(tmp_path: Path) -> None:
    manifest = "metadata: meta.csv\nlink_field: page\nfields: {page: {type: link, by_hand: true}}\n"
    found = plan(tmp_path, manifest, "file\nteal.jpg\namber.jpg\ncrimson.jpg\n")
    assert found.fields == {"file": "keyword"}
    with pytest.raises(MetadataError, match="no column 'page' for the field 'page'"):
        plan(tmp_path / "other", manifest.replace(", by_hand: true", ""), "file\nteal.jpg\n")


@pytest.mark.parametrize(
    "line", ["link_template: https://a.example/{id}", "file_template: '{id}.jpg'"]
)
def test_a_template_without_a_table_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(MetadataError, match="is filled from a table, and it has none"):
        plan(tmp_path, line, "")
