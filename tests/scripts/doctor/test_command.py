"""The command: what it prints, its exit status, and that it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common.settings import Settings
from scripts.doctor.__main__ import main
from scripts.doctor.examination import examine


@pytest.fixture
def here(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of this test's own, as the current directory."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "INTERACTIVE_PORT=1\nQDRANT_API_KEY=s3cret-s3cret-s3cret-s3cret\nAPI_PORT=58231\n"
    )
    return data_dir


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_settings_are_printed_with_their_sources_and_findings_with_their_cures(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERACTIVE_PORT", "58232")
    assert main([]) == 0
    said = capsys.readouterr().out
    lines = [line.split() for line in said.splitlines()]
    assert ["INTERACTIVE_PORT", "58232", "environment"] in lines
    assert ["API_PORT", "58231", ".env"] in lines
    assert ["QDRANT_API_KEY", "********", ".env"] in lines
    assert ["EMBEDDER", "compact", "default"] in lines
    assert "Category 'shapes' is well." in said
    assert "0 failures" in said
    assert "s3cret" not in said


def test_nothing_is_changed(here: Path) -> None:
    before = contents(here)
    folders = sorted(path for path in here.rglob("*") if path.is_dir())
    main([])
    assert contents(here) == before
    assert sorted(path for path in here.rglob("*") if path.is_dir()) == folders


def test_a_failure_is_the_exit_status_and_json_holds_everything(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "metric_datasets" / "shapes" / "category.yaml").write_text("title: [")
    assert main(["--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["well"] is False
    failures = [finding for finding in said["findings"] if finding["level"] == "failure"]
    assert all(failure["what"] and failure["cure"] for failure in failures)
    assert any("category.yaml" in failure["what"] for failure in failures)
    assert {"name": "API_PORT", "value": "58231", "source": ".env"} in said["settings"]


def test_settings_that_cannot_be_used_are_shown_all_the_same(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERACTIVE_PORT", "80800")
    found = examine(tmp_path, tmp_path / ".env", {"INTERACTIVE_PORT": "80800"})
    assert not found.is_well
    assert any("INTERACTIVE_PORT='80800'" in finding.what for finding in found.findings)
    shown = {setting.name: setting for setting in found.settings}
    assert (shown["INTERACTIVE_PORT"].value, shown["INTERACTIVE_PORT"].source) == (
        "80800",
        "environment",
    )
    assert shown["API_PORT"].source == ".env"
