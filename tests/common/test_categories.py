"""Categories: names, manifests, and that a broken one hides no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.categories import (
    MAX_NAME_LENGTH,
    BrokenCategory,
    Category,
    CategoryCatalog,
    CategoryManifest,
    Example,
    FieldDescription,
    Source,
    check_name,
    suggest_name,
    write_manifest,
)
from common.errors import CategoryBroken, CategoryNameError, CategoryNotFound


def make(root: Path, name: str, text: str = "title: A title\n") -> None:
    (root / name).mkdir(parents=True)
    (root / name / "category.yaml").write_text(text, encoding="utf-8")


def test_an_absent_root_holds_no_category(tmp_path: Path) -> None:
    assert CategoryCatalog(tmp_path / "none").list() == []


def test_categories_are_listed_by_name_with_their_manifests(tmp_path: Path) -> None:
    make(tmp_path, "tiles")
    make(tmp_path, "logos", "title: Logos\nfields: {price: {type: number, unit: EUR}}\n")
    (tmp_path / "no-manifest").mkdir()
    (tmp_path / ".staging").mkdir()
    logos, tiles = CategoryCatalog(tmp_path).list()
    assert isinstance(logos, Category)
    assert isinstance(tiles, Category)
    assert (logos.name, tiles.name) == ("logos", "tiles")
    assert logos.manifest.fields == {"price": FieldDescription(type="number", unit="EUR")}
    assert logos.images_dir == tmp_path / "logos" / "images"


def test_an_empty_manifest_is_one_of_defaults_and_the_title_follows_the_name(
    tmp_path: Path,
) -> None:
    make(tmp_path, "running-shoes", "")
    category = CategoryCatalog(tmp_path).get("running-shoes")
    assert category.title == "Running shoes"
    assert category.metadata_path is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: [unclosed", "no readable YAML"),
        ("- a list\n", "the file: input should be a valid dictionary"),
        ("titel: Misspelt\n", "titel: extra inputs are not permitted"),
        ("fields: {price: {type: money}}\n", "fields.price.type"),
        ("!!python/object/apply:os.system ['true']\n", "no readable YAML"),
    ],
)
def test_a_broken_manifest_is_reported_and_the_others_work(
    tmp_path: Path, text: str, message: str
) -> None:
    make(tmp_path, "broken", text)
    make(tmp_path, "fine")
    broken, fine = CategoryCatalog(tmp_path).list()
    assert isinstance(broken, BrokenCategory)
    assert message in str(broken.error)
    assert "category.yaml" in str(broken.error)
    assert isinstance(fine, Category)
    with pytest.raises(CategoryBroken, match="broken"):
        CategoryCatalog(tmp_path).get("broken")


def test_a_directory_whose_name_can_be_no_category_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "My Shoes")
    (entry,) = CategoryCatalog(tmp_path).list()
    assert isinstance(entry, BrokenCategory)
    assert "my-shoes" in str(entry.error)


def test_an_unknown_category_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    make(tmp_path, "tiles")
    with pytest.raises(CategoryNotFound, match=r"'shoes'.*'tiles'.*make index CATEGORY=shoes"):
        CategoryCatalog(tmp_path).get("shoes")


def test_a_changed_manifest_is_read_again(tmp_path: Path) -> None:
    make(tmp_path, "tiles")
    catalog = CategoryCatalog(tmp_path)
    assert catalog.get("tiles").title == "A title"
    path = tmp_path / "tiles" / "category.yaml"
    path.write_text("title: B title\n")
    os.utime(path, ns=(1, 1))
    assert catalog.get("tiles").title == "B title"


def test_a_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = CategoryManifest(
        title="Schuhe 👟",
        description="<b>not bold</b>",
        source=Source(name="me", url="https://example.org"),
        metadata="/elsewhere/meta.csv",
        fields={"Größe (EU)": FieldDescription(type="integer", label="Größe")},
        examples=(Example(file="examples/1.jpg"),),
    )
    (tmp_path / "shoes").mkdir()
    write_manifest(tmp_path / "shoes", manifest)
    category = CategoryCatalog(tmp_path).get("shoes")
    assert category.manifest == manifest
    assert category.metadata_path == Path("/elsewhere/meta.csv")
    assert [path.name for path in (tmp_path / "shoes").iterdir()] == ["category.yaml"]


@pytest.mark.parametrize("name", ["a", "7", "running-shoes", "set_2", "x" * MAX_NAME_LENGTH])
def test_plain_names_are_accepted(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a/b",
        "../etc",
        "..",
        "Shoes",
        "a--b",
        "-a",
        "a-",
        "a b",
        "ü",
        "a\n",
        "a\0",
        "x" * (MAX_NAME_LENGTH + 1),
    ],
)
def test_names_that_are_unsafe_somewhere_are_refused_with_a_proposal(name: str) -> None:
    with pytest.raises(CategoryNameError) as caught:
        check_name(name)
    assert repr(name)[1:-1] in str(caught.value) or name in str(caught.value)
    assert caught.value.cure


def test_a_proposal_keeps_what_can_be_kept() -> None:
    assert suggest_name("Côté/Jardin  2") == "cote-jardin-2"
    assert suggest_name("☃") == ""


@given(st.text(max_size=80))
def test_every_proposal_is_a_valid_name(text: str) -> None:
    proposal = suggest_name(text)
    if proposal:
        check_name(proposal)


@given(st.text(max_size=60))
def test_an_accepted_name_is_one_safe_path_segment(name: str) -> None:
    try:
        check_name(name)
    except CategoryNameError:
        return
    assert name == name.lower()
    assert Path(name).parts == (name,)
    assert "--" not in name
