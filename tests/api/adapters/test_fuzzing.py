"""Requests made from the adapters' description: none is answered by a server error."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_api
from common.assembly import Services
from tests.api.adapters.conftest import ALL
from tests.samples import add_category, index_all, make_services, picture

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    ("GET", "/ping"),
    ("POST", "/search/{collection}"),
    ("POST", "/papyrus/submit/"),
    ("GET", "/papyrus/result/{task_id}"),
    ("POST", "/upload_catalogue"),
    ("POST", "/search_with_image"),
    ("GET", "/poll_task_status/{task}"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Services:
    data_dir: Path = tmp_path_factory.mktemp("fuzzed")
    add_category(data_dir, "shapes", "Shapes", each=1)
    live = make_services(data_dir, embedder="histogram", api_adapters=ALL)
    index_all(live)
    return live


def task_of(live: Services) -> str:
    """The id of a search that was answered."""
    asked = {"file": ("q", picture("teal", 1))}
    answer = TestClient(create_api(live)).post("/search_with_image", files=asked)
    return str(answer.json()["task_id"])


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        (method, path, mode)
        for method, path in OPERATIONS
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or path != "/ping"
    ],
)
def test_whatever_is_sent_the_answer_is_one_that_was_promised(
    served: Services, method: str, path: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_asgi("/openapi.json", create_api(served))[path][method]
    task = task_of(served)
    existing = {"collection": "shapes", "task_id": task, "task": task}

    @settings(
        max_examples=12,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        if mode is GenerationMode.POSITIVE:  # get beyond "not found"
            case.path_parameters = {name: existing[name] for name in case.path_parameters}
            if isinstance(case.query, dict):
                case.query.pop("category", None)
        case.validate_response(case.call(), checks=CHECKS)

    ask()


def test_the_description_is_as_complete_as_that_of_the_other_routes(served: Services) -> None:
    schema = create_api(served).openapi()
    tags = {tag["name"] for tag in schema["tags"]}
    assert {"s1", "s2", "s4"} <= tags
    for method, path in OPERATIONS:
        operation = schema["paths"][path][method.lower()]
        assert operation["description"].endswith(".")
        assert set(operation["tags"]) <= tags
        for parameter in operation.get("parameters", []):
            assert parameter["description"]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]
