"""Directories of another image search: recognised by what lies in them, and read as meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.categories import CategoryCatalog, CategoryManifest, write_manifest
from common.errors import MetadataError
from common.importing import StagedCategory
from common.layouts import Layout, proposed_mapping, recognise
from common.planning import plan_index
from common.storage.folder import FolderStore
from tests.samples import make_services, picture

EXPORT = """recordID,imageURL,invNr,person,date,title,classification,matTec,institutionIsil,\
recordURL,imageLicence,relations,timestamp
14943,https://museum.example/i/14943,1916.0047.1,"Vallotton, Félix (1865 - 1925), Künstler",\
Enstehung des Druckträgers: 1915 - 1916,La tranchée,Druckgraphik,"Holzschnitt, Radierung",\
Graphische Sammlung (CH-1),https://museum.example/r/14943,PDM 1.0,"Dublette, 1916.0047.2",\
2020-06-25T20:22:59.957Z
7,https://museum.example/i/7,1916.0048,Anon,um 1700,Ohne Titel,Zeichnung,Feder,\
Graphische Sammlung (CH-1),https://museum.example/r/7,PDM 1.0,,2020-06-25T20:22:59.957Z
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    directory = tmp_path / "raw" / "prints"
    for file, colour in (("images/14/14943.png", "teal"), ("images/0/7.jpeg", "crimson")):
        (directory / file).parent.mkdir(parents=True, exist_ok=True)
        (directory / file).write_bytes(picture(colour, 1))
    (directory / "metadata").mkdir()
    (directory / "metadata" / "export.csv").write_text(EXPORT, encoding="utf-8")
    (directory / "metadata" / "notes.pdf").write_bytes(b"%PDF")
    return directory


def test_the_three_directories_are_recognised(dataset: Path) -> None:
    table = dataset / "metadata" / "export.csv"
    assert recognise(dataset) == Layout(dataset / "images", table, None)
    (dataset / "images_to_remove").mkdir()
    assert recognise(dataset).unwanted == dataset / "images_to_remove"
    other = dataset / "other.csv"
    assert recognise(dataset, other).metadata == other


def test_a_folder_for_each_class_is_no_such_layout(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    assert recognise(tmp_path) == Layout(tmp_path, None, None)


def test_several_tables_or_none_are_asked_about(dataset: Path) -> None:
    (dataset / "metadata" / "second.xlsx").write_bytes(b"")
    with pytest.raises(MetadataError, match=r"found: 'export.csv', 'second.xlsx'.*META"):
        recognise(dataset)
    for path in (dataset / "metadata").iterdir():
        path.unlink()
    with pytest.raises(MetadataError, match=r"found: none.*META"):
        recognise(dataset)


def test_the_columns_of_an_export_become_typed_fields(dataset: Path, tmp_path: Path) -> None:
    with StagedCategory(CategoryCatalog(tmp_path / "categories"), "prints", dataset) as staged:
        plan = plan_index(staged.category, FolderStore(staged.category.images_dir))
    payload = dict(plan.payloads["14/14943.png"])
    assert payload == {
        "file": "14/14943.png",
        "record_id": "14943",
        "image_url": "https://museum.example/i/14943",
        "inventory_number": "1916.0047.1",
        "person": ["Vallotton, Félix (1865 - 1925), Künstler"],
        "date": "Enstehung des Druckträgers: 1915 - 1916",
        "date_from": 1915,
        "date_to": 1916,
        "title": "La tranchée",
        "classification": "Druckgraphik",
        "material_technique": ["Holzschnitt", "Radierung"],
        "institution_isil": "Graphische Sammlung (CH-1)",
        "record_url": "https://museum.example/r/14943",
        "image_licence": "PDM 1.0",
        "relations": ["Dublette, 1916.0047.2"],
        "timestamp": "2020-06-25T20:22:59.957Z",
    }
    assert plan.fields["date_from"] == "integer"
    assert staged.category.manifest.link_field == "record_url"
    assert set(plan.payloads) == {"14/14943.png", "0/7.jpeg"}


def test_cleaned_tables_have_the_fields_names_already(dataset: Path) -> None:
    table = dataset / "metadata" / "clean.csv"
    table.write_text("id,record_id,date\n0,14943,1915\n")
    mapping = proposed_mapping(table)
    assert mapping["file_column"] == "record_id"
    assert CategoryManifest.model_validate(mapping).fields["date"].column == ""
    table.write_text("file,record_id\n0.png,14943\n")
    assert proposed_mapping(table) == {}


def test_a_mapping_that_someone_wrote_is_kept(dataset: Path, tmp_path: Path) -> None:
    catalog = CategoryCatalog(tmp_path / "categories")
    (catalog.root / "prints").mkdir(parents=True)
    written = CategoryManifest(title="Prints", file_template="{recordID}.png")
    write_manifest(catalog.root / "prints", written)
    with StagedCategory(catalog, "prints", dataset) as staged:
        assert staged.category.manifest.file_template == "{recordID}.png"
        assert staged.category.manifest.fields == {}


@pytest.mark.parametrize("copy", [False, True])
def test_pictures_to_remove_are_left_out_at_once_and_later(
    dataset: Path, tmp_path: Path, copy: bool
) -> None:
    unwanted = dataset / "images_to_remove"
    unwanted.mkdir()
    (unwanted / "placeholder.jpg").write_bytes((dataset / "images/0/7.jpeg").read_bytes())
    live = make_services(tmp_path / "data", embedder="histogram")
    with StagedCategory(live.catalog, "prints", dataset, copy=copy) as staged:
        live.index(staged.category)
        staged.commit()
    assert live.search.manifest("prints").count == 1
    live.index(live.catalog.get("prints"))
    assert live.search.manifest("prints").count == 1
