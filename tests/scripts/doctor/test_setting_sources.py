"""Where settings come from, and that no secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import SettingsError
from common.settings import Settings
from scripts.doctor.setting_sources import (
    MASK,
    compose_names,
    file_values,
    misspelt,
    shown_settings,
)

SECRETS = {"QDRANT_API_KEY", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "API_KEYS"}


def by_name(environment: dict[str, str], file: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {s.name: (s.value, s.source) for s in shown_settings(environment, file)}


def test_every_setting_is_shown_once_in_the_order_of_the_documents() -> None:
    names = [setting.name for setting in shown_settings({}, {})]
    assert names == [name.upper() for name in Settings.model_fields]


def test_the_environment_wins_over_the_file_and_empty_values_do_not_count() -> None:
    shown = by_name(
        {"INTERACTIVE_PORT": "9001", "EMBEDDER": "", "TYPE": "", "qdrant_port": "7000"},
        {"INTERACTIVE_PORT": "9000", "EMBEDDER": "fine", "TYPE": ""},
    )
    assert shown["INTERACTIVE_PORT"] == ("9001", "environment")
    assert shown["QDRANT_PORT"] == ("7000", "environment")
    assert shown["EMBEDDER"] == ("fine", ".env")
    assert shown["TYPE"] == ("LOCAL", "default")
    assert shown["DEMO_DATA"] == ("true", "default")


@pytest.mark.parametrize("source", ["environment", ".env"])
def test_secrets_are_masked_wherever_they_come_from(source: str) -> None:
    values = dict.fromkeys(SECRETS, "write:0123456789abcdef")
    shown = by_name(*((values, {}) if source == "environment" else ({}, values)))
    assert {shown[name] for name in SECRETS} == {(MASK, source)}


def test_a_secret_that_is_not_set_is_shown_as_empty() -> None:
    shown = by_name({}, {})
    assert {shown[name] for name in SECRETS} == {("", "default")}


@given(password=st.text("abcdefghijklmnop:!%", min_size=4, max_size=20))
def test_a_password_in_an_address_is_masked(password: str) -> None:
    secret = f"zz{password}"
    shown = by_name({"QDRANT_URL": f"https://me:{secret}@qdrant.example:6333"}, {})
    assert shown["QDRANT_URL"][0] == f"https://{MASK}@qdrant.example:6333"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:p@ss@host:6333", f"https://{MASK}@host:6333"),
        ("https://user:pa/ss@host/x", f"https://{MASK}@host/x"),
        ("https://user:pa?ss@host", f"https://{MASK}"),
        ("https://host?api_key=abc", f"https://host?{MASK}"),
        ("https://host/x?api_key=a@bc", f"https://{MASK}"),
        ("https://host#abc", f"https://host#{MASK}"),
        ("AK:SK@minio:9000", f"{MASK}@minio:9000"),
        ("AK:S://K@minio:9000", f"{MASK}@minio:9000"),
        ("minio:9000", "minio:9000"),
        ("https://host:6333/x", "https://host:6333/x"),
    ],
)
def test_whatever_may_be_secret_in_an_address_is_masked(address: str, shown: str) -> None:
    told = by_name({"QDRANT_URL": address}, {"MINIO_HOST": address})
    assert told["QDRANT_URL"][0] == told["MINIO_HOST"][0] == shown


def test_settings_whose_names_speak_of_keys_are_secret() -> None:
    named = {name.upper() for name in Settings.model_fields if "key" in name or "secret" in name}
    hidden = {name.upper() for name, field in Settings.model_fields.items() if not field.repr}
    assert named == hidden == SECRETS


def test_a_name_that_is_nearly_a_setting_is_told_and_others_are_nobodys_business() -> None:
    file = {"QDRNT_URL": "x", "COMPOSE_PROFILES": "minio", "embedder": "fine", "BACKUPS": "s3://b"}
    (finding,) = misspelt(file, {"BACKUPS"})
    assert finding.level == "warning"
    assert "QDRNT_URL" in finding.what
    assert "QDRANT_URL" in finding.cure


def test_variables_of_compose_files_are_not_taken_for_misspelt_settings(tmp_path: Path) -> None:
    compose = "services: {minio: {ports: ['${MINIO_HOSTS:-9000}:9000']}}\n"
    (tmp_path / "docker-compose-cloud.yaml").write_text(compose)
    assert misspelt({"MINIO_HOSTS": "1"}, set())
    assert misspelt({"MINIO_HOSTS": "1"}, compose_names(tmp_path)) == []


def test_a_settings_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    assert file_values(tmp_path / ".env") == {}
    (tmp_path / ".env").write_bytes(b"EMBEDDER=\xff\xfe\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        file_values(tmp_path / ".env")
