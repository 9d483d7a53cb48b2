"""Which adapters are wanted, and where they search when a request does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from common.errors import QueryError, SettingsError

AdapterName: TypeAlias = Literal["s1", "s2", "s4"]

_NAMES: Final[tuple[AdapterName, ...]] = get_args(AdapterName)


def parse_adapters(text: str) -> Mapping[AdapterName, str]:
    """Read the setting API_ADAPTERS.

    Returns:
        By the name of each adapter wanted the category that it searches where a request names
        none; empty: there is no such category.

    Raises:
        SettingsError: an entry is not the name of an adapter, with or without a category.
    """
    chosen: dict[AdapterName, str] = {}
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    for entry in entries:
        named, _, category = entry.partition(":")
        name = next((known for known in _NAMES if known == named), None)
        if name is None or name in chosen:
            raise SettingsError(
                f"API_ADAPTERS cannot be used: '{entry}' is no adapter, or there twice",
                f"Choose among {', '.join(_NAMES)}, separated by commas; NAME:CATEGORY also says "
                "where to search",
            )
        chosen[name] = category
    return chosen


def asked_category(asked: str | None, default: str, adapter: AdapterName) -> str:
    """Return the category to search: the request's, or else the setting's.

    Raises:
        QueryError: neither names one.
    """
    if asked or default:
        return asked or default
    raise QueryError(
        "The request does not say which category to search",
        f"Add ?category=NAME, or set API_ADAPTERS={adapter}:NAME",
    )
