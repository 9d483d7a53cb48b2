"""``make add`` in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import add
from scripts.terminal import exit_status
from tests.common.intake.zips import zipped
from tests.samples import picture

Make = Callable[..., tuple[int, str, str]]
VARIABLES = ("CATEGORY", "FILES", "URLS", "META", "LABEL", "DUPLICATES", "ALLOW_MISMATCH")
NEW = picture("teal", 71)


@pytest.fixture
def make_add(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Make:
    """Run the entry point with the given variables; return its status, output and errors."""

    def run(**variables: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in (*VARIABLES, "QDRANT_URL", "QDRANT_HOST"):
                patch.delenv(name, raising=False)
            patch.setenv("DATA_DIR", str(data_dir))
            patch.setenv("EMBEDDING_THREADS", "1")
            for name, value in variables.items():
                patch.setenv(name, value)
            status = exit_status(add.run)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "my pictures"
    (folder / "boots").mkdir(parents=True)
    (folder / "boots" / "1.jpg").write_bytes(NEW)
    (folder / "2.jpg").write_bytes(picture("amber", 72))
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"words")
    return folder


def deliveries(data_dir: Path) -> list[Path]:
    return list((data_dir / "deliveries").iterdir()) if (data_dir / "deliveries").exists() else []


def test_folders_archives_and_files_are_added_and_reported(
    make_add: Make, data_dir: Path, pictures: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"sandals/3.jpg": picture("crimson", 73), "4.jpg": NEW}))
    table = tmp_path / "t.csv"
    table.write_text("file,price\nboots/1.jpg,99\n")
    status, out, err = make_add(
        CATEGORY="shapes",
        FILES=f"'{pictures}' {archive}",
        META=str(table),
        LABEL="loose",
        DUPLICATES="skip",
    )
    assert (status, err) == (0, "")
    assert out.startswith("3 added, 0 replaced, 0 unchanged, 1 skipped\n")
    assert "  1 have the content of another:\n    loose/4.jpg is boots/1.jpg\n" in out
    assert "  skipped, not a supported image: 1\n    'notes.txt': The file is text" in out
    assert "shapes: 15 indexed, 0 skipped" in out
    images = data_dir / "metric_datasets" / "shapes" / "images"
    assert (images / "boots" / "1.jpg").read_bytes() == NEW
    assert (images / "loose" / "2.jpg").exists()
    table_text = (images.parent / "meta.csv").read_text()
    assert "boots/1.jpg,boots,,99,,,\n" in table_text
    assert deliveries(data_dir) == []


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "Give CATEGORY=name"),
        ({"CATEGORY": "shapes"}, "FILES="),
        ({"CATEGORY": "shapes", "FILES": "/nowhere/x.jpg"}, "'/nowhere/x.jpg' cannot be read"),
        ({"CATEGORY": "shapes", "FILES": "'x"}, "quotation mark"),
        ({"CATEGORY": "shapes", "URLS": "/nowhere.txt"}, "URLS '/nowhere.txt' cannot be read"),
        ({"CATEGORY": "nothing", "FILES": "x"}, "There is no category 'nothing'"),
        ({"CATEGORY": "shapes", "FILES": "x", "DUPLICATES": "drop"}, "keep or skip"),
        ({"CATEGORY": "shapes", "FILES": "{here}", "LABEL": "../up"}, "no path below"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    make_add: Make, data_dir: Path, pictures: Path, variables: dict[str, str], told: str
) -> None:
    before = sorted((data_dir / "metric_datasets").rglob("*"))
    given = {name: value.format(here=f"'{pictures}'") for name, value in variables.items()}
    status, _, err = make_add(**given)
    assert status == 2
    assert err.startswith("Error: ")
    assert told in err
    assert "Traceback" not in err
    assert sorted((data_dir / "metric_datasets").rglob("*")) == before
    assert deliveries(data_dir) == []


def test_a_list_of_private_addresses_is_refused(make_add: Make, tmp_path: Path) -> None:
    urls = tmp_path / "list.txt"
    urls.write_text("\ufeffhttps://images.example/1.jpg\n\nhttp://127.0.0.1/2.jpg\n", "utf-8")
    status, _, err = make_add(CATEGORY="shapes", URLS=str(urls))
    assert status == 2
    assert "'127.0.0.1' is at 127.0.0.1, which is not on the public internet" in err
