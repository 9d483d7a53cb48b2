"""Training asks a category for its labels as its index has them."""

from __future__ import annotations

import pytest
from PIL import Image

from common.assembly import assemble
from common.categories import CategoryManifest, FieldDescription, write_manifest
from common.errors import MetadataError
from common.overlay import FileEdit
from common.settings import Settings
from scripts.train.labels import labels_of


@pytest.fixture
def live(tmp_path):
    return assemble(Settings(_env_file=None, data_dir=tmp_path, embedder="histogram"))


def category(live, files, manifest, table=None):
    directory = live.catalog.root / "prints"
    for file in files:
        path = directory / "images" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(path)
    if table is not None:
        (directory / manifest.metadata).write_text(table)
    write_manifest(directory, manifest)
    return live.catalog.get("prints")


def labelled(table):
    names = [table.label_map.names[label] for label in table.labels]
    return dict(zip(table.files, names, strict=True))


MAPPED = CategoryManifest(
    metadata="table.tsv",
    file_column="id",
    file_template="{id}.png",
    fields={"label": FieldDescription(column="sitter")},
)
TABLE = "id\tsitter\n1\tAnna\n2\tAnna\n3\tBerta\n4\tBerta\n"


def test_a_mapped_table_of_another_format_is_trained_on(live):
    found = category(live, ["1.png", "2.png", "3.png", "4.png"], MAPPED, TABLE)

    assert labelled(labels_of(found, live)) == {
        "1.png": "Anna", "2.png": "Anna", "3.png": "Berta", "4.png": "Berta",
    }  # fmt: skip


def test_what_people_corrected_and_removed_counts(live):
    found = category(live, ["1.png", "2.png", "3.png", "4.png"], MAPPED, TABLE)
    live.files.edits("prints").write(
        {"2.png": FileEdit(changes={"label": "Berta"}), "4.png": FileEdit(removed="record")}
    )

    assert labelled(labels_of(found, live)) == {
        "1.png": "Anna", "2.png": "Berta", "3.png": "Berta",
    }  # fmt: skip


def test_folders_are_labels_and_the_path_above_them_the_class(live):
    files = ["boots/a/1.png", "boots/b/2.png", "hats/c/3.png"]
    table = labels_of(category(live, files, CategoryManifest()), live)

    assert labelled(table) == {
        "boots/a/1.png": "boots/a", "boots/b/2.png": "boots/b", "hats/c/3.png": "hats/c",
    }  # fmt: skip


def test_a_missing_label_is_named_with_the_row_of_the_table(live):
    found = category(live, ["1.png", "2.png", "3.png"], MAPPED, "id\tsitter\n1\tA\n2\t\n3\tB\n")

    with pytest.raises(MetadataError, match="row 3"):
        labels_of(found, live)
