"""Metadata tables: what is read, what is refused, and that row numbers are a spreadsheet's."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.errors import MetadataError
from common.metadata import MetadataRowsError, normalised_path, read_csv


def read(text: str, **declared: str):
    return read_csv(text.encode(), "meta.csv", declared)  # type: ignore[arg-type]


def test_a_table_becomes_typed_rows_by_file() -> None:
    table = read("file,class,label,price\na.jpg,boot,0,12.5\nb/c.jpg,shoe,1,7\n")
    assert table.rows == {
        "a.jpg": {"class": "boot", "label": 0, "price": 12.5},
        "b/c.jpg": {"class": "shoe", "label": 1, "price": 7.0},
    }
    assert table.fields == {"class": "keyword", "label": "integer", "price": "number"}
    assert table.row_numbers == {"a.jpg": 2, "b/c.jpg": 3}


def test_the_nameless_index_column_of_pandas_is_dropped() -> None:
    table = read(",file,class,label\n0,a.jpg,boot,3\n")
    assert table.rows == {"a.jpg": {"class": "boot", "label": 3}}


def test_a_later_column_without_a_name_must_be_empty() -> None:
    assert read("file,class,,\na.jpg,boot,,\n").rows == {"a.jpg": {"class": "boot"}}
    with pytest.raises(MetadataRowsError, match="row 2: a value in column 3, which has no name"):
        read("file,class,\na.jpg,boot,lost\n")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_delimiter_byte_order_mark_and_line_ends_are_recognised(
    delimiter: str, mark: str, newline: str
) -> None:
    text = mark + newline.join([f"file{delimiter}class", f"a.jpg{delimiter}boot", ""])
    assert read(text).rows == {"a.jpg": {"class": "boot"}}


def test_empty_cells_are_none_and_empty_lines_are_passed_over() -> None:
    table = read("file,year,class\na.jpg,,\n\n,,\nb.jpg,1900,x\n")
    assert table.rows == {
        "a.jpg": {"year": None, "class": None},
        "b.jpg": {"year": 1900, "class": "x"},
    }
    assert table.row_numbers["b.jpg"] == 5


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2"], "integer"),
        (["1", "2.5"], "number"),
        (["1e3", "-2"], "number"),
        (["007", "12"], "keyword"),
        (["1_000"], "keyword"),
        (["٣"], "keyword"),
        (["nan"], "keyword"),
        (["1", "x"], "keyword"),
        (["", ""], "keyword"),
        (["99999999999999999999"], "keyword"),
        (["9999999999999999999", "1.5"], "keyword"),
    ],
)
def test_types_are_inferred_only_where_nothing_is_lost(values: list[str], kind: str) -> None:
    rows = "".join(f"{i}.jpg,{value}\n" for i, value in enumerate(values))
    assert read("file,v\n" + rows).fields == {"v": kind}


def test_declared_types_are_kept_and_lists_are_split() -> None:
    table = read(
        "file,colours,code,born\na.jpg,red; blue ;,12,2020-01-31\nb.jpg,,13,\n",
        colours="list",
        code="keyword",
        born="date",
    )
    assert table.rows == {
        "a.jpg": {"colours": ["red", "blue"], "code": "12", "born": "2020-01-31"},
        "b.jpg": {"colours": [], "code": "13", "born": None},
    }


def test_every_wrong_row_is_named_with_its_number() -> None:
    text = "file,year\na.jpg,1900\nb.jpg,soon\na.jpg,1901\n,3\n../x.jpg,4\nc.jpg,1,2\nd.jpg\n"
    with pytest.raises(MetadataRowsError) as caught:
        read(text, year="integer")
    assert [problem.row for problem in caught.value.problems] == [3, 4, 5, 6, 7, 8]
    message = str(caught.value)
    assert message.startswith("meta.csv: row 3: 'soon' in column 'year' is no integer; row 4:")
    assert "'a.jpg' again, first named in row 2" in message
    assert message.endswith("Correct these rows and try again.")


def test_of_many_wrong_rows_ten_are_shown_and_the_rest_counted() -> None:
    text = "file,n\n" + "".join(f"{i}.jpg,x\n" for i in range(25))
    with pytest.raises(MetadataRowsError, match="and 15 more") as caught:
        read(text, n="integer")
    assert len(caught.value.problems) == 25


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "row 1 has no column 'file'"),
        (b"image,class\na,b\n", r"no column 'file' \(columns: 'image', 'class'\)"),
        (b"file,class,class\n", "two columns are named 'class'"),
        (b"file,_sha256\n", "'_sha256' begins with an underscore"),
        (b"file,class\na.jpg,caf\xe9\n", "row 2 is not UTF-8"),
        (b"file\na\0.jpg\n", "row 2 holds a NUL byte"),
        (b'file,class\na.jpg,"open\n', "row 2 cannot be read"),
        (b"PK\x03\x04\x00\x00", "NUL byte"),
    ],
)
def test_what_is_no_table_is_refused_with_row_and_cure(content: bytes, message: str) -> None:
    with pytest.raises(MetadataError, match=message) as caught:
        read_csv(content, "meta.csv")
    assert caught.value.cure


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.jpg", "a.jpg"),
        (" b/a.jpg ", "b/a.jpg"),
        ("b\\a.jpg", "b/a.jpg"),
        ("./a.jpg", "a.jpg"),
        ("", None),
        (".", None),
        ("../a.jpg", None),
        ("b/../../a.jpg", None),
        ("/etc/passwd", None),
        ("C:\\a.jpg", None),
        ("\\\\host\\a.jpg", None),
        ("a\0.jpg", None),
    ],
)
def test_file_names_are_normalised_and_never_leave_the_directory(
    text: str, path: str | None
) -> None:
    assert normalised_path(text) == path


cells = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=12
).map(str.strip)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_any_text_written_as_csv_is_read_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "first", "second"])
    writer.writerows([f"{i}.jpg", *row] for i, row in enumerate(rows))
    table = read_csv(
        text.getvalue().encode(), "meta.csv", {"first": "keyword", "second": "keyword"}
    )
    expected = [(first or None, second or None) for first, second in rows]
    assert [(row["first"], row["second"]) for row in table.rows.values()] == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_metadata_error(content: bytes) -> None:
    try:
        table = read_csv(content, "meta.csv")
    except MetadataError as caught:
        error = caught
    else:
        assert all(normalised_path(file) == file for file in table.rows)
        return
    assert str(error).startswith("meta.csv: row ")


@given(st.text(max_size=40))
@example("0 \\")
@example("./ 0")
def test_normalised_paths_stay_inside_and_normalise_to_themselves(text: str) -> None:
    path = normalised_path(text)
    if path is not None:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
        assert normalised_path(path) == path
