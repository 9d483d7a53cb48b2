"""Single dates within a text, and the years each covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from common.metadata.year_vocabulary import Bound

Kind: TypeAlias = Literal["year", "ordinal", "roman", "decade"]

_MAX_DIGITS: Final = 6
_MAX_CENTURY: Final = 30
_MAX_CENTURY_BC: Final = 100


@dataclass(frozen=True, slots=True)
class YearRange:
    """A closed range of years; None leaves a side open. Years before 1 are negative, none is 0.

    Attributes:
        first: the earliest year, or None.
        last: the latest year, at least ``first``, or None.
    """

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a century or decade: from ``begin / of`` of it to ``end / of``."""

    begin: int
    end: int
    of: int


EARLY: Final = Part(0, 1, 3)
MIDDLE: Final = Part(1, 3, 4)
LATE: Final = Part(2, 3, 3)


@dataclass(slots=True)
class Expression:
    """One date while its surroundings are read.

    Attributes:
        kind: how it is written.
        value: its number.
        digits: how many it is written with; 0 where it is a word or roman.
        era: -1 before our era, 1 in it, 0 where the text does not say.
        century: whether its number is a century's.
        part: which part of a century or decade; None: all of it.
        bound: whether it ends or begins a range that is open on the other side.
        joined: whether a dash or the like joins it to the date before.
        dashed: whether that is a dash with no space around it.
        signed: whether it is before our era because of a minus sign.
        hundreds: of a decade, whether ``1700s`` means the century.
    """

    kind: Kind
    value: int
    digits: int = 0
    era: int = 0
    century: bool = False
    part: Part | None = None
    bound: Bound | None = None
    joined: bool = False
    dashed: bool = False
    signed: bool = False
    hundreds: bool = False

    @property
    def may_be_century(self) -> bool:
        """Whether a century's number can be written so."""
        return self.kind in ("ordinal", "roman") or (self.kind == "year" and 0 < self.digits <= 2)

    def years(self) -> YearRange | None:
        """Return what it covers, None where it is no date."""
        span = self._span()
        if span is None:
            return None
        first, last = span
        match self.bound:
            case "before":
                return YearRange(None, _neighbour(first, -1))
            case "until":
                return YearRange(None, last)
            case "since":
                return YearRange(first, None)
            case "after":
                return YearRange(_neighbour(last, 1), None)
        return YearRange(first, last)

    def _span(self) -> tuple[int, int] | None:
        if self.century:
            return self._century()
        if self.kind == "decade":
            length = 100 if self.hundreds and self.value % 100 == 0 else 10
            return self._shortened(*self._signed(self.value, self.value + length - 1))
        if self.kind != "year" or self.value < 1 or self.digits > _MAX_DIGITS:
            return None
        # A short number alone is a day, a sheet or a plate.
        if not self.era and self.digits not in (3, 4):
            return None
        return self._signed(self.value, self.value)

    def _century(self) -> tuple[int, int] | None:
        if not 0 < self.value <= (_MAX_CENTURY_BC if self.era < 0 else _MAX_CENTURY):
            return None
        return self._shortened(*self._signed(self.value * 100 - 99, self.value * 100))

    def _signed(self, low: int, high: int) -> tuple[int, int]:
        return (-high, -low) if self.era < 0 else (low, high)

    def _shortened(self, first: int, last: int) -> tuple[int, int]:
        if self.part is None:
            return first, last
        length = last - first + 1
        begin = first + length * self.part.begin // self.part.of
        return begin, first + length * self.part.end // self.part.of - 1


def _neighbour(year: int, step: int) -> int:
    return year + step or step
