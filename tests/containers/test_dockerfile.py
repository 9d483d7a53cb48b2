"""The Dockerfile, as far as it can be checked without an engine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from common.settings import Settings
from tests.containers.files import ROOT, Stage, dockerfile

BEFORE, STAGES = dockerfile()
MAKEFILE = (ROOT / "Makefile").read_text()


def environment(stage: Stage) -> dict[str, str]:
    pairs = (pair for text in stage.all("ENV") for pair in text.split())
    return dict(pair.split("=", 1) for pair in pairs)


def arguments(stage: Stage) -> dict[str, str]:
    return dict(text.partition("=")[::2] for text in stage.all("ARG"))


def poetry_installs(text: str) -> list[str]:
    return re.findall(r"(?:/poetry|\$\(POETRY\)) (install [^&\n]*?)\s*(?:&&|$)", text, re.MULTILINE)


def test_every_stage_stands_on_the_base_image_that_is_an_argument_or_on_another_stage() -> None:
    assert [line.split("=")[0] for line in BEFORE] == ["ARG BASE_IMAGE"]
    seen: set[str] = {"${BASE_IMAGE}"}
    for stage in STAGES.values():
        assert stage.base in seen
        seen.add(stage.name)


def test_the_base_image_is_pinned_to_a_release_of_a_python_that_is_supported() -> None:
    image, _, tag = BEFORE[0].partition("=")[2].partition(":")
    release = re.fullmatch(r"(\d+)\.(\d+)\.\d+-slim-[a-z]+", tag)
    assert image == "python"
    assert release is not None
    assert (3, 11) <= (int(release[1]), int(release[2])) < (3, 14)


def test_a_build_that_names_no_target_is_the_one_that_serves() -> None:
    last = list(STAGES.values())[-1]
    assert (last.base, last.instructions) == ("serving", ())


def test_poetry_is_installed_in_the_versions_of_the_makefile() -> None:
    stated = dict(re.findall(r"^(POETRY\w*_VERSION) := (\S+)$", MAKEFILE, re.MULTILINE))
    given = arguments(STAGES["packages"])
    assert {name: given[name] for name in stated} == stated
    (packages,) = re.findall(
        r"pip install --quiet --disable-pip-version-check \\\n\s*(.*)$", MAKEFILE, re.MULTILINE
    )
    wanted = packages.replace("$(", "${").replace(")", "}")
    assert f"pip install --quiet --disable-pip-version-check {wanted}" in " ".join(
        STAGES["packages"].all("RUN")
    )


def test_the_serving_packages_are_installed_as_the_makefile_installs_them() -> None:
    steps = " ".join(STAGES["packages"].all("RUN"))
    (main,) = (step for step in poetry_installs(MAKEFILE) if "--only main" in step)
    assert poetry_installs(steps) == [main]
    assert "-m venv --without-pip .venv" in steps
    assert "-m venv --without-pip .venv" in MAKEFILE
    assert "scripts/package_index.py" in steps
    assert environment(STAGES["packages"])["POETRY_VIRTUALENVS_IN_PROJECT"] == "true"


def test_only_training_gets_the_group_with_torch() -> None:
    assert poetry_installs(" ".join(STAGES["training-packages"].all("RUN"))) == [
        "install --no-root --no-interaction --only main,metrics"
    ]
    copied = {name: " ".join(stage.all("COPY")) for name, stage in STAGES.items()}
    assert "--from=packages /app/.venv" in copied["serving"]
    assert "--from=training-packages" not in copied["serving"]
    assert "--from=training-packages /app/.venv" in copied["training"]


def test_the_index_that_a_build_is_told_of_stays_out_of_the_images() -> None:
    for name in ("runtime", "serving", "training", "code"):
        assert not any(argument.startswith("PIP_") for argument in arguments(STAGES[name]))
        assert not any(variable.startswith("PIP_") for variable in environment(STAGES[name]))
    for name, default in arguments(STAGES["packages"]).items():
        assert default == "" or not name.startswith("PIP_")


@pytest.mark.parametrize("target", ["serving", "training"])
def test_the_images_run_as_a_user_that_is_no_root_told_by_number(target: str) -> None:
    runtime = STAGES[STAGES[target].base]
    assert runtime.name == "runtime"
    assert int(arguments(runtime)["UID"]) > 0
    assert runtime.all("USER") == ["${UID}:${UID}"]
    assert not STAGES[target].all("USER")


def test_the_health_check_asks_a_route_of_the_api_at_the_port_that_is_served() -> None:
    (check,) = STAGES["serving"].all("HEALTHCHECK")
    paths = json.loads((ROOT / "tests" / "api" / "openapi.json").read_text())["paths"]
    asked = re.search(r"/api(/v1/[\w/]+)", check)
    assert asked is not None
    assert asked[1] in paths
    assert "INTERACTIVE_PORT" in check
    served = environment(STAGES["runtime"])
    assert STAGES["serving"].all("EXPOSE") == [served["INTERACTIVE_PORT"]] == [served["API_PORT"]]


def test_the_settings_of_the_image_are_settings() -> None:
    names = {name.upper() for name in Settings.model_fields}
    given = {**environment(STAGES["runtime"]), **environment(STAGES["training"])}
    others = {"PATH", "HOME", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "TORCH_HOME"}
    assert set(given) - others <= names
    assert STAGES["runtime"].all("VOLUME") == [given["DATA_DIR"]]


@pytest.mark.parametrize("target", ["serving", "training"])
def test_the_images_start_a_module_that_exists(target: str) -> None:
    words = json.loads(STAGES[target].all("CMD")[0])
    assert words[:2] == ["python", "-m"]
    path = ROOT / Path(*words[2].split("."))
    assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def test_nothing_reaches_a_build_but_what_is_named() -> None:
    lines = (ROOT / ".dockerignore").read_text().split("\n")
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert all((ROOT / name).exists() for name in allowed)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= allowed
    assert not allowed & {"data", ".env", ".git", "tests", "notebooks"}
    for stage in STAGES.values():
        for text in stage.all("COPY"):
            if not text.startswith("--from="):
                assert all(
                    source == "." or source.split("/")[0] in allowed for source in text.split()[:-1]
                )
