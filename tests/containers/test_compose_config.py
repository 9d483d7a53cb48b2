"""What Compose itself makes of the files; needs its program, and no engine."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.containers.files import ROOT

SECRETS = {
    "API_KEYS": "write:0123456789abcdef",
    "MINIO_ACCESS_KEY": "similarity",
    "MINIO_SECRET_KEY": "0123456789",
    "QDRANT_API_KEY": "0123456789",
}
OLDEST = (2, 20)
KEPT = ("PATH", "HOME", "DOCKER_CONFIG")


def config(kind: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Let Compose read a file, with no variables but those given."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    file = str(ROOT / f"docker-compose-{kind}.yaml")
    given = ["--env-file", os.devnull, "--file", file, *options]
    return subprocess.run(
        ["docker", "compose", *given, "config", "--format", "json"],
        env={**kept, **variables},
        capture_output=True,
        text=True,
    )


def services(*arguments: str, **variables: str) -> dict[str, Any]:
    done = config(*arguments, **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


@pytest.fixture(autouse=True, scope="module")
def _compose() -> None:
    if shutil.which("docker") is None:
        pytest.skip("there is no docker here")
    asked = subprocess.run(
        ["docker", "compose", "version", "--short"], capture_output=True, text=True
    )
    release = re.match(r"v?(\d+)\.(\d+)", asked.stdout)
    if release is None or (int(release[1]), int(release[2])) < OLDEST:
        pytest.skip("there is no Docker Compose 2.20 or newer here")


def test_the_local_set_needs_nothing_to_be_set() -> None:
    assert set(services("local")) == {"qdrant", "interactive"}
    assert set(services("local", "--profile", "training")) == {"qdrant", "interactive", "training"}


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_the_cloud_is_refused_with_a_sentence_when_a_secret_is_not_set(missing: str) -> None:
    rest = {name: value for name, value in SECRETS.items() if name != missing}
    for variables in (rest, {**rest, missing: ""}):
        done = config("cloud", **variables)
        assert done.returncode != 0
        assert f"Set {missing}" in done.stderr


def test_the_minio_server_comes_with_its_profile_only() -> None:
    without = services("cloud", **SECRETS)
    assert set(without) == {"qdrant", "restore", "interactive", "api"}
    chosen = services("cloud", COMPOSE_PROFILES="minio", **SECRETS)
    assert set(chosen) == {*without, "minio", "bucket"}


def test_settings_are_passed_on_and_what_is_not_set_is_not() -> None:
    told = services("cloud", EMBEDDER="histogram", MINIO_BUCKET_NAME="prints", **SECRETS)
    environment = told["api"]["environment"]
    assert environment["EMBEDDER"] == "histogram"
    assert environment["LOG_LEVEL"] is None
    assert told["restore"]["environment"]["FROM"] == "s3://prints/backups"
    assert told["qdrant"]["environment"]["QDRANT__SERVICE__API_KEY"] == SECRETS["QDRANT_API_KEY"]
