"""Values from metadata as text: neither Markdown nor HTML in them takes effect."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from common.records import PayloadValue

_SMALLEST_PLAIN = 1e-6  # what is nearer to nothing is written with an exponent
_MINUTE_SECONDS = 60
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


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, roughly."""
    seconds = max(0.0, (now - moment).total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{counted(int(seconds // length), unit)} ago"
    return "just now"


def seconds_left(seconds: float) -> str:
    """Return a rough duration from now on."""
    if seconds >= _MINUTE_SECONDS:
        return f"about {math.ceil(seconds / _MINUTE_SECONDS)} min left"
    return f"about {math.ceil(seconds)} s left"


def counted(number: int, thing: str) -> str:
    """Return a number with what it counts: ``1 picture``, ``2,000 pictures``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


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
