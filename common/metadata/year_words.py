"""Dates as they are written, taken apart into tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from common.metadata.year_vocabulary import (
    BOUND_WORDS,
    BOUNDS,
    DECADE_WORDS,
    FRACTIONS,
    JOINS,
    LATIN_PARTS,
    MONTHS,
    NEGATIONS,
    NOISE,
    ORDINALS,
    PARTS,
)

Kind: TypeAlias = Literal[
    "year", "ordinal", "roman", "decade", "decade-word", "short-decade", "century", "part",
    "fraction", "era", "bound", "open", "not", "join", "minus", "noise", "dot-c", "dot-s", "word",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a date.

    Attributes:
        kind: what it is.
        text: how it was written.
        value: a number, the sign of an era, a denominator or an ordinal; 0 where there is none.
        start: where it begins.
    """

    kind: Kind
    text: str
    value: int
    start: int


_DAY: Final = r"(?:[0-3]?[0-9](?:\.|st|nd|rd|th|er|o)?\s*(?:of\s|de\s|di\s|-\s*)?\s*)"

# The order matters: what is longer or rarer is tried first.
_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("iso", r"(?P<iso_year>\d{4})(?P<between>[-/.])(?:0?\d|1[0-2])(?P=between)(?:[0-2]?\d|3[01])"
            r"(?:[t ]\d\d:\d\d[\d:.]*(?:z|[+-]\d\d:?\d\d)?)?(?!\d)"),
    ("dotted", r"\d{1,2}\s?[./]\s?\d{1,2}\s?[./]\s?(?P<dotted_year>\d{3,4})(?!\d)"),
    (
        "month",
        rf"{_DAY}?\b(?:{'|'.join(MONTHS)})\b\.?(?:\s[0-3]?\d(?:st|nd|rd|th)?(?=,|\s+\d{{3,4}}|\s*$))?,?",
    ),
    (
        "bc",
        r"\b(?:b\.?\s?c\.?(?:\s?e\b\.?)?|v\.?\s?chr\b\.?|vor christ(?:us|i geburt|o)?\b"
        r"|v\.?\s?u\.?\s?z\b\.?|a\.\s?c(?:hr)?(?:\.|\b)(?:\s?n\.)?|a\.?c\.?n\.|ac\b"
        r"|av\.?\s?j\.?-?\s?-?c\b\.?|avant jesus[- ]christ\b|avanti cristo\b|ante christum\b"
        r"|av\.?\s?n\.?\s?e\b\.?)(?!\w)",
    ),
    (
        "ad",
        r"\b(?:a\.\s?d\.|ad|anno domini|c\.?\s?e\b\.?|n\.?\s?chr\b\.?|nach christ(?:us|i geburt|o)?"
        r"|n\.?\s?u\.?\s?z\b\.?|u\.\s?z\.|p\.\s?c(?:hr)?\b\.?(?:\s?n\.)?|pc|post christum"
        r"|ap\.?\s?j\.?-?\s?-?c\b\.?|apres jesus[- ]christ|dopo cristo|d\.\s?c\b\.?|dc|de notre ere"
        r"|of the common era)(?!\w)",
    ),
    ("decade", r"(?P<decade_year>\d{2,3}0)(?:'?s|er(?:[ -]jahren?)?)\b"),
    ("shortdecade", r"(?P<short>\d0)(?:'?s|er(?:[ -]jahren?)?)\b"),
    ("century", r"\b(?:jahrhundert(?:s|e|en)?|jhdts?|jhs?|jhd|centur(?:y|ies)|cent|siecles?"
                r"|secol[oi]|sec|saec(?:ul(?:o|um|i))?)\b\.?"),
    ("ordinal", r"(?P<nth>\d{1,2})(?:st|nd|rd|th|eme|ieme|re|er|e|o|a|°|\.)(?![a-z0-9])"),
    ("number", r"\d+"),
    ("latinpart", r"\b(?:ex|in|med)\.(?=$|[\s/,;)-])"),
    ("roman", r"\b(?=[ivx])(?P<numeral>x{0,2}(?:ix|iv|v?i{0,3}))(?:eme|ieme|er|e|o)?\b"),
    ("open", r"\b(?:or|and|oder|und|ou|et|o|e)\s(?:"
             r"(?P<later>later|after|spater|danach|plus tard|apres|piu tardi|dopo)"
             r"|earlier|before|fruher|davor|plus tot|avant|prima)\b(?=\s*(?:$|[\])?;,]))"),
    ("dotc", r"\bc\b\.?"),
    ("dots", r"\bs\b\.?"),
    ("words", r"[a-z]+(?:'(?=[a-z]))?"),
    ("sign", r"[-/]"),
)  # fmt: skip
_SCANNER: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))
_ROMAN: Final = {"i": 1, "v": 5, "x": 10}
_DASHES: Final = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"
)


def simplify(text: str) -> str:
    """Return a text in lower case, without diacritics and with one kind of dash and apostrophe."""
    spread = unicodedata.normalize("NFKD", text.translate(_DASHES).replace("’", "'")).casefold()
    bare = "".join(c for c in spread if not unicodedata.combining(c)).replace("\u2044", "/")
    return " ".join(bare.split())


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a simplified text; what is none, such as brackets, is passed over."""
    for match in _SCANNER.finditer(text):
        if match[0]:
            kind, value = _meaning(match)
            yield Token(kind, match[0], value, match.start())


def _meaning(match: re.Match[str]) -> tuple[Kind, int]:
    text = match[0]
    match match.lastgroup:
        case "iso":
            return "year", int(match["iso_year"])
        case "dotted":
            return "year", int(match["dotted_year"])
        case "month":
            return "noise", 0
        case "bc":
            return "era", -1
        case "ad":
            return "era", 1
        case "decade":
            return "decade", int(match["decade_year"])
        case "shortdecade":
            return "short-decade", int(match["short"])
        case "century":
            return "century", 0
        case "ordinal":
            return "ordinal", int(match["nth"])
        case "number":
            return "year", int(text[:9])
        case "latinpart":
            return "part", LATIN_PARTS[text]
        case "roman":
            return "roman", _roman(match["numeral"])
        case "open":
            return "open", BOUNDS.index("since" if match["later"] else "until")
        case "dotc":
            return "dot-c", 0
        case "dots":
            return "dot-s", 0
        case "sign":
            return ("minus" if text == "-" else "join"), 0
    return _word(text)


def _word(text: str) -> tuple[Kind, int]:
    if text in FRACTIONS:
        return "fraction", FRACTIONS[text]
    if text in ORDINALS:
        return "ordinal", ORDINALS[text]
    if text in PARTS:
        return "part", PARTS[text]
    if text in BOUND_WORDS:
        return "bound", BOUNDS.index(BOUND_WORDS[text])
    if text in JOINS:
        return "join", 0
    if text in NEGATIONS:
        return "not", 0
    if text in DECADE_WORDS:
        return "decade-word", 0
    return ("noise" if text in NOISE else "word"), 0


def _roman(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
