"""The API's description: complete, honest, and the same as last accepted."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.api.snapshot import SNAPSHOT, described

API: dict[str, Any] = json.loads(described())
SCHEMAS: dict[str, Any] = API["components"]["schemas"]
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in API["paths"].items()
    for method, operation in methods.items()
}


def test_the_description_is_the_one_last_accepted() -> None:
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == API, (
        "The API has changed. If it was meant to: python -m tests.api.snapshot"
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_does_and_answers(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert set(operation["tags"]) <= {tag["name"] for tag in API["tags"]}
    for parameter in operation.get("parameters", []):
        assert parameter.get("description") or parameter["schema"].get("description")
    for status, response in operation["responses"].items():
        assert response["description"]
        if int(status) >= 400 and "health" not in name:
            assert list(response["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("name", [name for name in SCHEMAS if "examples" in SCHEMAS[name]])
def test_every_example_is_what_it_is_an_example_of(name: str) -> None:
    schema = {**SCHEMAS[name], "components": API["components"]}
    for example in schema["examples"]:
        jsonschema.validate(example, schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "name",
    [
        *("AddressList", "AnswerBody", "BatchAnswerBody", "BatchBody", "CategoryBody"),
        "CategorySummary",
        *("CurrentGeneration", "EmbedderBody", "EmbedderList", "FilterBody", "GenerationBody"),
        *("RecordChoice", "RecordPatch", "RemovalBody", "RemovalOrder", "RemovedPage"),
        *(
            "HitBody",
            "IndexOptions",
            "JobBody",
            "Problem",
            "QueryBody",
            "Readiness",
            "RecordBody",
            "RecordPage",
        ),
    ],
)
def test_what_is_asked_and_answered_has_examples(name: str) -> None:
    def has_examples(schema: dict[str, Any]) -> bool:
        below = [*schema.get("properties", {}).values(), schema.get("items", {})]
        named = SCHEMAS.get(schema.get("$ref", "").rpartition("/")[2])
        return "examples" in schema or any(
            has_examples(part) for part in ([named] if named else below) if part
        )

    assert has_examples(SCHEMAS[name])
