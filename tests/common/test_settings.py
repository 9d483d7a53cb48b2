"""Settings: defaults, sources, and that the documents list just these."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from common.errors import SettingsError
from common.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
NAMES = {name.upper() for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_without_any_source_the_defaults_hold() -> None:
    settings = load_settings(env_file=None)
    assert settings.interactive_port == 8080
    assert settings.interactive_host == "127.0.0.1"
    assert settings.qdrant_url == ""


def test_the_environment_wins_over_the_file_and_empty_values_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("INTERACTIVE_PORT=9000\nEMBEDDER=fine\nUNKNOWN=1\nMAX_IMAGE_MEGABYTES=\n")
    monkeypatch.setenv("INTERACTIVE_PORT", "9001")
    settings = load_settings(env_file)
    assert (settings.interactive_port, settings.embedder) == (9001, "fine")
    assert settings.max_image_megabytes == 20


def test_values_that_cannot_be_used_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERACTIVE_PORT", "80800")
    monkeypatch.setenv("MAX_IMAGE_MEGAPIXELS", "many")
    with pytest.raises(
        SettingsError, match=r"INTERACTIVE_PORT='80800'.*MAX_IMAGE_MEGAPIXELS='many'"
    ):
        load_settings(env_file=None)


def test_the_api_key_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_API_KEY", "s3cret")
    assert "s3cret" not in repr(load_settings(env_file=None))


def test_the_example_file_lists_every_setting_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text()
    listed = dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE))
    defaults = {
        name.upper(): str(field.default).lower()
        if isinstance(field.default, bool)
        else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert listed == defaults


def test_the_readme_lists_every_setting() -> None:
    text = (ROOT / "README.md").read_text()
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)) == NAMES
