"""The curves of a run's log, as the points of small line charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from metrics.runs.history import Entry

WIDTH_PX: Final = 640
HEIGHT_PX: Final = 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 12, 28
_MOST_POINTS: Final = 400
_CURVES: Final = {
    "score": "Validation, MAP@R",
    "loss": "Loss",
    "mean cosine": "Mean cosine of a batch's pairs",
    "gradient norm": "Length of the gradient",
}


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis.

    Attributes:
        place: in pixels from the left or the top.
        text: what stands there.
    """

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One line chart of :data:`WIDTH_PX` by :data:`HEIGHT_PX`.

    Attributes:
        title: what is drawn.
        points: as SVG's ``points`` takes them.
        dots: the points singly, where there are few.
        steps: ticks of the horizontal axis: steps made.
        values: ticks of the vertical axis.
        summary: the curve in words.
    """

    title: str
    points: str
    dots: tuple[tuple[float, float], ...]
    steps: tuple[Tick, ...]
    values: tuple[Tick, ...]
    summary: str


def curves(history: Sequence[Entry]) -> list[Curve]:
    """Return the charts of what was logged at least twice."""
    drawn = []
    for name, title in _CURVES.items():
        series = [(e.step, e.values[name]) for e in history if name in e.values]
        if len(series) > 1:
            drawn.append(_curve(title, series))
    return drawn


def _curve(title: str, series: Sequence[tuple[int, float]]) -> Curve:
    thinned = _thinned(series)
    first, last = series[0][0], max(series[-1][0], series[0][0] + 1)
    low, high = min(v for _, v in series), max(v for _, v in series)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5

    def across(step: float) -> float:
        return round(_LEFT + (step - first) / (last - first) * (WIDTH_PX - _LEFT - _RIGHT), 1)

    def down(value: float) -> float:
        return round(_TOP + (high - value) / (high - low) * (HEIGHT_PX - _TOP - _BOTTOM), 1)

    places = tuple((across(step), down(value)) for step, value in thinned)
    return Curve(
        title,
        " ".join(f"{x},{y}" for x, y in places),
        places if len(places) <= 60 else (),
        tuple(Tick(across(step), str(step)) for step in sorted({first, (first + last) // 2, last})),
        tuple(Tick(down(value), f"{value:.3g}") for value in (low, (low + high) / 2, high)),
        f"{title}: from {series[0][1]:.3g} to {series[-1][1]:.3g} in {last - first} steps, lowest "
        f"{low:.3g}, highest {high:.3g}",
    )


def _thinned(series: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    """Average neighbours until a screen can show them; the ends stay near their places."""
    size = -(-len(series) // _MOST_POINTS)
    groups = [series[i : i + size] for i in range(0, len(series), size)]
    return [(sum(s for s, _ in g) / len(g), sum(v for _, v in g) / len(g)) for g in groups]
