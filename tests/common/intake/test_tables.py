"""A delivered table, joined with the category's: rows for all images, and none lost."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from common.assembly import Services
from common.categories import Category, CategoryManifest, FieldDescription, write_manifest
from common.errors import MetadataError
from common.intake.addresses import parse_address
from common.intake.row_targets import Images
from common.intake.tables import joined
from common.intake.text_tables import TextTable, csv_text, read_text_table
from common.metadata import MetadataRowsError
from tests.common.intake.conftest import TakeIn, tree
from tests.samples import picture

ONE, TWO, THREE = (picture(colour, 1) for colour in ("crimson", "teal", "amber"))


@pytest.fixture
def directory(fresh: Services) -> Path:
    return fresh.catalog.root / "prints"


def table_of(directory: Path, name: str = "meta.csv") -> list[str]:
    return (directory / name).read_text(encoding="utf-8").splitlines()


def payload(live: Services, file: str) -> dict[str, object]:
    """Return what the index tells of an image, after indexing."""
    live.index(live.catalog.get("prints"))
    points = live.store.open("prints").scroll(limit=100).points
    (found,) = (dict(p.payload) for p in points if p.payload["file"] == file)
    return found


def test_a_category_of_folders_gets_a_table_with_rows_for_all(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    take({"boots/1.jpg": ONE, "loose.jpg": TWO})
    take({"sandals/2.jpg": THREE}, table=("t.csv", b"file,price\nsandals/2.jpg,3.5\n"))
    assert fresh.catalog.get("prints").manifest.metadata == "meta.csv"
    assert table_of(directory) == [
        "file,price,class",
        "sandals/2.jpg,3.5,sandals",
        "boots/1.jpg,,boots",
        "loose.jpg,,",
    ]
    found = payload(fresh, "sandals/2.jpg")
    assert (found["price"], found["class"]) == (3.5, "sandals")


def test_later_tables_add_columns_and_correct_rows(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    take({"1.jpg": ONE, "2.jpg": TWO}, table=("t.csv", b"file,price,note\n1.jpg,1,a\n2.jpg,2,b\n"))
    take({"3.jpg": THREE}, table=("u.tsv", b"file\tyear\tprice\n3.jpg\t1900\t9\n1.jpg\t1800\t7\n"))
    assert table_of(directory) == [
        "file,price,note,year",
        "1.jpg,7,a,1800",
        "2.jpg,2,b,",
        "3.jpg,9,,1900",
    ]
    assert payload(fresh, "1.jpg")["price"] == 7


def test_images_without_a_row_get_one(take: TakeIn, fresh: Services, directory: Path) -> None:
    take({"1.jpg": ONE}, table=("t.csv", b"file,class,price\n1.jpg,x,1\n"))
    take({"boots/2.jpg": TWO, "3.jpg": THREE})
    assert table_of(directory)[2:] == ["3.jpg,,", "boots/2.jpg,boots,"]
    assert payload(fresh, "boots/2.jpg")["class"] == "boots"


def test_a_table_alone_tells_of_images_that_are_there(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    take({"1.jpg": ONE})
    report = take(table=("t.csv", b"file,price\n1.jpg,4\n"))
    assert (report.added, report.unchanged) == ([], [])
    assert payload(fresh, "1.jpg")["price"] == 4


def test_rows_name_images_as_they_were_handed_in(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    files = {"1.jpg": ONE, "scan.001": TWO, "Fu\u0308\u00dfe.jpg": THREE}
    rows = "file,n\n1.jpg,1\nscan.001,2\nF\u00fc\u00dfe.jpg,3\n"
    take(files, label="new", table=("t.csv", rows.encode()))
    assert table_of(directory) == [
        "file,n,class",
        "new/1.jpg,1,new",
        "new/scan.001.jpg,2,new",
        "new/F\u00fc\u00dfe.jpg,3,new",
    ]


def test_a_row_that_names_no_image_is_told_by_its_number_and_nothing_is_placed(
    take: TakeIn, directory: Path
) -> None:
    take({"1.jpg": ONE})
    before = tree(directory)
    with pytest.raises(MetadataRowsError, match=r"t\.csv: row 3: there is no image 'x\.jpg'"):
        take({"2.jpg": TWO}, table=("t.csv", b"file,n\n2.jpg,1\nx.jpg,2\n"))
    with pytest.raises(MetadataRowsError, match=r"row 3: '1\.jpg' again, first named in row 2"):
        take({"1.jpg": ONE}, label="", table=("t.csv", b"file,n\n1.jpg,1\n./1.jpg,2\n"))
    with pytest.raises(MetadataError, match="no column 'file'"):
        take({"2.jpg": TWO}, table=("t.csv", b"name\n2.jpg\n"))
    assert tree(directory) == before


def test_rows_of_images_that_were_refused_or_left_out_are_left_out(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    table = ("t.csv", b"file,n\n1.jpg,1\nbroken.jpg,2\ncopy.jpg,3\n")
    take({"1.jpg": ONE, "broken.jpg": b"x", "copy.jpg": ONE}, duplicates="skip", table=table)
    assert table_of(directory) == ["file,n", "1.jpg,1"]
    assert payload(fresh, "1.jpg")["n"] == 1


def test_a_value_that_the_manifest_types_otherwise_is_refused_before_anything_is_placed(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    manifest = CategoryManifest(fields={"year": FieldDescription(type="integer")})
    write_manifest(directory, manifest)
    before = tree(directory)
    with pytest.raises(MetadataRowsError, match=r"row 2: 'old' in column 'year' is no integer"):
        take({"1.jpg": ONE}, table=("t.csv", b"file,year\n1.jpg,old\n"))
    assert tree(directory) == before


def test_tables_of_every_format_mean_the_same(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["file", "code", "tags"])
    book.active.append(["1.jpg", "007", "a;b"])
    stream = io.BytesIO()
    book.save(stream)
    row = {"file": "2.jpg", "code": "008", "tags": ["a", "c"]}
    take({"1.jpg": ONE}, table=("t.xlsx", stream.getvalue()))
    take({"2.jpg": TWO}, table=("t.jsonl", json.dumps(row).encode()))
    assert table_of(directory) == ["file,code,tags", "1.jpg,007,a;b", "2.jpg,008,a;c"]
    assert payload(fresh, "1.jpg")["code"] == "007"


def test_a_table_of_another_format_stays_and_the_joined_one_is_csv(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    take({"1.jpg": ONE})
    line = b'{"file": "1.jpg", "n": 5}\n'
    (directory / "own.jsonl").write_bytes(line)
    write_manifest(directory, CategoryManifest(metadata="own.jsonl"))
    take({"2.jpg": TWO})
    assert (directory / "own.jsonl").read_bytes() == line
    assert fresh.catalog.get("prints").manifest.metadata == "meta.csv"
    assert table_of(directory) == ["file,n", "1.jpg,5", "2.jpg,"]


@pytest.mark.parametrize("own", ["own.tsv", None])
def test_a_file_that_is_not_the_table_of_the_category_is_never_overwritten(
    take: TakeIn, fresh: Services, directory: Path, own: str | None
) -> None:
    take({"1.jpg": ONE})
    write_manifest(directory, CategoryManifest(metadata=own))
    (directory / "own.tsv").write_text("file\tn\n1.jpg\t5\n")
    (directory / "meta.csv").write_text("of somebody else\n")
    take({"2.jpg": TWO}, table=("t.csv", b"file,n\n2.jpg,6\n"))
    assert table_of(directory) == ["of somebody else"]
    assert fresh.catalog.get("prints").manifest.metadata == "meta-2.csv"
    assert "2.jpg,6" in table_of(directory, "meta-2.csv")
    assert payload(fresh, "2.jpg")["n"] == 6


def test_a_table_that_an_interrupted_run_wrote_is_taken_for_what_it_is(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    take({"1.jpg": ONE}, table=("t.csv", b"file,n\n1.jpg,5\n"))
    write_manifest(directory, CategoryManifest())
    take({"1.jpg": ONE}, table=("t.csv", b"file,n\n1.jpg,5\n"))
    assert fresh.catalog.get("prints").manifest.metadata == "meta.csv"
    assert not (directory / "meta-2.csv").exists()


def test_what_the_manifest_says_of_columns_holds_for_delivered_tables_too(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    manifest = CategoryManifest(
        metadata="own.csv",
        file_column="picture",
        fields={
            "tags": FieldDescription(type="list", separator="|"),
            "sheet": FieldDescription(type="integer", column="No."),
        },
    )
    write_manifest(directory, manifest)
    (directory / "own.csv").write_text("picture,No.,tags\n1.jpg,1,a|b\n")
    (directory / "images" / "1.jpg").write_bytes(ONE)
    take({"2.jpg": TWO, "3.jpg": THREE}, table=("t.csv", b"picture,No.\n2.jpg,2\n"))
    assert table_of(directory, "own.csv") == [
        "picture,No.,tags",
        "1.jpg,1,a|b",
        "2.jpg,2,",
        "3.jpg,,",
    ]
    found = payload(fresh, "2.jpg")
    assert (found["sheet"], found["tags"]) == (2, [])


def test_images_named_by_several_columns_need_rows_of_their_own(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    write_manifest(directory, CategoryManifest(metadata="own.csv", file_template="{id}.jpg"))
    (directory / "own.csv").write_text("id,n\n1,5\n")
    (directory / "images" / "1.jpg").write_bytes(ONE)
    with pytest.raises(MetadataError, match=r"own\.csv: 1 images have no row: '3\.jpg'"):
        take({"3.jpg": THREE})
    take({"3.jpg": THREE}, table=("t.csv", b"id,n\n3,6\n"))
    assert table_of(directory, "own.csv") == ["id,n", "1,5", "3,6"]
    assert payload(fresh, "3.jpg")["n"] == 6


def test_images_named_by_stem_get_rows_by_stem(
    take: TakeIn, fresh: Services, directory: Path
) -> None:
    write_manifest(
        directory, CategoryManifest(metadata="own.csv", file_column="id", file_match="stem")
    )
    (directory / "own.csv").write_text("id,n\none,5\n")
    (directory / "images" / "one.jpg").write_bytes(ONE)
    take({"a/two.jpg": TWO, "a/three.jpg": THREE}, table=("t.csv", b"id,n\ntwo,6\n"))
    assert table_of(directory, "own.csv") == ["id,n", "one,5", "two,6", "three,"]
    assert payload(fresh, "a/two.jpg")["n"] == 6


@pytest.fixture
def by_stem(fresh: Services, directory: Path) -> Path:
    """The category, whose table names the image 'x/p1.jpg' by its stem; returns its images."""
    write_manifest(
        directory, CategoryManifest(metadata="own.csv", file_column="id", file_match="stem")
    )
    (directory / "own.csv").write_text("id,n\np1,5\n")
    (directory / "images" / "x").mkdir()
    (directory / "images" / "x" / "p1.jpg").write_bytes(ONE)
    return directory / "images"


def test_of_images_named_by_stem_no_two_get_one_stem(
    take: TakeIn, fresh: Services, directory: Path, by_stem: Path
) -> None:
    files = {"y/p1.jpg": TWO, "p2.jpg": TWO, "p2.png": THREE, "x/p1.jpg": THREE}
    before = tree(directory)
    for row, told in ((b"p1,9", "'x/p1.jpg' or 'y/p1.jpg'"), (b"p2,7", "'p2.jpg' or 'p2.png'")):
        with pytest.raises(MetadataRowsError, match=f"row 2: '.*' could be {told}"):
            take(files, table=("t.csv", b"id,n\n" + row + b"\n"))
    assert tree(directory) == before
    report = take(files)
    assert {skip.file: skip.reason for skip in report.skipped} == {
        "y/p1.jpg": "name is taken",
        "p2.png": "name is taken",
    }
    assert "'x/p1.jpg'" in report.skipped[1].detail
    assert tree(by_stem) == {"x/p1.jpg": THREE, "p2.jpg": TWO}
    assert payload(fresh, "p2.jpg")["n"] is None


def test_a_copy_of_equal_stem_is_a_duplicate_where_duplicates_are_left_out(
    take: TakeIn, by_stem: Path
) -> None:
    report = take({"y/p1.jpg": ONE}, duplicates="skip", table=("t.csv", b"id,n\np1,7\n"))
    assert (report.duplicates, report.skipped) == ([("y/p1.jpg", "x/p1.jpg")], [])


def test_an_image_that_is_refused_for_its_stem_makes_no_duplicate(
    take: TakeIn, by_stem: Path
) -> None:
    report = take([("y/p1.jpg", TWO), ("z/p3.jpg", TWO)], duplicates="skip")
    assert (report.added, report.duplicates) == (["z/p3.jpg"], [])


def test_images_that_no_table_names_may_have_equal_stems(
    take: TakeIn, fresh: Services, directory: Path, by_stem: Path
) -> None:
    take({"images_to_remove/p1.jpg": TWO})
    assert len(tree(by_stem)) == 2
    write_manifest(directory, CategoryManifest(file_match="stem"))
    take({"y/p1.jpg": THREE})
    assert len(tree(by_stem)) == 3


def test_a_row_without_its_image_keeps_its_name_when_it_is_told_anew(
    take: TakeIn, fresh: Services, directory: Path, by_stem: Path
) -> None:
    (directory / "own.csv").write_text("id,n\np1,5\np.oxy.1,6\n")
    take(table=("t.csv", b"id,n\np.oxy.1,7\n"))
    assert table_of(directory, "own.csv") == ["id,n", "p1,5", "p.oxy.1,7"]


@pytest.mark.parametrize(
    "written",
    [
        "https://a.example/x/\u00dcbersicht 1.jpg",
        "HTTPS://A.Example/x/%C3%9Cbersicht%201.jpg",
        "https://a.example:443/x/\u00dcbersicht%201.jpg#page",
    ],
)
@pytest.mark.parametrize("template", ["", "{file}"])
def test_an_address_in_a_row_means_the_same_however_it_is_written(
    fresh: Services, directory: Path, written: str, template: str
) -> None:
    address = str(parse_address(written))
    manifest = CategoryManifest(file_template=template)
    delivered = read_text_table(f"file,n\n{written},5\n".encode(), "t.csv", manifest)
    refused = Images((), (), {}, (address,))
    category = Category("prints", directory, manifest)
    assert joined(category, delivered, refused) is not None
    with pytest.raises(MetadataRowsError) as caught:
        joined(category, delivered, Images((), (), {}, ()))
    assert f"there is no image '{written}'" in str(caught.value)
    if not template:
        table = joined(category, delivered, Images((), ("1.jpg",), {address: "1.jpg"}, ()))
        assert table is not None
        assert csv_text(table) == "file,n\n1.jpg,5\n"


def test_a_row_may_name_an_image_by_its_address(fresh: Services, directory: Path) -> None:
    address = "https://a.example/x/1.jpg?size=full"
    delivered = read_text_table(
        f"file,n\n{address},5\nhttps://a.example/gone.jpg,6\n".encode(),
        "t.csv",
        CategoryManifest(),
    )
    images = Images(
        existing=(),
        placed=("1-0a1b2c3d.jpg",),
        given={address: "1-0a1b2c3d.jpg"},
        refused=("https://a.example/gone.jpg",),
    )
    table = joined(fresh.catalog.get("prints"), delivered, images)
    assert table is not None
    assert csv_text(table) == "file,n\n1-0a1b2c3d.jpg,5\n"


def test_what_is_not_indexed_gets_no_row(take: TakeIn, fresh: Services, directory: Path) -> None:
    images = directory / "images"
    (images / "images_to_remove").mkdir()
    (images / "images_to_remove" / "no-photo.jpg").write_bytes(picture("teal", 9))
    (images / "notes.txt").write_text("words")
    (images / "old.jpg").write_bytes(ONE)
    files = {"new.jpg": TWO, "images_to_remove/other.jpg": THREE}
    take(files, table=("t.csv", b"file,n\nnew.jpg,1\n"))
    assert table_of(directory) == ["file,n", "new.jpg,1", "old.jpg,"]
    assert payload(fresh, "new.jpg")["n"] == 1


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)
columns = st.lists(
    cells.filter(lambda name: name and name != "file" and not name.startswith("_")),
    max_size=4,
    unique=True,
)


@given(columns, st.data())
def test_what_is_written_reads_back_as_it_was(columns: list[str], data: st.DataObject) -> None:
    rows = {
        f"{number}.jpg": {
            "file": f"{number}.jpg",
            **{column: data.draw(cells) for column in columns},
        }
        for number in range(data.draw(st.integers(0, 4)))
    }
    table = TextTable("t.csv", ["file", *columns], rows, {})
    back = read_text_table(csv_text(table).encode(), "t.csv", CategoryManifest())
    assert (list(back.columns), back.rows) == (table.columns, rows)
