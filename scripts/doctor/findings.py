"""What a check finds: a level, a sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from common.errors import VisualSearchError

Level: TypeAlias = Literal["ok", "warning", "failure"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        area: what it belongs to, such as ``disk``.
        level: ``failure`` where something does not work, ``warning`` where it may soon not, or is
            other than one would expect.
        what: one sentence without its full stop.
        cure: what to do, likewise; empty where all is well.
    """

    area: str
    level: Level
    what: str
    cure: str = ""


def ok(area: str, what: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(area, "ok", what)


def warning(area: str, what: str, cure: str) -> Finding:
    """Return a finding that calls for a look."""
    return Finding(area, "warning", what, cure)


def failure(area: str, what: str, cure: str) -> Finding:
    """Return a finding that calls for a cure."""
    return Finding(area, "failure", what, cure)


def guarded(area: str, check: Callable[[], Sequence[Finding]]) -> list[Finding]:
    """Return what a check finds; what it raises is a finding too."""
    try:
        return list(check())
    except VisualSearchError as error:
        return [failure(area, error.what, error.cure)]
    except OSError as error:
        name = f"'{error.filename}'" if error.filename else "A file"
        return [
            failure(area, f"{name} cannot be looked at ({error.strerror or error})", "Check it")
        ]
    except ValueError as error:
        # Its text may repeat an address with a password.
        what = f"A value cannot be understood ({type(error).__name__})"
        return [failure(area, what, "Check the settings, above all those that hold addresses")]
