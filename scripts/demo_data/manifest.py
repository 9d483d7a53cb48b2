"""The text files of a category: metadata table, manifest and the stamp of its making."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from scripts.demo_data.designs import DemoCategory, Design
from scripts.demo_data.pictures import slug

STAMP_FILE = ".demo.json"

Stamp = Mapping[str, int]


def write_metadata(path: Path, designs: Sequence[Design], pictures_per_class: int) -> None:
    """One row per picture: file, class, label and the design's attributes."""
    columns = ["file", "class", "label", *designs[0].attributes]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for label, design in enumerate(designs):
            for number in range(1, pictures_per_class + 1):
                row: dict[str, str | int | float] = {
                    "file": f"{slug(design.name)}/{number:02d}.jpg",
                    "class": design.name,
                    "label": label,
                }
                writer.writerow(row | dict(design.attributes))


def write_manifest(path: Path, category: DemoCategory, examples: Mapping[str, str]) -> None:
    """`category.yaml`.

    Args:
        path: File to write.
        category: Texts and fields.
        examples: Titles of the example queries by path relative to the category.
    """
    fields = {
        column: {"type": text.type, "label": text.label}
        | ({"unit": text.unit} if text.unit is not None else {})
        for column, text in category.fields.items()
    }
    manifest = {
        "title": category.title,
        "description": category.description,
        "business_usage": category.business_usage,
        "source": {"name": category.source_name, "url": category.source_url},
        "licence": category.licence,
        "images": "images",
        "metadata": "meta.csv",
        "link_field": "source_link",
        "fields": fields,
        "examples": [{"file": file, "title": title} for file, title in examples.items()],
    }
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")


def write_stamp(directory: Path, stamp: Stamp) -> None:
    """Note how the category was made, so that the next run can tell whether it still holds."""
    (directory / STAMP_FILE).write_text(json.dumps(stamp) + "\n", encoding="utf-8")


def read_stamp(directory: Path) -> Stamp | None:
    """The note, or None if this program did not make the directory."""
    try:
        stamp = json.loads((directory / STAMP_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    return stamp if isinstance(stamp, dict) else None
