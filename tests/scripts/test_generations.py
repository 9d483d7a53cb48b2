"""``make generations`` and the options of ``make index``, in a terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import fill_folder, make_services, picture

ROOT = Path(__file__).resolve().parents[2]


def script(name: str, data_dir: Path, **variables: object) -> subprocess.CompletedProcess[str]:
    """Run an entry point in a process of its own, as the Makefile does."""
    environment = {
        **{key: value for key, value in os.environ.items() if key != "QDRANT_URL"},
        "DATA_DIR": str(data_dir),
        "EMBEDDER": "histogram",
        **{key: str(value) for key, value in variables.items()},
    }
    return subprocess.run(
        [sys.executable, "-m", f"scripts.{name}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def images(tmp_path: Path) -> Path:
    fill_folder(tmp_path / "images", each=2)
    return tmp_path / "images"


@pytest.fixture
def data_dir(tmp_path: Path, images: Path) -> Path:
    assert script("index", tmp_path / "data", CATEGORY="mine", IMAGES=images).returncode == 0
    return tmp_path / "data"


def test_generations_are_listed_rolled_back_and_removed(data_dir: Path, images: Path) -> None:
    (images / "teal" / "new.jpg").write_bytes(picture("teal", 33))
    assert "1 added, 6 unchanged" in script("index", data_dir, CATEGORY="mine").stdout
    first, second = (m.generation for m in make_services(data_dir).store.generations("mine"))
    listed = script("generations", data_dir).stdout.splitlines()
    assert listed[0] == "mine: 2 generations"
    assert listed[1].startswith(f"* {second}")
    assert listed[2].startswith(f"  {first}")
    assert "7 records" in listed[1]
    assert "MB  histogram  qdrant-edge" in listed[1]
    done = script("generations", data_dir, CATEGORY="mine", ROLLBACK="previous")
    assert done.stdout.startswith(f"mine: generation {first}")
    assert make_services(data_dir).search.manifest("mine").count == 6
    done = script("generations", data_dir, CATEGORY="mine", REMOVE="old")
    assert f"1 removed: {second}" in done.stdout
    done = script("generations", data_dir, CATEGORY="mine", REMOVE=first)
    assert done.returncode == 2
    assert "is the current one" in done.stderr


@pytest.mark.parametrize(
    ("name", "variables", "message"),
    [
        ("generations", {"CATEGORY": "unknown"}, "There is no category 'unknown'"),
        ("generations", {"CATEGORY": "../up"}, "cannot be a category's name"),
        ("generations", {"ROLLBACK": "previous"}, "Add CATEGORY=name"),
        ("generations", {"CATEGORY": "mine", "ROLLBACK": "previous"}, "no generation older"),
        ("index", {"CATEGORY": "mine", "DUPLICATES": "merge"}, "keep or skip"),
        ("index", {"DRY_RUN": "1"}, "Give CATEGORY alone"),
    ],
)
def test_commands_that_make_no_sense_are_answered_with_the_cure(
    data_dir: Path, name: str, variables: dict[str, str], message: str
) -> None:
    done = script(name, data_dir, **variables)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_dry_run_prints_the_plan_and_changes_nothing(data_dir: Path, images: Path) -> None:
    (images / "teal" / "copy.jpg").write_bytes(picture("teal", 1))
    (images / "teal" / "0.jpg").unlink()
    done = script("index", data_dir, CATEGORY="mine", DRY_RUN=1)
    assert done.returncode == 0, done.stderr
    assert "dry run, nothing was changed" in done.stdout
    assert "1 added, 1 removed, 5 unchanged; 0 contents to embed, 1 vectors reused" in done.stdout
    assert "teal/1.jpg, teal/copy.jpg" in done.stdout
    assert make_services(data_dir).search.manifest("mine").count == 6


def test_an_empty_source_is_refused_until_it_is_confirmed(data_dir: Path, images: Path) -> None:
    shutil.rmtree(images)
    images.mkdir()
    done = script("index", data_dir, CATEGORY="mine")
    assert done.returncode == 2
    assert "6 of the 6 images" in done.stderr
    assert "it would be refused" in script("index", data_dir, CATEGORY="mine", DRY_RUN=1).stdout
    assert make_services(data_dir).search.manifest("mine").count == 6
    done = script("index", data_dir, CATEGORY="mine", CONFIRM_DELETES=1)
    assert "0 indexed" in done.stdout
    assert "6 removed" in done.stdout


def test_copies_can_be_skipped_and_placeholders_beside_the_manifest_are(
    data_dir: Path, images: Path
) -> None:
    (images / "teal" / "copy.jpg").write_bytes(picture("teal", 1))
    placeholders = data_dir / "metric_datasets" / "mine" / "images_to_remove"
    placeholders.mkdir()
    (placeholders / "none.jpg").write_bytes(picture("amber", 0))
    done = script("index", data_dir, CATEGORY="mine", DUPLICATES="skip")
    assert "mine: 5 indexed, 2 skipped" in done.stdout
    assert "skipped, same content as another file: 1" in done.stdout
    assert "skipped, a picture in images_to_remove: 1" in done.stdout
    again = script("index", data_dir, CATEGORY="mine", IMAGES=images, DUPLICATES="skip")
    assert "nothing had changed" in again.stdout
