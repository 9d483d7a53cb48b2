"""The same rows as each of the formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

import openpyxl


def as_delimited(rows: Sequence[Mapping[str, object]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    columns = list(rows[0])
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return text.getvalue().encode()


def as_tsv(rows: Sequence[Mapping[str, object]]) -> bytes:
    return as_delimited(rows, "\t")


def as_xlsx(rows: Sequence[Mapping[str, object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row.values(), start=1):
            cell = sheet.cell(number, column)
            cell.value = value  # type: ignore[assignment]
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with = is no formula
    return saved(book)


def as_jsonl(rows: Sequence[Mapping[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FORMATS = {".csv": as_delimited, ".tsv": as_tsv, ".xlsx": as_xlsx, ".jsonl": as_jsonl}
