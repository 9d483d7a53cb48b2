"""Log lines: in UTC, and under the id of the request that they belong to."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

from common.logs import configure_logging, request_id


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("urllib3").setLevel(logging.NOTSET)


def test_a_line_names_its_request_and_only_within_one(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    log = logging.getLogger("some.module")
    log.info("before")
    token = request_id.set("abc-1")
    log.info("within")
    request_id.reset(token)
    log.debug("too fine")
    before, within = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}Z INFO    some\.module: before", before)
    assert within.endswith("INFO    some.module [abc-1]: within")


def test_a_client_that_asks_again_says_so_only_to_who_wants_details(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for level in ("DEBUG", "INFO"):
        configure_logging(level)
        logging.getLogger("urllib3.connectionpool").warning("Retrying after %s", level)
    assert [line[-5:] for line in capsys.readouterr().err.splitlines()] == ["DEBUG"]
