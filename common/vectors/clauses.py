"""Conditions in the few terms that Qdrant's engine has, whichever of its packages is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from common.records import Between, Condition, FieldType
from common.vectors.conditions import NUMERIC
from common.vectors.payloads import encode_text, field_path


@dataclass(frozen=True, slots=True)
class Texts:
    """Holds where a stored text at ``path`` is among ``values``."""

    path: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class Integers:
    """Holds where a stored whole number at ``path`` is among ``values``."""

    path: str
    values: list[int]


@dataclass(frozen=True, slots=True)
class Range:
    """Holds where a stored number at ``path`` lies in the closed range; None: an open side."""

    path: str
    minimum: float | None
    maximum: float | None


Clause: TypeAlias = Texts | Integers | Range


def alternatives(condition: Condition, fields: Mapping[str, FieldType]) -> list[Clause]:
    """Return clauses of which at least one holds exactly where the condition does.

    Args:
        condition: as :func:`~common.vectors.conditions.check_filter` accepted it.
        fields: of the index.

    Returns:
        Empty for a condition that nothing can pass.
    """
    type_ = fields[condition.field]
    path = field_path(condition.field)
    if isinstance(condition, Between):
        return _range(path, condition, whole=type_ == "integer")
    if type_ not in NUMERIC:
        texts = [encode_text(v) for v in condition.values if isinstance(v, str | bool)]
        return [Texts(path, texts)] if texts else []
    numbers = [
        v for v in condition.values if isinstance(v, int | float) and not isinstance(v, bool)
    ]
    if type_ == "number":
        # The engine matches 2 against 2 but not against 2.0; a range of one number does both.
        return [Range(path, number, number) for number in numbers]
    return [Integers(path, numbers)] if numbers else []


def _range(path: str, condition: Between, *, whole: bool) -> list[Clause]:
    minimum = -math.inf if condition.minimum is None else condition.minimum
    maximum = math.inf if condition.maximum is None else condition.maximum
    if not minimum <= maximum or minimum == math.inf or maximum == -math.inf:
        return []  # also where a bound is NaN: no number compares with it
    if whole:
        # The engine truncates the bounds of a whole number's range, so that 0.5 would admit 0.
        minimum = math.ceil(minimum) if math.isfinite(minimum) else minimum
        maximum = math.floor(maximum) if math.isfinite(maximum) else maximum
    return [
        Range(
            path,
            minimum if math.isfinite(minimum) else None,  # JSON has no infinity
            maximum if math.isfinite(maximum) else None,
        )
    ]
