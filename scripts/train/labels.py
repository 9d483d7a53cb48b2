"""The labels of a category, as its index has them: by its mapping, with what people corrected."""

from __future__ import annotations

from pathlib import PurePosixPath

from common.assembly import Services
from common.categories import Category
from common.metadata import MetadataTable
from common.planning import Plan, plan_index
from metrics.data import TrainingTable, training_table


def labels_of(category: Category, live: Services) -> TrainingTable:
    """Return what there is to train on.

    The table may be of any format and mapping that the category's index takes; what people changed
    or removed by hand counts. Pictures without a row, and rows without a picture, are left out.

    Args:
        category: whose pictures lie on the disk.
        live: for its files and edits.

    Raises:
        MetadataError: the table or files are wrong, there are no labels, or one label only.
        IndexingError: there is no picture at all.
        StorageUnavailable: the pictures cannot be reached.
    """
    files = live.files
    plan = plan_index(
        category,
        files.images(category),
        allow_mismatch=True,
        edits=files.edits(category.name).read(),
    )
    path = category.metadata_path
    rows = _by_folder(plan) if path is None else plan.payloads
    return training_table(
        MetadataTable(
            source=str(category.images_dir) if path is None else path.name,
            rows={
                file: {k: v for k, v in row.items() if k != "file"} for file, row in rows.items()
            },
            row_numbers=plan.row_numbers or dict(zip(rows, range(1, len(rows) + 1), strict=True)),
            fields={name: type_ for name, type_ in plan.fields.items() if name != "file"},
        )
    )


def _by_folder(plan: Plan) -> dict[str, dict[str, str]]:
    """Return a folder's path as the label of its pictures, and the path above it as the class."""
    rows = {}
    for file, payload in plan.payloads.items():
        label = str(payload.get("class") or "")
        above = str(PurePosixPath(label).parent)
        rows[file] = {"label": label, "class": "" if above == "." else above}
    return rows
