"""The API's description as it was last accepted. To accept a change of it::

python -m tests.api.snapshot
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from api.app import create_api
from tests.samples import make_services

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described() -> str:
    """Return the description as text, the same on every machine."""
    with tempfile.TemporaryDirectory() as empty:
        return json.dumps(create_api(make_services(Path(empty))).openapi(), indent=2) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(described(), encoding="utf-8")
