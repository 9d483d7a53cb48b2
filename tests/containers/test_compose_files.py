"""The compose files, as far as they can be checked without an engine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from common.settings import Settings
from tests.containers.files import COMPOSE_FILES, ROOT, compose, dockerfile, variables

GUIDE = (ROOT / "docs" / "containers.md").read_text()
SETTINGS = {name.upper() for name in Settings.model_fields}
BUILD_ARGUMENTS = {"BASE_IMAGE", "PIP_INDEX_URL", "PIP_TRUSTED_HOST"}
# What a container says of itself, and what concerns the embedded engine or other servers.
OWN = {
    "API_PORT",
    "DATA_DIR",
    "INTERACTIVE_HOST",
    "INTERACTIVE_PORT",
    "MINIO_CA_FILE",
    "QDRANT_CA_FILE",
    "QDRANT_GRPC_PORT",
    "QDRANT_PORT",
    "QDRANT_URL",
}
ONLY_CLOUD = {"QDRANT_API_KEY", "QDRANT_REPLICAS", "QDRANT_SHARDS", "THUMBNAIL_CACHE_MEGABYTES"}
SECRETS = {"API_KEYS", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "QDRANT_API_KEY"}


def services(name: str) -> dict[str, dict[str, Any]]:
    found = compose(name)["services"]
    assert isinstance(found, dict)
    return found


def every_service() -> list[Any]:
    return [
        pytest.param(file, name, id=f"{file.split('-')[-1].removesuffix('.yaml')}-{name}")
        for file in COMPOSE_FILES
        for name in services(file)
    ]


def is_ours(service: dict[str, Any]) -> bool:
    return str(service["image"]).startswith("visual-similarity-search:")


def ends_by_itself(service: dict[str, Any]) -> bool:
    return service["restart"] == "no"


def default_of(text: str) -> str:
    """Return a text as it is when nothing is set."""
    (variable,) = variables(text)
    assert variable.default is not None
    return variable.default


def documented() -> dict[str, str]:
    return dict(re.findall(r"^\| `([A-Z_]+)` \| *`?([^|`]*?)`? *\|", GUIDE, re.MULTILINE))


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_each_variable_has_a_default_or_a_sentence_and_the_guide_tells_of_it(file: str) -> None:
    for variable in variables((ROOT / file).read_text()):
        if variable.default is None:
            assert variable.name in SECRETS
            assert re.match(rf"Set {variable.name}\b.{{10,}}[^.]$", variable.sentence)
            assert f"`{variable.name}`" in GUIDE
        elif variable.name == "BACKUPS":
            assert documented()["BACKUPS"] == re.sub(r":-[^}]*", "", variable.default)
        else:
            assert documented()[variable.name] == variable.default


def test_the_guide_tells_of_no_variable_that_is_not_there() -> None:
    used = {v.name for file in COMPOSE_FILES for v in variables((ROOT / file).read_text())}
    assert set(documented()) - used == BUILD_ARGUMENTS | {"COMPOSE_PROFILES"}
    before, _ = dockerfile()
    assert documented()["BASE_IMAGE"] == before[0].partition("=")[2]


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_each_setting_reaches_the_containers_or_is_the_files_own(file: str) -> None:
    left_out = OWN
    if "local" in file:
        left_out = OWN | ONLY_CLOUD | {n for n in SETTINGS if n.startswith("MINIO_")} | {"TYPE"}
    for service in services(file).values():
        if is_ours(service):
            assert set(service["environment"]) - {"AT", "FROM"} == SETTINGS - left_out


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_no_secret_has_a_default(file: str) -> None:
    text = (ROOT / file).read_text()
    assert all(v.default is None for v in variables(text) if v.name in SECRETS)
    for service in services(file).values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"KEY|PASSWORD|ROOT_USER", name):
                assert value is None or variables(str(value))[0].default is None


@pytest.mark.parametrize(("file", "name"), every_service())
def test_each_image_is_ours_or_pinned(file: str, name: str) -> None:
    service = services(file)[name]
    if is_ours(service):
        _, stages = dockerfile()
        assert service["build"]["target"] in stages
        assert service["image"].endswith(service["build"]["target"])
        assert set(service["build"]["args"]) == BUILD_ARGUMENTS
    else:
        _, _, tag = default_of(service["image"]).rpartition(":")
        assert re.fullmatch(r"v\d+\.\d+\.\d+(-\w+)?|RELEASE\.[\dTZ-]+", tag)


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_qdrants_server_is_of_the_release_of_its_client(file: str) -> None:
    packages = tomllib.loads((ROOT / "poetry.lock").read_text())["package"]
    (client,) = (p["version"] for p in packages if p["name"] == "qdrant-client")
    image = default_of(services(file)["qdrant"]["image"])
    assert image.startswith(f"qdrant/qdrant:v{client.rpartition('.')[0]}.")


@pytest.mark.parametrize(("file", "name"), every_service())
def test_each_container_has_limits_and_bounded_logs(file: str, name: str) -> None:
    service = services(file)[name]
    memory = str(service["mem_limit"])
    assert re.fullmatch(r"\d+[mg]", default_of(memory) if "$" in memory else memory)
    assert service["pids_limit"] > 0
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert service["init"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize(("file", "name"), every_service())
def test_our_containers_can_write_their_data_and_scratch_only(file: str, name: str) -> None:
    service = services(file)[name]
    if not is_ours(service):
        return
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert not service.get("privileged")
    assert sorted(volume.split(":")[1] for volume in service["volumes"]) == ["/data", "/tmp"]
    if "user" in service:
        assert all(int(variable.default or 0) > 0 for variable in variables(service["user"]))


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_volumes_are_named_and_declared(file: str) -> None:
    used = {
        volume.split(":")[0]
        for service in services(file).values()
        for volume in service.get("volumes", [])
    }
    assert used - {"./data"} == set(compose(file)["volumes"])
    assert ("./data" in used) == ("local" in file)


def test_the_two_sets_share_no_volume() -> None:
    local, cloud = (set(compose(file)["volumes"]) for file in COMPOSE_FILES)
    assert not local & cloud


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_ports_are_published_on_this_machine_only_and_none_twice(file: str) -> None:
    ports = [p for service in services(file).values() for p in service.get("ports", [])]
    assert all(port.startswith("${PUBLISH_ADDRESS:-127.0.0.1}:${") for port in ports)
    published = [variables(port)[1] for port in ports]
    assert len({port.default for port in published}) == len(ports)
    assert not services(file)["qdrant"].get("ports")
    (page,) = services(file)["interactive"]["ports"]
    default = Settings.model_fields["interactive_port"].default
    assert page.endswith(f":${{INTERACTIVE_PORT:-{default}}}:8080")


@pytest.mark.parametrize(("file", "name"), every_service())
def test_what_goes_on_running_has_a_health_check_and_what_ends_is_waited_for(
    file: str, name: str
) -> None:
    service = services(file)[name]
    if ends_by_itself(service):
        assert is_ours(service) or service["healthcheck"] == {"disable": True}
    elif is_ours(service):
        assert "healthcheck" not in service  # the image's own
    else:
        assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize(("file", "name"), every_service())
def test_nothing_starts_before_what_it_needs_is_healthy(file: str, name: str) -> None:
    there = services(file)
    for needed, how in there[name].get("depends_on", {}).items():
        ended = ends_by_itself(there[needed])
        wanted = "service_completed_successfully" if ended else "service_healthy"
        assert how["condition"] == wanted
        # Compose refuses what needs a service of a profile that is not chosen.
        profiles = set(there[needed].get("profiles", []))
        assert profiles <= set(there[name].get("profiles", [])) or how["required"] is False


def test_in_the_cloud_nothing_is_served_before_the_backup_is_restored() -> None:
    there = services("docker-compose-cloud.yaml")
    restoring = there["restore"]
    assert restoring["command"] == ["python", "-m", "scripts.restore_indexes"]
    assert {"qdrant", "bucket"} <= set(restoring["depends_on"])
    for name in ("interactive", "api"):
        assert {"qdrant", "restore"} <= set(there[name]["depends_on"])
        assert set(restoring["volumes"]) & set(there[name]["volumes"]) >= {"data-cloud:/data"}


@pytest.mark.parametrize(("file", "name"), every_service())
def test_commands_are_modules_that_exist(file: str, name: str) -> None:
    service = services(file)[name]
    if is_ours(service) and "command" in service:
        python, option, module = service["command"]
        assert (python, option) == ("python", "-m")
        assert (ROOT / Path(*module.split("."))).with_suffix(".py").is_file()


def test_a_variable_without_default_or_sentence_is_found_out() -> None:
    with pytest.raises(ValueError, match="SECRET has neither"):
        variables("key: ${SECRET}")
    assert [v.name for v in variables("$${NOT} ${A:-x/${B:-y}}")] == ["A", "B"]
