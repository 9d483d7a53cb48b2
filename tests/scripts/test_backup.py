"""``make backup``, ``make restore`` and ``make migrate``, in a terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.common.vectors.qdrant_over_http import FakeQdrant, listening
from tests.samples import add_category, make_services
from tests.scripts.test_generations import data_dir, images, script

__all__ = ["data_dir", "images"]  # fixtures


def test_saved_here_and_restored_elsewhere(data_dir: Path, tmp_path: Path) -> None:
    done = script("backup", data_dir, TO=tmp_path / "new" / "backups", IMAGES=1)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("mine: 6 records, with pictures\nbackup-")
    assert "models: none" in done.stdout
    done = script("restore", tmp_path / "fresh", FROM=tmp_path / "new" / "backups")
    assert done.returncode == 0, done.stderr
    assert "mine: 6 records, generation" in done.stdout
    assert "6 queries answered as before" in done.stdout
    fresh = make_services(tmp_path / "fresh")
    assert fresh.search.manifest("mine").count == 6
    again = script("restore", tmp_path / "fresh", FROM=tmp_path / "new" / "backups")
    assert again.returncode == 2
    assert "Add FORCE=1" in again.stderr
    assert script("restore", tmp_path / "fresh", FROM=tmp_path / "new" / "backups", FORCE=1).stdout


def test_old_backups_are_removed_and_one_can_be_named(data_dir: Path, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    names = []
    for _ in range(3):
        script("backup", data_dir, TO=place, CATEGORY="mine")
        names = sorted(path.name for path in place.iterdir())
    done = script("backup", data_dir, TO=place, KEEP=2)
    assert "2 older backups removed" in done.stdout
    kept = sorted(path.name for path in place.iterdir())
    assert kept[0] == names[-1]
    shutil.rmtree(data_dir)
    done = script("restore", data_dir, FROM=place, AT=kept[0])
    assert f"from {kept[0]} of" in done.stdout
    assert "its pictures are not in the backup" in done.stdout


def test_what_is_left_out_is_printed_and_others_backups_stay(
    data_dir: Path, tmp_path: Path
) -> None:
    add_category(data_dir, "badges", "Badges", each=1)
    (data_dir / "metric_datasets" / "badges" / "images" / "lost.jpg").symlink_to("/nowhere")
    script("backup", data_dir, TO=tmp_path / "backups", CATEGORY="mine", KEEP=1)
    done = script("backup", data_dir, TO=tmp_path / "backups", CATEGORY="badges", IMAGES=1, KEEP=1)
    assert "left out, as they cannot be read: 1\n    images/lost.jpg\n" in done.stdout
    assert "0 older backups removed" in done.stdout
    done = script("restore", tmp_path / "fresh", FROM=tmp_path / "backups", CATEGORY="mine")
    assert done.stdout.startswith("mine: 6 records")


@pytest.mark.parametrize(
    ("name", "variables", "message"),
    [
        ("backup", {}, "Give a directory, or s3://bucket/prefix"),
        ("backup", {"TO": "s3://bucket/x"}, "its server in MINIO_HOST"),
        ("backup", {"TO": "/proc/nowhere"}, "cannot be made"),
        ("backup", {"TO": "{tmp}", "CATEGORY": "unknown"}, "There is no category 'unknown'"),
        ("backup", {"TO": "{tmp}", "KEEP": "all"}, "KEEP is 'all'"),
        ("backup", {"TO": "{tmp}", "KEEP": "0"}, "number of 1 or more"),
        ("restore", {}, "Give a directory"),
        ("restore", {"FROM": "{tmp}/nothing"}, "does not exist"),
        ("restore", {"FROM": "{tmp}"}, "no backup there"),
        ("migrate", {}, "Give it as server or embedded"),
        ("migrate", {"TO": "server"}, "Name it in QDRANT_URL or QDRANT_HOST"),
        ("migrate", {"TO": "server", "QDRANT_URL": "http://127.0.0.1:9"}, "cannot be reached"),
    ],
)
def test_commands_that_make_no_sense_are_answered_with_the_cure(
    data_dir: Path, tmp_path: Path, name: str, variables: dict[str, str], message: str
) -> None:
    given = {key: value.format(tmp=tmp_path) for key, value in variables.items()}
    done = script(name, data_dir, **given)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
def test_an_index_moves_to_a_server_and_back(data_dir: Path) -> None:
    server = FakeQdrant()
    with listening(server) as url:
        settings = {"QDRANT_URL": url, "QDRANT_GRPC_PORT": 0}
        done = script("migrate", data_dir, TO="server", REMOVE_SOURCE=1, **settings)
        assert done.returncode == 0, done.stderr
        assert "mine: 6 records from qdrant-edge" in done.stdout
        assert "6 queries answered alike" in done.stdout
        assert "removed where it was" in done.stdout
        assert make_services(data_dir).store.categories() == []
        done = script("migrate", data_dir, TO="embedded", CATEGORY="mine", **settings)
        assert "from qdrant 1.16.0 to qdrant-edge" in done.stdout
        assert "Unset QDRANT_URL" in done.stdout
    assert make_services(data_dir).search.manifest("mine").count == 6
