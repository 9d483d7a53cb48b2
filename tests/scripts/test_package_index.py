"""Which package index Poetry is told to use."""

from __future__ import annotations

import pytest

from scripts.package_index import configured_index

USAGE = """Package Index Options:
  -i, --index-url <url>       Base URL of the Python Package Index (default
                              https://index.example/simple). This should
                              point to a repository compliant with PEP 503.
"""


def test_the_default_of_pip_is_used_when_nothing_is_configured() -> None:
    assert (
        configured_index("global.cert='/etc/ssl/ca.crt'\n", USAGE) == "https://index.example/simple"
    )


def test_the_environment_wins_over_files() -> None:
    listed = "global.index-url='https://file.example/simple'\n:env:.index-url='https://env.example'"
    assert configured_index(listed, USAGE) == "https://env.example"


def test_an_index_that_is_named_nowhere_is_an_error() -> None:
    with pytest.raises(LookupError, match="PIP_INDEX_URL"):
        configured_index("", "no options here")
