"""The serving image, built from this checkout, and a container of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from scripts.bench_container import Container, ContainerError, build, engine, has_image, serving
from tests.containers.files import dockerfile

IMAGE = "visual-similarity-search:tested"
PULL_SECONDS = 120
START_SECONDS = 300


@pytest.fixture(scope="session")
def image() -> str:
    """The image; skips where there is no engine, or no base image to be had.

    ``BASE_IMAGE`` names another base than the Dockerfile's, such as one made on this machine.
    """
    try:
        program = engine()
    except ContainerError as error:
        pytest.skip(f"no container engine: {error}")
    base = os.environ.get("BASE_IMAGE") or dockerfile()[0][0].partition("=")[2]
    if not has_image(base):
        try:
            pulled = subprocess.run(
                [program, "pull", base], capture_output=True, text=True, timeout=PULL_SECONDS
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"base image '{base}' does not arrive; BASE_IMAGE names another")
        if pulled.returncode:
            pytest.skip(f"base image '{base}' cannot be had; BASE_IMAGE names another")
    build("serving", IMAGE)
    return IMAGE


@pytest.fixture(scope="module")
def container(image: str) -> Iterator[Container]:
    """A container that is ready, with a small category that was drawn and indexed in it."""
    with serving(image, "--env=DEMO_DATA=false") as started:
        started.wait_until_ready(START_SECONDS)
        drawing = ["--only=tiles", "--classes=3", "--pictures=2", "--workers=1"]
        started.run("python", "-m", "scripts.demo_data", *drawing)
        started.run("python", "-m", "scripts.index")
        yield started
