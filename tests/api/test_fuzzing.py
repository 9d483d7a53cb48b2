"""Requests made from the API's own description: none is answered by a server error."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
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
from tests.api.test_openapi import OPERATIONS
from tests.samples import add_category, index_all, make_services

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Services:
    data_dir: Path = tmp_path_factory.mktemp("fuzzed")
    add_category(data_dir, "shapes", "Shapes", each=1)
    live = make_services(data_dir, embedder="histogram")
    index_all(live)
    return live


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        (name, mode)
        for name, operation in OPERATIONS.items()
        for mode in GenerationMode
        # Where nothing can be given, nothing wrong can be either.
        if mode is GenerationMode.POSITIVE or {"parameters", "requestBody"} & operation.keys()
    ],
)
def test_whatever_is_sent_the_answer_is_one_that_was_promised(
    served: Services, name: str, mode: GenerationMode
) -> None:
    method, path = name.split(" ")
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_api(served))
    operation = schema[path][method]
    record = served.store.open("shapes").scroll(limit=1).points[0].id
    # One that has ended: for others, reading waits as long as it is asked to.
    job = served.jobs.cancel(served.jobs.submit("index", "shapes").id).id
    existing = {"category": "shapes", "record": record, "name": "histogram", "job": job}

    @settings(
        max_examples=12,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        if mode is GenerationMode.POSITIVE and method != "DELETE":  # get beyond "not found"
            case.path_parameters = {name: existing[name] for name in case.path_parameters}
        case.validate_response(case.call(), checks=CHECKS)

    ask()
