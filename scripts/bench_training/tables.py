"""Figures as aligned text."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.comparing.speed import machine
from metrics.evaluation.comparison import Comparison


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows below their headings: the first column to the left, all others to the right."""
    lines = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([text[0], "  ".join("-" * width for width in widths), *text[1:]])


def points(comparison: Comparison) -> str:
    """Write a difference in percentage points with its interval, and the verdict on it."""
    found = comparison.difference
    mean, low, high = (f"{100 * value:+.2f}" for value in (found.mean, found.low, found.high))
    return f"{mean} [{low}, {high}] {comparison.verdict}"


def measured_on(threads: int) -> str:
    """Say where figures come from."""
    return f"Measured on {machine()}; threads: {threads}."
