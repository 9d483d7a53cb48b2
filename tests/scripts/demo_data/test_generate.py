"""Generating a category: deterministic, complete, all or nothing."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image, ImageOps

from common.errors import CategoryExists
from scripts.demo_data.designs import DemoCategory, Design, FieldText
from scripts.demo_data.generate import Plan, generate_category
from scripts.demo_data.look import Look
from scripts.demo_data.manifest import STAMP_FILE
from scripts.demo_data.pictures import slug
from scripts.demo_data.shoes import CATEGORY as SHOES
from scripts.demo_data.svg import svg_document
from scripts.demo_data.workers import worker_processes

PLAN = Plan(seed=3, pictures_per_class=2, examples=1, max_classes=2)
# Phone pictures take half a second each, so only the tests that look at them have any.
BRIEF = dataclasses.replace(PLAN, examples=0)


def _disc(colour: str) -> Design:
    return Design(
        name=f"Disc – {colour}",
        attributes={"colour": colour, "source_link": "https://en.wikipedia.org/wiki/Disk"},
        views=(svg_document(f'<circle cx="320" cy="320" r="200" fill="{colour}"/>'),),
    )


def _two_discs(_rng: np.random.Generator) -> list[Design]:
    return [_disc("red"), _disc("blue")]


DISCS = DemoCategory(
    name="discs",
    title="Discs",
    description="Two discs.",
    business_usage="None.",
    source_name="Drawn by this project",
    source_url="",
    licence="MIT",
    look=Look(backgrounds=("studio", "paper"), flat=True),
    fields={
        "colour": FieldText("keyword", "Colour", "name"),
        "source_link": FieldText("link", "Source"),
    },
    designs=_two_discs,
)


def _digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def shoes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small category of shoes, drawn in this process."""
    return generate_category(SHOES, tmp_path_factory.mktemp("out"), PLAN).directory


def test_worker_processes_write_the_same_bytes_as_this_process(shoes: Path, tmp_path: Path) -> None:
    with worker_processes(2) as executor:
        shared = generate_category(SHOES, tmp_path, PLAN, executor=executor).directory
    assert _digests(shared) == _digests(shoes)


def test_another_seed_takes_other_pictures(tmp_path: Path) -> None:
    first = generate_category(DISCS, tmp_path / "a", BRIEF).directory
    other = generate_category(DISCS, tmp_path / "b", dataclasses.replace(BRIEF, seed=4)).directory
    assert (first / "images/disc-red/01.jpg").read_bytes() != (
        other / "images/disc-red/01.jpg"
    ).read_bytes()


def test_more_pictures_do_not_change_the_first_ones(tmp_path: Path) -> None:
    few = generate_category(DISCS, tmp_path / "few", BRIEF).directory / "images"
    plan = dataclasses.replace(BRIEF, pictures_per_class=3)
    many = generate_category(DISCS, tmp_path / "many", plan).directory / "images"
    assert _digests(few).items() <= _digests(many).items()


def test_every_row_of_the_table_has_its_picture_and_every_picture_its_row(shoes: Path) -> None:
    with (shoes / "meta.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    files = {str(path.relative_to(shoes / "images")) for path in shoes.glob("images/*/*.jpg")}
    assert {row["file"] for row in rows} == files
    assert len(rows) == len(files) == 4
    assert list(rows[0]) == ["file", "class", "label", *SHOES.fields]
    assert {(row["class"], row["label"]) for row in rows} == {
        ("Harbour Runner, sky", "0"),
        ("Ember Trail, ink", "1"),
    }
    assert all(row["file"].startswith(slug(row["class"]) + "/") for row in rows)


def test_pictures_are_square_jpegs_and_examples_larger_and_outside_images(shoes: Path) -> None:
    for path in shoes.glob("images/*/*.jpg"):
        with Image.open(path) as picture:
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (320, 320))
    examples = list(shoes.glob("examples/*.jpg"))
    assert len(examples) == 1
    with Image.open(examples[0]) as picture:
        assert sorted(picture.size) == [900, 1200]
        assert picture.getexif()[0x0112] == 6
        upright = ImageOps.exif_transpose(picture)
    assert upright.size == picture.size[::-1]


def test_manifest_says_everything_in_the_agreed_order(shoes: Path) -> None:
    manifest = yaml.safe_load((shoes / "category.yaml").read_text(encoding="utf-8"))
    assert list(manifest) == [
        "title", "description", "business_usage", "source", "licence", "images", "metadata",
        "link_field", "fields", "examples",
    ]  # fmt: skip
    assert manifest["licence"] == "MIT"
    assert manifest["link_field"] in manifest["fields"]
    assert manifest["fields"]["price"] == {"type": "number", "label": "Price", "unit": "EUR"}
    assert manifest["fields"]["brand"] == {"type": "keyword", "label": "Brand"}
    assert all((shoes / example["file"]).is_file() for example in manifest["examples"])


def test_an_identical_category_is_left_alone_and_another_plan_replaces_it(tmp_path: Path) -> None:
    directory = generate_category(DISCS, tmp_path, BRIEF).directory
    (directory / "mark").touch()
    assert generate_category(DISCS, tmp_path, BRIEF).skipped
    assert (directory / "mark").exists()
    assert not generate_category(DISCS, tmp_path, dataclasses.replace(BRIEF, seed=9)).skipped
    assert not (directory / "mark").exists()
    assert json.loads((directory / STAMP_FILE).read_text())["seed"] == 9


def test_somebody_elses_category_is_replaced_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "discs").mkdir()
    (tmp_path / "discs/mine.txt").write_text("mine")
    with pytest.raises(CategoryExists, match="--force"):
        generate_category(DISCS, tmp_path, BRIEF)
    assert (tmp_path / "discs/mine.txt").read_text() == "mine"
    generate_category(DISCS, tmp_path, BRIEF, force=True)
    assert not (tmp_path / "discs/mine.txt").exists()


def test_an_interrupted_run_leaves_no_category(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_category(DISCS, tmp_path, BRIEF, on_progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_replacement_keeps_the_old_category(tmp_path: Path) -> None:
    directory = generate_category(DISCS, tmp_path, BRIEF).directory
    before = _digests(directory)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_category(DISCS, tmp_path, BRIEF, force=True, on_progress=interrupt)
    assert _digests(directory) == before
    assert list(tmp_path.iterdir()) == [directory]


def test_what_a_killed_run_left_behind_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".discs.partial/images").mkdir(parents=True)
    generate_category(DISCS, tmp_path, BRIEF)
    assert [path.name for path in tmp_path.iterdir()] == ["discs"]


def test_progress_counts_every_picture_once(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    generate_category(
        DISCS, tmp_path, PLAN, on_progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 5), (3, 5), (5, 5)]


def test_two_designs_of_one_name_are_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    twins = dataclasses.replace(DISCS, designs=lambda _rng: [_disc("red"), _disc("red")])
    with pytest.raises(ValueError, match="same name"):
        generate_category(twins, tmp_path, BRIEF)
    assert list(tmp_path.iterdir()) == []


def test_a_design_with_undeclared_attributes_is_refused(tmp_path: Path) -> None:
    loose = dataclasses.replace(DISCS, fields={"colour": FieldText("keyword", "Colour")})
    with pytest.raises(ValueError, match="lacks fields"):
        generate_category(loose, tmp_path, BRIEF)


def test_slugs_are_plain_ascii() -> None:
    assert slug("Skåne Blossom – ink") == "skane-blossom-ink"
