"""The serving image as a container, for real: needs an engine and a base image."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest

from common.client import SearchClient
from common.queries import SearchOptions
from scripts.bench_container import Container, ContainerError, serving
from tests.containers.conftest import START_SECONDS

pytestmark = [pytest.mark.container, pytest.mark.xdist_group("container")]

ENDED_ON_REQUEST = ("0", "143")  # by itself, or by the signal; 137 would be killed


def get(container: Container, path: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(container.url + path, timeout=30) as answer:
        return answer.status, answer.read()


def hits_of_the_first_record(container: Container) -> list[tuple[str, float]]:
    with SearchClient(f"{container.url}/api") as client:
        (category,) = client.categories()
        record = next(iter(client.records(category.name)))
        answer = client.similar(category.name, record.id, SearchOptions(k=5))
        return [(hit.id, round(hit.similarity, 5)) for hit in answer.hits]


def test_page_api_and_health_answer(container: Container) -> None:
    assert get(container, "/")[0] == 200
    assert get(container, "/_stcore/health") == (200, b"ok")
    assert b"openapi" in get(container, "/api/docs")[1]
    status, body = get(container, "/api/v1/health/ready")
    assert (status, json.loads(body)["status"]) == (200, "ok")


def test_the_engine_sees_that_it_is_healthy(container: Container) -> None:
    deadline = time.monotonic() + START_SECONDS
    while container.inspect("{{.State.Health.Status}}") != "healthy":
        assert time.monotonic() < deadline, container.inspect("{{json .State.Health}}")
        time.sleep(0.5)


def test_it_runs_as_a_user_that_is_no_root_and_can_become_none(container: Container) -> None:
    assert container.run("id", "-u").strip() == "10001"
    status = container.run("cat", "/proc/1/status")
    assert "NoNewPrivs:\t1" in status
    assert "CapBnd:\t0000000000000000" in status


@pytest.mark.parametrize("place", ["/", "/app", "/app/.venv", "/etc", "/var/tmp"])
def test_nothing_can_be_written_beside_data_and_scratch(container: Container, place: str) -> None:
    with pytest.raises(ContainerError, match="Read-only file system"):
        container.run("touch", f"{place}/written")


def test_it_keeps_within_the_memory_it_is_given(container: Container) -> None:
    assert container.inspect("{{.HostConfig.Memory}}") == str(1 << 30)
    assert container.inspect("{{.State.OOMKilled}}") == "false"


def test_there_is_no_torch_in_it_and_no_package_manager_of_the_build(container: Container) -> None:
    names = "('torch', 'torchvision', 'poetry', 'pip', 'pytest')"
    found = container.run(
        "python", "-c", f"import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"
    )
    assert found.strip() == "[]"


def test_it_is_compiled_since_it_cannot_do_that_itself(container: Container) -> None:
    loaded = "import scripts.serve, numpy; print(scripts.serve.__cached__, numpy.__cached__)"
    for path in container.run("python", "-c", loaded).split():
        container.run("test", "-f", path)


def test_it_ends_when_told_and_a_restart_keeps_the_data(container: Container) -> None:
    before = hits_of_the_first_record(container)
    assert len(before) == 5
    container.stop()
    assert container.inspect("{{.State.ExitCode}}") in ENDED_ON_REQUEST
    container.start()
    container.wait_until_ready(START_SECONDS)
    assert hits_of_the_first_record(container) == before


def test_any_user_may_run_it_and_a_wrong_setting_ends_it_with_a_sentence(image: str) -> None:
    wrong = ["--user=4321:4321", "--env=INTERACTIVE_PORT=many"]
    with (
        serving(image, *wrong) as ended,
        pytest.raises(ContainerError, match="Container ended: Error: Settings cannot be used"),
    ):
        ended.wait_until_ready(START_SECONDS)
