"""``make index`` in a terminal: sentences, exit status, and no half-made state."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.common.metadata.tables import FORMATS
from tests.samples import fill_folder, make_services, picture

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    fill_folder(tmp_path / "images", each=2)
    return tmp_path / "images"


def index(data_dir: Path, **variables: object) -> subprocess.CompletedProcess[str]:
    """Run the entry point in a process of its own, as the Makefile does."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "QDRANT_URL"},
        "DATA_DIR": str(data_dir),
        **{name: str(value) for name, value in variables.items()},
    }
    return subprocess.run(
        [sys.executable, "-m", "scripts.index"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def state(data_dir: Path) -> set[str]:
    """Every file in the data directory, hidden or not, but for the index's empty lock files."""
    files = (path for path in data_dir.rglob("*") if path.is_file())
    return {str(path.relative_to(data_dir)) for path in files if path.parent.name != ".locks"}


def test_a_folder_becomes_a_category_with_a_report(data_dir: Path, images: Path) -> None:
    (images / "crimson" / "broken.jpg").write_bytes(b"words")
    (images / "notes.txt").write_text("not an image")
    done = index(data_dir, CATEGORY="mine", IMAGES=images)
    assert done.returncode == 0, done.stderr
    assert "mine: 6 indexed, 2 skipped" in done.stdout
    assert "crimson/broken.jpg" in done.stdout
    assert "skipped, not an image by its name: 1" in done.stdout
    live = make_services(data_dir)
    assert live.search.manifest("mine").count == 6
    assert live.catalog.get("mine").images_dir == images
    hit = live.search.by_image("mine", picture("teal", 9)).hits[0]
    assert hit.payload["class"] == "teal"
    assert not (data_dir / "metric_datasets" / "mine" / "images").exists()  # nothing was copied


def test_copying_makes_the_category_independent_of_the_folder(data_dir: Path, images: Path) -> None:
    assert index(data_dir, CATEGORY="mine", IMAGES=images, COPY=1).returncode == 0
    live = make_services(data_dir)
    copied = live.catalog.get("mine").images_dir
    assert copied == data_dir / "metric_datasets" / "mine" / "images"
    assert len(list(copied.rglob("*.jpg"))) == 6


def test_a_table_adds_what_is_known_of_each_image(data_dir: Path, images: Path) -> None:
    meta = images.parent / "table.csv"
    rows = [f"{p.relative_to(images)},{p.parent.name},{p.stem}" for p in images.rglob("*.jpg")]
    meta.write_text("\n".join(["file,class,copy number", *rows]))
    done = index(data_dir, CATEGORY="mine", IMAGES=images, META=meta)
    assert done.returncode == 0, done.stderr
    payload = make_services(data_dir).search.by_image("mine", picture("teal", 1)).hits[0].payload
    assert payload["copy number"] in (0, 1)


def test_indexing_again_publishes_a_new_generation(data_dir: Path, images: Path) -> None:
    index(data_dir, CATEGORY="mine", IMAGES=images)
    before = make_services(data_dir).search.manifest("mine").generation
    (images / "teal" / "new.jpg").write_bytes(picture("teal", 33))
    assert index(data_dir, CATEGORY="mine").returncode == 0
    after = make_services(data_dir).search.manifest("mine")
    assert after.generation > before
    assert after.count == 7


def test_indexing_a_known_name_with_other_images_keeps_its_texts(
    data_dir: Path, images: Path, tmp_path: Path
) -> None:
    index(data_dir, CATEGORY="mine", IMAGES=images)
    manifest = data_dir / "metric_datasets" / "mine" / "category.yaml"
    manifest.write_text(manifest.read_text() + "title: My own title\n")
    fill_folder(tmp_path / "others", each=1)
    assert index(data_dir, CATEGORY="mine", IMAGES=tmp_path / "others").returncode == 0
    category = make_services(data_dir).catalog.get("mine")
    assert category.title == "My own title"
    assert category.images_dir == tmp_path / "others"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="latin-1")
    return path


@pytest.mark.parametrize(
    ("name", "table", "message"),
    [
        ("a/b", None, "'a/b' cannot be a category's name"),
        ("../up", None, "cannot be a category's name"),
        ("mine", "file,class\ncaf\xe9.jpg,x\n", "table.csv: row 2 is not UTF-8"),
        ("mine", "image,class\na.jpg,x\n", "table.csv: row 1 has no column 'file'"),
        (
            "mine",
            "file\ncrimson/0.jpg\ncrimson/9.jpg\n",
            "row 3: there is no image 'crimson/9.jpg'",
        ),
        ("mine", "file\ncrimson/0.jpg\n", "5 images have no row: 'amber/0.jpg', 'amber/1.jpg'"),
        ("mine", "file\ncrimson/0.jpg\ncrimson/0.jpg\n", "row 3: 'crimson/0.jpg' again"),
    ],
)
def test_bad_input_is_one_sentence_status_2_and_nothing_on_disk(
    data_dir: Path, images: Path, name: str, table: str | None, message: str
) -> None:
    variables = {"META": write(images.parent / "table.csv", table)} if table else {}
    done = index(data_dir, CATEGORY=name, IMAGES=images, **variables)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert state(data_dir) == set()
    assert not (data_dir / "metric_datasets" / name).exists()


def test_a_mismatch_is_left_out_when_allowed(data_dir: Path, images: Path) -> None:
    meta = write(images.parent / "table.csv", "file\ncrimson/0.jpg\ngone.jpg\n")
    done = index(data_dir, CATEGORY="mine", IMAGES=images, META=meta, ALLOW_MISMATCH=1)
    assert done.returncode == 0, done.stderr
    assert "mine: 1 indexed, 6 skipped" in done.stdout
    assert "not in the metadata table: 5" in done.stdout
    assert "gone.jpg" in done.stdout


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"CATEGORY": "unknown"}, "There is no category 'unknown'"),
        ({"CATEGORY": "mine", "IMAGES": "/no/such/place"}, "'/no/such/place' does not exist"),
        ({"IMAGES": "/tmp"}, "Add CATEGORY=name"),
        ({"CATEGORY": "mine", "META": "x.csv"}, "Add IMAGES=path"),
    ],
)
def test_commands_that_make_no_sense_are_answered_with_the_cure(
    data_dir: Path, variables: dict[str, str], message: str
) -> None:
    done = index(data_dir, **variables)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert state(data_dir) == set()


def test_an_empty_folder_and_a_folder_of_broken_images_make_no_category(
    data_dir: Path, tmp_path: Path
) -> None:
    empty, broken = tmp_path / "empty", tmp_path / "broken"
    empty.mkdir()
    broken.mkdir()
    (broken / "1.jpg").write_bytes(b"words")
    for folder, message in ((empty, "There is no image in"), (broken, "None of the 1 images")):
        done = index(data_dir, CATEGORY="mine", IMAGES=folder)
        assert done.returncode == 2
        assert message in done.stderr
        assert state(data_dir) == set()


def test_a_failed_rebuild_leaves_the_current_generation_searchable(
    data_dir: Path, images: Path
) -> None:
    index(data_dir, CATEGORY="mine", IMAGES=images)
    before = make_services(data_dir).search.manifest("mine")
    meta = write(images.parent / "table.csv", "file\nnowhere.jpg\n")
    assert index(data_dir, CATEGORY="mine", IMAGES=images, META=meta).returncode == 2
    live = make_services(data_dir)
    assert live.search.manifest("mine") == before
    assert live.catalog.get("mine").metadata_path is None
    assert index(data_dir, CATEGORY="mine", EMBEDDER="no-such-model").returncode == 2
    assert make_services(data_dir).search.manifest("mine") == before


def test_without_a_name_everything_without_an_index_gets_one_and_failures_stop_nothing(
    data_dir: Path, images: Path
) -> None:
    for name in ("a", "b", "c"):
        directory = data_dir / "metric_datasets" / name
        directory.mkdir(parents=True)
        text = f"images: {images}\n" if name != "a" else "images: /no/such/place\n"
        (directory / "category.yaml").write_text(text if name != "c" else "title: [")
    done = index(data_dir)
    assert done.returncode == 2
    assert "b: 6 indexed" in done.stdout
    assert "/no/such/place" in done.stderr
    assert "YAML" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_table_may_have_any_of_the_four_formats(
    data_dir: Path, images: Path, suffix: str
) -> None:
    meta = images.parent / f"table{suffix}"
    paths = sorted(path.relative_to(images).as_posix() for path in images.rglob("*.jpg"))
    meta.write_bytes(FORMATS[suffix]([{"file": path, "year": 1900} for path in paths]))
    done = index(data_dir, CATEGORY="mine", IMAGES=images, META=meta, EMBEDDER="histogram")
    assert done.returncode == 0, done.stderr
    live = make_services(data_dir, embedder="histogram")
    assert live.search.manifest("mine").spec.fields["year"] == "integer"


def test_a_table_of_another_format_is_refused_in_a_sentence(data_dir: Path, images: Path) -> None:
    meta = images.parent / "table.ods"
    meta.write_bytes(b"PK")
    done = index(data_dir, CATEGORY="mine", IMAGES=images, META=meta)
    assert done.returncode == 2
    assert "'table.ods' has the name of no table that is read" in done.stderr
    assert done.stderr.count("\n") == 1
    assert state(data_dir) == set()
