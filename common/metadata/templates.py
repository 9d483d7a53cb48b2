"""Templates such as ``https://papyri.info/ddbdp/{id}``, filled from a row's columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from common.errors import MetadataError

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_BRACES: Final = frozenset("{}")
# What a path may hold as it is, so that an id such as "p.oxy;1;2" stays readable.
_SAFE_IN_PATH: Final = ";:@,"


@dataclass(frozen=True, slots=True)
class Template:
    """A text with names of columns in braces.

    Attributes:
        name: what the template is called where it is declared, for messages.
        text: the template.
    """

    name: str
    text: str

    @property
    def columns(self) -> list[str]:
        """The columns it asks for, in order."""
        return _PLACEHOLDER.findall(self.text)

    def check(self, known: Mapping[str, int]) -> None:
        """Make sure that every placeholder is a column.

        Raises:
            MetadataError: one is not, there is none, or a brace stands alone.
        """
        listed = ", ".join(f"'{column}'" for column in known) or "none"
        if not self.columns or _BRACES & set(_PLACEHOLDER.sub("", self.text)):
            raise MetadataError(
                f"The {self.name} '{self.text}' is no text with columns in braces",
                f"Write it with a column's name in braces, such as {{id}} (columns: {listed})",
            )
        unknown = next((column for column in self.columns if column not in known), None)
        if unknown is not None:
            raise MetadataError(
                f"The {self.name} '{self.text}' names '{unknown}', which is no column of the table",
                f"Name one of its columns: {listed}",
            )

    def check_address(self) -> None:
        """Make sure that it makes addresses of one web site, whatever a row says.

        Raises:
            MetadataError: it does not begin with http(s) and a host, or a row could choose the
                host.
        """
        try:
            parts = urlsplit(self.text)
            host = parts.hostname or ""
        except ValueError:
            parts, host = urlsplit(""), ""
        before_path = f"{parts.scheme}{parts.netloc}"
        if parts.scheme not in ("http", "https") or not host or _BRACES & set(before_path):
            raise MetadataError(
                f"The {self.name} '{self.text}' begins with no web site",
                "Begin it with https:// or http:// and a host, and put columns behind that",
            )

    def fill(self, value: Callable[[str], str]) -> str:
        """Return the text of a row; empty where a column that it asks for is empty."""
        filled = {column: value(column) for column in self.columns}
        if not all(filled.values()):
            return ""
        return _PLACEHOLDER.sub(lambda match: filled[match[1]], self.text)

    def fill_address(self, value: Callable[[str], str]) -> str:
        """Return the address of a row, its values percent-encoded; empty as in :meth:`fill`."""
        fixed = _PLACEHOLDER.sub(lambda match: "x" * len(match[0]), self.text)
        path_ends = len(re.split(r"[?#]", fixed, maxsplit=1)[0])
        filled = {column: value(column) for column in self.columns}
        if not all(filled.values()):
            return ""
        return _PLACEHOLDER.sub(
            lambda match: quote(
                filled[match[1]], safe=_SAFE_IN_PATH if match.start() < path_ends else ""
            ),
            self.text,
        )
