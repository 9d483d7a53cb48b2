"""Years out of free text, such as ``um 1750-1760``, ``2nd half of the 16th century``, ``44 BC``.

What is understood, in German, English, French, Italian and the Latin of catalogues:

======================================= ===========================
``1756``, ``c. 1756?``, ``12.5.1756``   1756 to 1756
``1756/57``, ``1756-57``, ``1756-7``    1756 to 1757
``1903-05``, ``1903-5-12``              1903 to 1903
``18. Jh.``, ``XVIIIe siècle``          1701 to 1800
``first half of the 18th c.``           1701 to 1750
``early``, ``late 18th century``        1701 to 1733, 1767 to 1800
``mid-18th century``                    1726 to 1775
``1920s``, ``late 1920s``, ``1700s``    1920 to 1929, 1926 to 1929, 1700 to 1799
``1850 or later``, ``1850 or earlier``  from 1850, to 1850
``before 1800``, ``bis 1800``           to 1799, to 1800
``after 1650``, ``seit 1650``           from 1651, from 1650
``44 BC``, ``-44``, ``saec. II a.C.``   -44 to -44, -200 to -101
======================================= ===========================

Of ``1903-05`` and ``1903/05`` the first is a month and the second is 1903 to 1905: two digits
from 01 to 12 behind four and a dash without spaces are a month, as in ISO 8601.

Years are those that historians write: the year before 1 is -1, and there is no year 0. "About"
widens nothing: how far it reaches, the text does not say. Several dates in one text are taken
together, from the earliest to the latest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from common.metadata.year_parts import Expression, YearRange
from common.metadata.year_statements import expressions
from common.metadata.year_words import simplify, tokens

__all__ = ["YearRange", "is_undated", "read_years", "years_fields"]

_MONTHS: Final = 12
_LONGEST_TEXT: Final = 500  # what is longer is an essay and no date
_UNDATED: Final = re.compile(
    r"|unknown|unbekannt|inconnue?|sconosciut[oa]|undated|undatiert|oj|od|nd|sd|sa|na|none"
    r"|ohne (jahr|datum)|no date|date unknown|unknown date|datum unbekannt|sine (anno|dato)"
    r"|sans date|senza data"
)


def years_fields(name: str) -> tuple[str, str]:
    """Return the fields that hold the first and the last year of the ``years`` field ``name``."""
    return f"{name}_from", f"{name}_to"


def is_undated(text: str) -> bool:
    """Tell whether a text says that there is no date: ``o. J.``, ``n.d.``, ``unknown``, ``?``."""
    if len(text) > _LONGEST_TEXT or any(character.isdigit() for character in text):
        return False
    letters = re.sub(r"[^a-z ]", "", simplify(text))
    return bool(_UNDATED.fullmatch(letters.replace(". ", "").strip())) or (
        _UNDATED.fullmatch(letters.replace(" ", "")) is not None
    )


def read_years(text: str) -> YearRange | None:
    """Return the years that a text tells, None where none is understood. Nothing is raised.

    Args:
        text: a date as catalogues write it; one of more than 500 characters is not read.
    """
    if len(text) > _LONGEST_TEXT:
        return None
    simple = simplify(text)
    dates, understood = expressions(list(tokens(simple)), simple)
    _share_eras_and_centuries(dates)
    if understood and dates and all(date.kind == "roman" for date in dates):
        for date in dates:  # "XVI-XVII", and nothing else
            date.century = True
    spans = _chained(dates)
    return _together(spans)


def _share_eras_and_centuries(dates: Sequence[Expression]) -> None:
    """Let joined dates share what only one of them says: ``300-200 BC``, ``3rd-4th c.``."""
    for left, right in reversed(list(pairwise(dates))):
        if not right.joined:
            continue
        if right.century and left.may_be_century:
            left.century = True
        left.era = left.era or right.era
    for left, right in pairwise(dates):
        if not right.joined:
            continue
        if left.century and right.may_be_century and right.kind != "year":
            right.century = True
        if left.century and right.may_be_century and right.digits <= 2 and not right.era:
            right.century = True
        if not right.era and left.era:
            # "300-200 BC" goes down; "30 BC-14" has gone over to our era.
            down = right.value <= left.value and not left.signed
            right.era = left.era if left.era > 0 or down else 1
        if right.kind == "year" and not right.century and not right.era:
            _complete(left, right)


def _complete(left: Expression, right: Expression) -> None:
    """Read ``1756/57`` and ``1756-7``: the digits that are left out are those before."""
    if right.dashed and (left.digits, right.digits) == (4, 2) and right.value <= _MONTHS:
        return
    if left.kind != "year" or right.digits >= left.digits or right.digits > 2 or left.digits > 4:
        return
    scale = 10**right.digits
    full = left.value // scale * scale + right.value
    if full > left.value:
        right.value, right.digits = full, left.digits


def _chained(dates: Iterable[Expression]) -> list[YearRange]:
    """Return the ranges of all dates; those that a dash joins become one."""
    chains: list[YearRange] = []
    follows = False
    for date in dates:
        span = date.years()
        if span is None:
            follows = False
            continue
        if date.joined and follows:
            chains[-1] = _joined(chains[-1], span)
        else:
            chains.append(span)
        follows = True
    return chains


def _joined(left: YearRange, right: YearRange) -> YearRange:
    if left.first is None or right.last is None or left.first <= right.last:
        return YearRange(left.first, right.last)
    return _hull([left, right])


def _together(spans: Sequence[YearRange]) -> YearRange | None:
    """Return what all dates of a text say: two opposite bounds enclose, all else adds up."""
    begun = [span.first for span in spans if span.last is None and span.first is not None]
    ended = [span.last for span in spans if span.first is None and span.last is not None]
    if begun and ended and len(begun) + len(ended) == len(spans) and max(begun) <= min(ended):
        return YearRange(max(begun), min(ended))
    whole = _hull(spans)
    return None if whole == YearRange(None, None) else whole


def _hull(spans: Sequence[YearRange]) -> YearRange:
    firsts = [span.first for span in spans]
    lasts = [span.last for span in spans]
    return YearRange(
        None if None in firsts else min((y for y in firsts if y is not None), default=None),
        None if None in lasts else max((y for y in lasts if y is not None), default=None),
    )
