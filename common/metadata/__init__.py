"""Metadata tables: CSV, TSV, XLSX or JSONL in, one typed payload per image out.

Every problem is told with its row, numbered as a spreadsheet shows it: a table's header is row 1.
In JSONL, which has no header, the row is the line.
"""

from common.metadata.formats import (
    TABLE_SUFFIXES,
    check_table_name,
    read_raw_table,
    read_table_file,
)
from common.metadata.mapping import FILE_COLUMN, ColumnRule, FileMatch, TableMapping
from common.metadata.matching import match_files
from common.metadata.paths import normalised_path
from common.metadata.problems import MetadataRowsError, RowProblem
from common.metadata.reading import MetadataTable, read_csv, read_table, type_rows
from common.metadata.values import LIST_SEPARATOR
from common.metadata.years import YearRange, read_years, years_fields

__all__ = [
    "FILE_COLUMN",
    "LIST_SEPARATOR",
    "TABLE_SUFFIXES",
    "ColumnRule",
    "FileMatch",
    "MetadataRowsError",
    "MetadataTable",
    "RowProblem",
    "TableMapping",
    "YearRange",
    "check_table_name",
    "match_files",
    "normalised_path",
    "read_csv",
    "read_raw_table",
    "read_table",
    "read_table_file",
    "read_years",
    "type_rows",
    "years_fields",
]
