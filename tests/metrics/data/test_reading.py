"""Training tables: what is read, and that every wrong row is named with its cure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import MetadataError
from common.metadata import MetadataRowsError
from common.storage.folder import FolderStore
from metrics.data import (
    LabelMap,
    TrainingTable,
    parse_training_csv,
    read_training_csv,
    read_training_folder,
)


def parse(text: str, label_map: LabelMap | None = None) -> TrainingTable:
    return parse_training_csv(text.encode(), "meta.csv", label_map)


def refusal(text: str, label_map: LabelMap | None = None) -> MetadataRowsError:
    with pytest.raises(MetadataRowsError) as caught:
        parse(text, label_map)
    assert caught.value.cure
    return caught.value


def test_the_table_of_the_seed_project_is_read_and_keeps_its_labels() -> None:
    table = parse(",file,class,label\n0,a.jpg,boot,1\n1,b.jpg,boot,1\n2,c.jpg,shoe,0\n")
    assert table.files == ("a.jpg", "b.jpg", "c.jpg")
    assert table.labels.tolist() == [1, 1, 0]
    assert table.label_map.names == ("0", "1")
    assert table.classes == ("shoe", "boot")
    assert (table.parts, table.groups, table.boxes) == (None, None, None)
    assert table.row_numbers == (2, 3, 4)


def test_labels_come_from_the_class_where_there_is_no_label() -> None:
    table = parse("file,class\na.jpg,boot\nb.jpg,shoe\nc.jpg,boot\n")
    assert [table.label_map.names[label] for label in table.labels] == ["boot", "shoe", "boot"]
    assert table.classes == ("", "")


def test_labels_of_any_size_are_counted_from_zero_in_the_order_of_their_value() -> None:
    table = parse("file,label\na,16777217\nb,16777216\nc,9\nd,16777217\n")
    assert table.label_map.names == ("9", "16777216", "16777217")
    assert table.labels.tolist() == [2, 1, 0, 2]


def test_labels_are_names_and_keep_their_zeros() -> None:
    assert parse("file,label\na,007\nb,7\n").label_map.names == ("007", "7")


def test_all_optional_columns_are_taken_over() -> None:
    table = parse(
        "file,label,class,split,group,is_query,is_gallery,x1,y1,x2,y2,price\n"
        "a,u,k,train,g1,0,0,,,,,3\n"
        "b,u,k,train,,,,1,2,3.5,4,3\n"
        "c,v,k,TEST,g2,yes,no,,,,,x\n"
        "d,v,k,test,g2,False,True,,,,,\n"
    )
    assert table.parts == ("train", "train", "test", "test")
    assert table.groups == ("g1", "", "g2", "g2")
    assert table.group_ids.tolist() == [1, -1, 2, 2]
    assert table.is_query.tolist() == [False, False, True, False]
    assert table.is_gallery.tolist() == [False, False, False, True]
    assert table.boxes is not None
    assert table.boxes[1].tolist() == [1, 2, 3.5, 4]
    assert np.isnan(table.boxes[[0, 2, 3]]).all()


def test_without_roles_every_image_with_another_of_its_label_is_a_query() -> None:
    table = parse("file,label\na,u\nb,u\nc,alone\n")
    assert table.is_query.tolist() == [True, True, False]
    assert table.is_gallery.tolist() == [True, True, True]


def test_labels_with_one_image_are_allowed_and_reported() -> None:
    table = parse("file,label\n" + "a,u\nb,u\n" + "".join(f"s{i},l{i:02}\n" for i in range(12)))
    assert table.lone_labels == tuple(f"l{i:02}" for i in range(12))
    (remark,) = table.remarks
    assert remark.startswith("12 of 13 labels have a single image and are never queried: 'l00',")
    assert remark.endswith("and 2 more.")


def test_every_wrong_row_is_named_with_its_number() -> None:
    error = refusal(
        "file,label,class,split,is_query,x1,y1,x2,y2\n"
        "a,u,k,train,1,,,,\n"
        "b,,k,train,1,,,,\n"
        "c,u,other,train,1,,,,\n"
        "d,v,k,dev,1,,,,\n"
        "e,v,k,test,perhaps,,,,\n"
        "f,v,k,test,1,1,2,,\n"
        "g,v,k,test,1,5,2,5,9\n"
        "h,v,k,test,1,-1,2,5,9\n"
    )
    assert [(problem.row, problem.text) for problem in error.problems] == [
        (3, "the label is empty"),
        (4, "label 'u' has class 'other', in row 2 'k'"),
        (5, "split 'dev' is none of train, val, test"),
        (6, "'perhaps' in column 'is_query' is neither yes nor no"),
        (7, "the box has empty corners: give all four numbers, or none"),
        (8, "the box 5, 2, 5, 9 is empty or begins below 0"),
        (9, "the box -1, 2, 5, 9 is empty or begins below 0"),
    ]


@pytest.mark.parametrize(
    ("label", "text"),
    [("x" * 201, "longer than 200 characters"), ("a\tb", "control characters")],
)
def test_labels_that_cannot_be_shown_are_refused(label: str, text: str) -> None:
    assert text in str(refusal(f"file,label\na,u\nb,{label}\n"))


def test_a_query_without_an_answer_in_the_gallery_is_refused() -> None:
    error = refusal("file,label,is_query,is_gallery\na,u,1,0\nb,u,1,0\nc,v,1,1\nd,v,0,1\n")
    assert [problem.row for problem in error.problems] == [2, 3]
    assert "'a' is a query, and no other gallery image has its label" in str(error)


def test_an_image_is_no_answer_to_itself() -> None:
    assert [p.row for p in refusal("file,label,is_query\na,u,1\nb,v,0\nc,v,1\n").problems] == [2]


def test_an_answer_in_another_part_does_not_count_and_training_needs_none() -> None:
    rows = "a,u,train,1\nb,v,train,1\nc,v,test,1\nd,w,test,1\ne,w,test,0\n"
    assert [p.row for p in refusal("file,label,split,is_query\n" + rows).problems] == [4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,name\na,b\n", "neither a column 'label' nor 'class'"),
        ("file,label,x1,y1\na,b,1,2\n", "of the box columns x1, y1, x2, y2 some are missing"),
        ("file,label\na,u\nb,u\n", "there is the one label 'u'"),
        ("file,label\n", "there is no image"),
    ],
)
def test_what_is_no_labelled_data_set_is_refused_with_a_cure(text: str, message: str) -> None:
    with pytest.raises(MetadataError, match=message) as caught:
        parse(text)
    assert caught.value.cure


def test_a_given_label_map_is_kept_and_refuses_other_labels(tmp_path: Path) -> None:
    LabelMap.of(["c", "a", "b"]).save(tmp_path / "labels.json")
    known = LabelMap.load(tmp_path / "labels.json")
    table = parse("file,label\nx,c\ny,a\n", known)
    assert (table.labels.tolist(), table.label_map) == ([2, 0], known)
    error = refusal("file,label\nx,c\ny,z\n", known)
    assert [p.text for p in error.problems] == ["'z' is no label of the given label map"]


def test_a_label_map_that_was_changed_or_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    with pytest.raises(MetadataError, match="cannot be read"):
        LabelMap.load(path)
    path.write_text("{")
    with pytest.raises(MetadataError, match="no JSON"):
        LabelMap.load(path)
    LabelMap.of(["a", "b"]).save(path)
    path.write_text(path.read_text().replace('"b"', '"c"'))
    with pytest.raises(MetadataError, match="was changed"):
        LabelMap.load(path)
    LabelMap(("a", "a")).save(path)
    with pytest.raises(MetadataError, match="no label map"):
        LabelMap.load(path)


def test_folders_are_labels_and_what_is_above_them_their_class(tmp_path: Path) -> None:
    for name in ("shoes/boot/1.jpg", "shoes/boot/2.PNG", "tile/1.jpg", "tile/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "category.yaml").touch()
    table = read_training_folder(FolderStore(tmp_path), "images")
    assert table.files == ("shoes/boot/1.jpg", "shoes/boot/2.PNG", "tile/1.jpg")
    assert table.label_map.names == ("shoes/boot", "tile")
    assert table.classes == ("shoes", "")
    (tmp_path / "stray.jpg").touch()
    with pytest.raises(MetadataError, match=r"'stray.jpg': the label is empty\. Put every image"):
        read_training_folder(FolderStore(tmp_path), "images")


def test_a_table_is_read_from_its_file(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="cannot be read"):
        read_training_csv(tmp_path / "meta.csv")
    (tmp_path / "meta.csv").write_text("file,label\na,u\nb,v\n")
    assert read_training_csv(tmp_path / "meta.csv").source == "meta.csv"


def test_the_content_hash_ignores_the_order_of_rows_and_nothing_else() -> None:
    plain = parse("file,label\na,u\nb,v\n").content_sha256
    assert parse("file,label\nb,v\na,u\n").content_sha256 == plain
    assert parse("file,label\na,v\nb,u\n").content_sha256 != plain
    assert parse("file,label,group\na,u,g\nb,v,\n").content_sha256 != plain


cells = st.text(st.characters(exclude_characters=",;\t|\r\n\"'", codec="utf-8"), max_size=6)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_any_table_is_read_or_refused_in_a_sentence(rows: list[tuple[str, ...]]) -> None:
    text = "file,label,split,is_query\n" + "".join(
        f"{i}.jpg,{','.join(row)}\n" for i, row in enumerate(rows)
    )
    try:
        table = parse(text)
    except MetadataError as caught:
        error = caught
    else:
        assert len(table) == len(rows)
        assert set(table.labels.tolist()) == set(range(len(table.label_map)))
        return
    assert str(error).startswith("meta.csv: ")
    assert error.cure
