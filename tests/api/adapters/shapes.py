"""What the older systems answered, written down by hand from what their clients read."""

from __future__ import annotations

from typing import Any

import jsonschema

UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def closed(**properties: object) -> dict[str, Any]:
    """An object that has just these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def several(items: object) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
TASK_ID = {"type": "string", "pattern": UUID}

S1_PING = closed(msg={"const": "pong"})
S1_SEARCH = several(
    closed(
        id=WHOLE,
        version=WHOLE,
        score=NUMBER,
        payload=closed(class_=TEXT, file=TEXT, label=WHOLE),
    )
)
S2_SUBMIT = closed(task_id=TASK_ID, status=TEXT)
S2_RESULT = closed(
    request_id=TASK_ID,
    query_status={"enum": ["PENDING", "STARTED", "SUCCESS", "FAILURE"]},
    query_result=several({"type": "string", "pattern": "^https?://"}),
)
S4_TASK = closed(task_id=TEXT)
S4_FOUND = closed(
    status={"const": "SUCCESS"}, result=several(closed(image_uri=TEXT, distance=NUMBER))
)
S4_PENDING = closed(status={"enum": ["PENDING", "STARTED"]})
S4_ENDED = closed(status={"enum": ["SUCCESS", "FAILURE", "REVOKED"]}, result=TEXT)


def check(answer: object, shape: dict[str, Any]) -> None:
    """Make sure that an answer has a shape."""
    jsonschema.validate(answer, shape, jsonschema.Draft202012Validator)
