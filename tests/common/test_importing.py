"""Bringing a directory in: visible whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.categories import CategoryCatalog, CategoryManifest, write_manifest
from common.errors import (
    CategoryExists,
    CategoryNameError,
    IndexingError,
    MetadataError,
    StorageUnavailable,
)
from common.importing import StagedCategory
from common.planning import plan_index
from common.storage.folder import FolderStore
from tests.common.metadata.tables import FORMATS
from tests.samples import fill_folder


@pytest.fixture
def catalog(tmp_path: Path) -> CategoryCatalog:
    return CategoryCatalog(tmp_path / "categories")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    fill_folder(tmp_path / "images", each=1)
    return tmp_path / "images"


def left_behind(catalog: CategoryCatalog) -> list[str]:
    return [path.name for path in catalog.root.iterdir()] if catalog.root.exists() else []


def test_nothing_is_visible_before_the_commit(catalog: CategoryCatalog, images: Path) -> None:
    with StagedCategory(catalog, "mine", images) as staged:
        assert catalog.list() == []
        staged.commit()
        assert [entry.name for entry in catalog.list()] == ["mine"]
    assert left_behind(catalog) == ["mine"]


def test_without_a_commit_nothing_is_left(catalog: CategoryCatalog, images: Path) -> None:
    with StagedCategory(catalog, "mine", images, copy=True):
        pass
    assert left_behind(catalog) == []


def test_a_failure_after_the_commit_takes_a_new_category_back(
    catalog: CategoryCatalog, images: Path
) -> None:
    with (
        pytest.raises(IndexingError),
        StagedCategory(catalog, "mine", images, copy=True) as staged,
    ):
        staged.commit()
        raise IndexingError("Publishing failed")
    assert left_behind(catalog) == []
    assert len(list(images.rglob("*.jpg"))) == 3


def test_a_failure_after_the_commit_restores_what_was_there_before(
    catalog: CategoryCatalog, images: Path
) -> None:
    (catalog.root / "mine").mkdir(parents=True)
    former = CategoryManifest(title="Mine", images="/former")
    write_manifest(catalog.root / "mine", former)
    with pytest.raises(IndexingError), StagedCategory(catalog, "mine", images) as staged:
        staged.commit()
        assert catalog.get("mine").images_dir == images
        raise IndexingError("Publishing failed")
    assert CategoryCatalog(catalog.root).get("mine").manifest == former
    assert left_behind(catalog) == ["mine"]


def test_copying_takes_images_and_table_along(
    catalog: CategoryCatalog, images: Path, tmp_path: Path
) -> None:
    (tmp_path / "table.csv").write_text("file\n")
    with StagedCategory(catalog, "mine", images, tmp_path / "table.csv", copy=True) as staged:
        staged.commit()
    category = catalog.get("mine")
    assert category.images_dir == catalog.root / "mine" / "images"
    assert category.metadata_path == catalog.root / "mine" / "meta.csv"
    assert len(list(category.images_dir.rglob("*.jpg"))) == 3


def test_two_imports_under_one_name_do_not_disturb_each_other(
    catalog: CategoryCatalog, images: Path
) -> None:
    with StagedCategory(catalog, "mine", images) as one:
        with StagedCategory(catalog, "mine", images):
            pass
        one.commit()
    assert left_behind(catalog) == ["mine"]


def test_a_folder_that_lies_in_the_catalog_becomes_a_category_where_it_is(
    catalog: CategoryCatalog,
) -> None:
    fill_folder(catalog.root / "mine", each=1)
    with StagedCategory(catalog, "mine", catalog.root / "mine") as staged:
        staged.commit()
    assert catalog.get("mine").images_dir == catalog.root / "mine"
    assert len(list((catalog.root / "mine").rglob("*.jpg"))) == 3


def test_a_failure_takes_only_the_manifest_from_a_folder_that_lies_in_the_catalog(
    catalog: CategoryCatalog,
) -> None:
    fill_folder(catalog.root / "mine", each=1)
    with (
        pytest.raises(IndexingError),
        StagedCategory(catalog, "mine", catalog.root / "mine") as staged,
    ):
        staged.commit()
        raise IndexingError("Publishing failed")
    assert catalog.list() == []
    assert len(list((catalog.root / "mine").rglob("*.jpg"))) == 3


def test_bringing_the_same_in_again_leaves_comments_in_the_manifest(
    catalog: CategoryCatalog, images: Path
) -> None:
    with StagedCategory(catalog, "mine", images) as staged:
        staged.commit()
    path = catalog.root / "mine" / "category.yaml"
    path.write_text("# a note to myself\n" + path.read_text())
    with StagedCategory(catalog, "mine", images) as staged:
        staged.commit()
    assert path.read_text().startswith("# a note to myself")


def test_a_directory_that_holds_the_catalog_is_not_copied_into_itself(
    catalog: CategoryCatalog, tmp_path: Path
) -> None:
    with pytest.raises(StorageUnavailable, match="holds the catalog itself"):
        StagedCategory(catalog, "mine", tmp_path, copy=True)
    assert left_behind(catalog) == []


def test_links_are_copied_as_links(catalog: CategoryCatalog, images: Path) -> None:
    (images / "dangling.jpg").symlink_to("nowhere")
    with StagedCategory(catalog, "mine", images, copy=True) as staged:
        staged.commit()
    assert (catalog.root / "mine" / "images" / "dangling.jpg").is_symlink()


def test_wrong_arguments_are_refused_before_anything_is_written(
    catalog: CategoryCatalog, images: Path, tmp_path: Path
) -> None:
    with pytest.raises(CategoryNameError):
        StagedCategory(catalog, "no/name", images)
    with pytest.raises(StorageUnavailable, match="IMAGES"):
        StagedCategory(catalog, "mine", tmp_path / "absent")
    with pytest.raises(MetadataError, match="META"):
        StagedCategory(catalog, "mine", images, tmp_path / "absent.csv")
    assert left_behind(catalog) == []


def test_copying_over_an_existing_category_is_refused(
    catalog: CategoryCatalog, images: Path
) -> None:
    with StagedCategory(catalog, "mine", images) as staged:
        staged.commit()
    with pytest.raises(CategoryExists, match="'mine'"):
        StagedCategory(catalog, "mine", images, copy=True)


def test_a_catalog_that_cannot_be_written_is_named(
    catalog: CategoryCatalog, images: Path, tmp_path: Path
) -> None:
    catalog.root.write_text("a file where the directory should be")
    with pytest.raises(StorageUnavailable, match="DATA_DIR"):
        StagedCategory(catalog, "mine", images)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_copied_table_keeps_its_format(
    catalog: CategoryCatalog, images: Path, tmp_path: Path, suffix: str
) -> None:
    table = tmp_path / f"table{suffix}"
    table.write_bytes(FORMATS[suffix]([{"file": "teal/0.jpg", "year": 1900}]))
    with StagedCategory(catalog, "mine", images, table, copy=True) as staged:
        staged.commit()
    category = catalog.get("mine")
    assert category.metadata_path == catalog.root / "mine" / f"meta{suffix}"
    plan = plan_index(category, FolderStore(category.images_dir), allow_mismatch=True)
    assert plan.payloads == {"teal/0.jpg": {"file": "teal/0.jpg", "year": 1900}}


def test_a_table_of_another_format_is_refused_before_anything_is_written(
    catalog: CategoryCatalog, images: Path, tmp_path: Path
) -> None:
    (tmp_path / "table.ods").write_bytes(b"PK")
    with pytest.raises(MetadataError, match=r"'table\.ods'.*CSV, TSV, XLSX or JSONL"):
        StagedCategory(catalog, "mine", images, tmp_path / "table.ods")
    assert left_behind(catalog) == []
