"""The dates of a text, each with the words around it that say what is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from common.metadata.year_parts import EARLY, LATE, MIDDLE, Expression, Kind, Part
from common.metadata.year_vocabulary import BOUNDS, Bound
from common.metadata.year_words import Token

_PARTS: Final = {1: EARLY, 2: MIDDLE, 3: LATE}
_NEGATED: Final[Mapping[Bound, Bound]] = {"before": "since", "after": "until"}
_LONG_YEAR_DIGITS: Final = 3
# Words for a fraction behind an ordinal ("second third"), and for something else elsewhere.
_FRACTIONS_BEHIND: Final = {"third": 3, "terzo": 3, "quarto": 4, "meta": 2}


def expressions(tokens: Sequence[Token], text: str) -> tuple[list[Expression], bool]:
    """Return the dates of a text.

    Args:
        tokens: of the text.
        text: simplified.

    Returns:
        The dates, and whether every word around them was understood.
    """
    reader = _Reader(tokens, text)
    for index, token in enumerate(tokens):
        reader.take(token, index)
    reader.finish()
    return reader.found, reader.understood


@dataclass(slots=True)
class _Ahead:
    """What was said ahead of a date that is still to come."""

    part: Part | None = None
    bound: Bound | None = None
    era: int = 0
    century: bool = False
    decade: bool = False
    signed: bool = False
    joined: bool = False
    dashed: bool = False
    negated: bool = False


@dataclass(slots=True)
class _Reader:
    tokens: Sequence[Token]
    text: str
    found: list[Expression] = field(default_factory=list)
    understood: bool = True
    ahead: _Ahead = field(default_factory=_Ahead)
    fresh: bool = False  # the last token that matters was a date, or belongs to one

    def take(self, token: Token, index: int) -> None:
        match token.kind:
            case "noise":
                pass
            case "year" | "ordinal" | "roman" | "decade" | "short-decade":
                if token.text in _FRACTIONS_BEHIND and self._ordinal_before():
                    self._fraction(_FRACTIONS_BEHIND[token.text])
                else:
                    self._date(token)
            case "bound" if token.text == "prima" and self._following(index) in _FRACTIONS_BEHIND:
                self._date(Token("ordinal", token.text, 1, token.start))  # the first half
            case "century" | "dot-c" | "dot-s":
                self._century(token, index)
            case "era":
                if self.fresh:
                    self.found[-1].era = token.value
                else:
                    self.ahead.era = token.value
            case "part" | "fraction":
                self._part(token)
            case _:
                self._between(token, index)
                self.fresh = False

    def finish(self) -> None:
        """Give what stands behind all dates to the last one: ``18th century, second half``."""
        if self.found and self.found[-1].part is None:
            self.found[-1].part = self.ahead.part

    def _between(self, token: Token, index: int) -> None:
        match token.kind:
            case "bound":
                self._bound(token)
            case "open":
                if self.fresh and self.found[-1].bound is None:  # "1750 or later"
                    self.found[-1].bound = BOUNDS[token.value]
            case "not":
                self.ahead.negated = True
            case "join":
                self.ahead.joined = bool(self.found)
            case "minus":
                self._minus(token, index)
            case "decade-word":
                self.ahead.decade = True
            case _:
                self.understood = False
                self.ahead.bound = None
                self.ahead.joined = False

    def _date(self, token: Token) -> None:
        kind, value = token.kind, token.value
        if kind == "short-decade":
            if not (self.found and self.ahead.joined and self.found[-1].kind in ("year", "decade")):
                self.understood = False
                return
            kind, value = "decade", value + self.found[-1].value // 100 * 100
        ahead, self.ahead = self.ahead, _Ahead()
        if ahead.decade and kind == "year" and value % 10 == 0:
            kind = "decade"
        date = Expression(
            cast("Kind", kind),
            value,
            digits=len(token.text) if token.text.isdigit() else 4,
            era=ahead.era,
            part=ahead.part,
            bound=ahead.bound,
            joined=ahead.joined,
            dashed=ahead.dashed,
            signed=ahead.signed,
            hundreds=token.text.endswith("s"),
        )
        date.century = ahead.century and date.may_be_century
        self.found.append(date)
        self.fresh = True

    def _century(self, token: Token, index: int) -> None:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        year_follows = (
            following is not None
            and following.kind == "year"
            and len(following.text) >= _LONG_YEAR_DIGITS
        )
        last = self.found[-1] if self.fresh else None
        if last is not None and last.may_be_century and not last.century:
            # "4th c." is a century, "Nr. 4 c. 1750" is not.
            if token.kind != "dot-c" or not year_follows:
                last.century = True
        elif token.kind == "century" or (
            token.kind == "dot-s" and following is not None and following.kind == "roman"
        ):
            self.ahead.century = True

    def _part(self, token: Token) -> None:
        before = self._ordinal_before()
        if token.text in _FRACTIONS_BEHIND and before:
            self._fraction(_FRACTIONS_BEHIND[token.text])
        elif token.kind == "fraction":
            if before:
                self._fraction(token.value)
            elif token.text in _FRACTIONS_BEHIND:  # "terzo quarto": the third quarter
                self._date(Token("ordinal", token.text, token.value, token.start))
        elif token.text.endswith(".") and self.fresh:  # "saec. XV ex."
            self.found[-1].part = _PARTS[token.value]
        else:
            self.ahead.part = _PARTS[token.value]
            self.fresh = False

    def _ordinal_before(self) -> bool:
        last = self.found[-1] if self.found and self.fresh else None
        return last is not None and last.kind == "ordinal" and not last.century

    def _fraction(self, parts: int) -> None:
        """Turn the ordinal before into a part of what follows, and one joined to it as well."""
        ordinal = self.found.pop()
        begin = end = parts if ordinal.value < 0 else ordinal.value
        if ordinal.joined and self.found and self.found[-1].kind == "ordinal":
            earlier = self.found[-1]
            if not earlier.century:
                ordinal = self.found.pop()
                begin = ordinal.value
        self.fresh = False
        self.ahead.bound, self.ahead.joined = ordinal.bound, ordinal.joined
        if 0 < begin <= end <= parts:
            self.ahead.part = Part(begin - 1, end, parts)

    def _bound(self, token: Token) -> None:
        bound = BOUNDS[token.value]
        if bound == "until" and self.fresh:
            self.ahead.joined = True
        else:
            self.ahead.bound = _NEGATED.get(bound, bound) if self.ahead.negated else bound
            self.ahead.negated = False

    def _following(self, index: int) -> str:
        return self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""

    def _minus(self, token: Token, index: int) -> None:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if following is None:
            if self.fresh and self.found[-1].bound is None:  # "1750-"
                self.found[-1].bound = "since"
            return
        touches = following.start == token.start + 1 and following.kind == "year"
        behind = self.text[token.start - 1] if token.start else " "
        if touches and not self.fresh and not behind.isalnum():
            self.ahead.era = -1
            self.ahead.signed = True
        else:
            self.ahead.joined = bool(self.found)
            self.ahead.dashed = touches and behind.isdigit()
