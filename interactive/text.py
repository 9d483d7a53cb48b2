"""Values from metadata as text: neither Markdown nor HTML in them takes effect."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from common.records import PayloadValue

_SMALLEST_PLAIN = 1e-6  # what is nearer to nothing is written with an exponent
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@\"'])")


def plain(text: str) -> str:
    """Return Markdown that shows ``text`` as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def shown(value: PayloadValue) -> str:
    """Return a payload value as people write it; empty for None and an empty list."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            if value and abs(value) < _SMALLEST_PLAIN:
                return f"{value:g}"
            return f"{value:,.8f}".rstrip("0").rstrip(".").replace(",", "\u202f")
        case list():
            return ", ".join(value)
        case _:
            return str(value)


def percent(similarity: float) -> str:
    """Return a cosine as a percentage; what points away (below 0) counts as nothing alike."""
    return f"{max(0.0, similarity) * 100:.1f} %"


def safe_link(value: PayloadValue) -> str | None:
    """Return a web address that may be linked to, None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.netloc else None


def definition_list(rows: Iterable[tuple[str, str]]) -> str:
    """Return an HTML list of labels and values, both escaped."""
    items = "".join(
        f"<div><dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd></div>"
        for label, value in rows
    )
    return f'<dl class="facts">{items}</dl>'
