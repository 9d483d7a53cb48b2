"""What a category declares about its table, and what does not fit it."""

from __future__ import annotations

import re

import pytest

from common.errors import MetadataError
from common.metadata import (
    ColumnRule,
    MetadataRowsError,
    MetadataTable,
    TableMapping,
    match_files,
    read_table,
)


def read(text: str, mapping: TableMapping) -> MetadataTable:
    return read_table(text.encode(), "meta.csv", mapping)


def test_fields_are_read_from_the_columns_that_are_named_and_others_are_kept() -> None:
    mapping = TableMapping(
        {
            "technique": ColumnRule("list", "matTec", separator=","),
            "number": ColumnRule("keyword", "invNr"),
        }
    )
    table = read(
        "file,invNr,matTec,year\na.jpg,1916,'etching, drypoint',1502\n".replace("'", '"'), mapping
    )
    assert table.rows == {
        "a.jpg": {"number": "1916", "technique": ["etching", "drypoint"], "year": 1502}
    }
    assert table.fields == {"number": "keyword", "technique": "list", "year": "integer"}


def test_one_column_may_be_read_as_several_fields() -> None:
    mapping = TableMapping({"date": ColumnRule("keyword"), "made": ColumnRule("years", "date")})
    (row,) = read("file,date\na.jpg,um 1750\n", mapping).rows.values()
    assert row == {"date": "um 1750", "made": "um 1750", "made_from": 1750, "made_to": 1750}


def test_dates_that_are_not_understood_are_kept_without_years_and_told() -> None:
    mapping = TableMapping({"date": ColumnRule("years")})
    table = read("file,date\na.jpg,um 1750\nb.jpg,Barock\nc.jpg,o. J.\nd.jpg,\n", mapping)
    assert table.rows["b.jpg"] == {"date": "Barock", "date_from": None, "date_to": None}
    assert table.rows["c.jpg"] == {"date": "o. J.", "date_from": None, "date_to": None}
    assert table.rows["d.jpg"] == {"date": None, "date_from": None, "date_to": None}
    (unread,) = table.unread
    assert (unread.row, unread.text) == (3, "no year was understood in 'Barock'")


def test_an_id_column_and_a_template_name_the_images_and_the_ids_stay() -> None:
    mapping = TableMapping(file_template="scans/{id}.jpg")
    table = read("id,class\n7,x\n8,y\n", mapping)
    assert table.rows == {
        "scans/7.jpg": {"id": 7, "class": "x"},
        "scans/8.jpg": {"id": 8, "class": "y"},
    }


def test_a_template_may_complete_the_file_column_itself() -> None:
    table = read("file,class\n7,x\n", TableMapping(file_template="{file}.jpg"))
    assert table.rows == {"7.jpg": {"class": "x"}}


def test_a_file_column_of_another_name_holds_paths_and_is_no_field() -> None:
    table = read("path,class\nb\\a.jpg,x\n", TableMapping(file_column="path"))
    assert table.rows == {"b/a.jpg": {"class": "x"}}


@pytest.mark.parametrize("id_", ["", "../../etc/passwd", "/etc/passwd"])
def test_a_template_that_leads_nowhere_or_outside_is_a_problem_of_its_row(id_: str) -> None:
    with pytest.raises(MetadataRowsError, match="row 2: the file name is empty or leaves"):
        read(f"id,class\n{id_},x\n", TableMapping(file_template="{id}"))


def test_rows_that_name_stems_find_their_images_in_any_folder() -> None:
    mapping = TableMapping(file_column="recordID", file_match="stem")
    table = read("recordID,class\n14943,x\n7,y\n9,z\n", mapping)
    found = match_files(table, ["14/14943.png", "0/7.jpeg", "0/8.jpeg"], "stem")
    assert found.rows == {
        "14/14943.png": {"recordID": 14943, "class": "x"},
        "0/7.jpeg": {"recordID": 7, "class": "y"},
        "9": {"recordID": 9, "class": "z"},
    }
    assert found.row_numbers == {"14/14943.png": 2, "0/7.jpeg": 3, "9": 4}


def test_a_stem_of_several_images_is_a_problem_of_its_row() -> None:
    table = read("id\n7\n", TableMapping(file_column="id", file_match="stem"))
    with pytest.raises(MetadataRowsError, match=r"row 2: '7' could be '0/7.jpg' or '1/7.jpg'"):
        match_files(table, ["0/7.jpg", "1/7.jpg"], "stem")


def test_two_rows_that_mean_one_image_are_a_problem() -> None:
    table = read("id\n7\n7.jpg\n", TableMapping(file_column="id", file_match="stem"))
    with pytest.raises(MetadataRowsError, match=r"row 3: '7.jpg' again, first named in row 2"):
        match_files(table, ["7.jpg"], "stem")


def test_a_link_template_fills_the_links_that_a_table_does_not_give() -> None:
    mapping = TableMapping(link_field="page", link_template="https://papyri.info/ddbdp/{id}")
    table = read("file,id,page\na.jpg,p.oxy;1;2,\nb.jpg,x,https://example.org\nc.jpg,,\n", mapping)
    assert [row["page"] for row in table.rows.values()] == [
        "https://papyri.info/ddbdp/p.oxy;1;2",
        "https://example.org",
        None,
    ]
    assert table.fields["page"] == "link"


@pytest.mark.parametrize(
    ("template", "value", "link"),
    [
        ("https://a.example/{id}", "x/../y?z#é 1", "https://a.example/x%2F..%2Fy%3Fz%23%C3%A9%201"),
        ("https://a.example/{id}", "<script>", "https://a.example/%3Cscript%3E"),
        ("https://a.example/?q={id}&l=de", "a&b=c;d", "https://a.example/?q=a%26b%3Dc%3Bd&l=de"),
        ("http://a.example/{id}/{file}", "1", "http://a.example/1/a.jpg"),
    ],
)
def test_values_are_encoded_so_that_no_row_leaves_its_place_in_a_link(
    template: str, value: str, link: str
) -> None:
    mapping = TableMapping(link_field="page", link_template=template)
    (row,) = read(f'file,id\na.jpg,"{value}"\n', mapping).rows.values()
    assert row["page"] == link


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            TableMapping({"technique": ColumnRule("list", "matTek")}),
            "there is no column 'matTek' for the field 'technique' "
            "(columns: 'file', 'id', 'matTec', 'date')",
        ),
        (
            TableMapping({"dates": ColumnRule("years")}),
            "there is no column 'dates' for the field 'dates' "
            "(columns: 'file', 'id', 'matTec', 'date'). Did you mean 'date'?",
        ),
        (TableMapping(file_column="path"), "row 1 has no column 'path' (columns: 'file', 'id'"),
        (
            TableMapping(file_template="{nr}.jpg"),
            "The file_template '{nr}.jpg' names 'nr', which is no column of the table. "
            "Name one of its columns: 'file', 'id', 'matTec', 'date'",
        ),
        (TableMapping(file_template="always.jpg"), "is no text with columns in braces"),
        (TableMapping(file_template="{id}}.jpg"), "is no text with columns in braces"),
        (TableMapping(file_template="{id.__class__}"), "names 'id.__class__', which is no column"),
        (
            TableMapping(link_field="page", link_template="https://a.example/{nr}"),
            "The link_template 'https://a.example/{nr}' names 'nr', which is no column",
        ),
        (
            TableMapping(link_field="page", link_template="javascript:alert({id})"),
            "begins with no web site",
        ),
        (TableMapping(link_field="page", link_template="https://{id}/"), "begins with no web site"),
        (
            TableMapping(link_field="page", link_template="https://a{id}.example/"),
            "begins with no web site",
        ),
        (TableMapping(link_field="page", link_template="{id}"), "begins with no web site"),
        (
            TableMapping(link_field="page", link_template="https://[/{id}"),
            "begins with no web site",
        ),
        (TableMapping(link_template="https://a.example/{id}"), "has no field to fill"),
        (TableMapping(link_field="page"), "the link_field 'page' is none of its fields"),
        (TableMapping(file_column="id"), "has a column of that name that is not used for it"),
        (
            TableMapping({"date": ColumnRule("keyword", "matTec")}),
            "the field 'date' would be read from the column 'matTec' and from 'date'",
        ),
        (TableMapping({"_x": ColumnRule("keyword", "id")}), "begins with an underscore"),
        (
            TableMapping({"x": ColumnRule("years", "date"), "x_to": ColumnRule(None, "id")}),
            "column 'x_to' has the name of the years",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_one_sentence_with_the_cure(
    mapping: TableMapping, message: str
) -> None:
    with pytest.raises(MetadataError, match=re.escape(message)) as caught:
        read("file,id,matTec,date\na.jpg,1,x,1750\n", mapping)
    assert str(caught.value).startswith("meta.csv: ")
    assert caught.value.cure
