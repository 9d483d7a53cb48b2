"""Opening the files of a data set: what only they can tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from common.errors import MetadataError, StorageUnavailable
from common.images import ImageLimits, content_hash
from common.metadata import MetadataRowsError
from common.storage.folder import FolderStore
from metrics.data import (
    FileFacts,
    TrainingTable,
    examine_files,
    parse_training_csv,
    read_training_folder,
)
from tests.samples import fill_folder, picture


def examine(folder: Path, table: TrainingTable) -> FileFacts:
    return examine_files(table, FolderStore(folder), ImageLimits())


def parse(text: str) -> TrainingTable:
    return parse_training_csv(text.encode(), "meta.csv")


def test_facts_are_in_the_order_of_the_table_and_progress_is_told(tmp_path: Path) -> None:
    fill_folder(tmp_path, each=2)
    table = read_training_folder(FolderStore(tmp_path), "images")
    told: list[tuple[int, int]] = []
    facts = examine_files(
        table,
        FolderStore(tmp_path),
        ImageLimits(),
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert facts.sha256 == tuple(content_hash((tmp_path / f).read_bytes()) for f in table.files)
    assert facts.sizes.tolist() == [[96, 96]] * 6
    assert (facts.hashes.shape, facts.hashes.dtype) == ((6,), np.uint64)
    assert (facts.colours.shape, facts.colours.dtype) == ((6, 16, 16, 3), np.uint8)
    assert told == [(done, 6) for done in range(1, 7)]


def test_missing_and_undecodable_files_are_named_with_their_rows(tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(picture("teal", 0))
    (tmp_path / "text.jpg").write_bytes(b"not a picture")
    (tmp_path / "cut.jpg").write_bytes(picture("teal", 1)[:900])
    (tmp_path / "empty.jpg").touch()
    table = parse("file,label\ngone.jpg,u\ngood.jpg,u\ntext.jpg,v\ncut.jpg,v\nempty.jpg,v\n")
    with pytest.raises(MetadataRowsError) as caught:
        examine(tmp_path, table)
    assert [(problem.row, problem.text) for problem in caught.value.problems] == [
        (2, "there is no image 'gone.jpg'"),
        (4, "'text.jpg': the file is text, which is not read"),
        (5, "'cut.jpg': the JPEG picture is damaged or incomplete"),
        (6, "'empty.jpg': the file is empty"),
    ]


def test_a_link_that_leads_out_of_the_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.jpg").write_bytes(picture("teal", 0))
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    with pytest.raises(MetadataRowsError, match=r"row 2: path 'link.jpg' is a link that leads"):
        examine(tmp_path / "images", parse("file,label\nlink.jpg,u\nb.jpg,v\n"))


def test_a_box_outside_its_image_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(picture("amber", ord(name), 96, 48))
    header = "file,label,x1,y1,x2,y2\n"
    examine(tmp_path, parse(f"{header}a,u,0,0,96,48\nb,v,,,,\n"))
    with pytest.raises(MetadataRowsError) as caught:
        examine(tmp_path, parse(f"{header}a,u,0,0,97,48\nb,v,,,,\nc,v,0,0,1,48.5\n"))
    assert [(problem.row, problem.text) for problem in caught.value.problems] == [
        (2, "the box 0, 0, 97, 48 reaches outside 'a' (96 x 48 pixels)"),
        (4, "the box 0, 0, 1, 48.5 reaches outside 'c' (96 x 48 pixels)"),
    ]


def test_the_same_file_in_two_parts_is_refused_and_in_one_part_is_not(tmp_path: Path) -> None:
    for name, variant in (("a", 0), ("b", 1), ("copy", 0)):
        (tmp_path / name).write_bytes(picture("crimson", variant))
    examine(tmp_path, parse("file,label,split\na,u,train\nb,v,test\ncopy,w,train\n"))
    table = parse("file,label,split\na,u,train\nb,v,test\ncopy,w,test\n")
    with pytest.raises(MetadataRowsError) as caught:
        examine(tmp_path, table)
    assert [problem.text for problem in caught.value.problems] == [
        "'copy' in test is the same file as 'a' (row 2) in train"
    ]


def test_where_there_is_no_table_files_are_named_instead_of_rows(tmp_path: Path) -> None:
    fill_folder(tmp_path, each=1)
    (tmp_path / "teal" / "bad.jpg").touch()
    table = read_training_folder(FolderStore(tmp_path), "images")
    with pytest.raises(MetadataError, match=r"^images: 'teal/bad.jpg': the file is empty\. "):
        examine(tmp_path, table)


def test_images_that_cannot_be_reached_are_not_blamed_on_rows(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        examine(tmp_path / "nowhere", parse("file,label\na,u\nb,v\n"))
