"""A comparison of embedders for people: an aligned table for terminals, and Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from metrics.comparing.report import DECIDING, METRICS, ComparisonReport, EmbedderRow
from metrics.evaluation.comparison import MIN_CLUSTERS
from metrics.evaluation.uncertainty import FEW_QUERIES, Interval

_HEADINGS: Final = (
    "embedder",
    *(f"{metric} %" for metric in METRICS),
    "dim",
    "MB",
    "img/s",
    "ms/query",
    "ms with decoding",
    "Pareto",
    f"{DECIDING} against the best, pp",
)
_TEXT_COLUMNS: Final = frozenset({0, len(_HEADINGS) - 2, len(_HEADINGS) - 1})
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_\[\]<>|#~])")


def as_text(report: ComparisonReport) -> str:
    """Return the report as lines of text with aligned columns, without a final line break."""
    rows = [_HEADINGS, *(_cells(row) for row in report.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    table = [
        "  ".join(
            cell.ljust(width) if column in _TEXT_COLUMNS else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([*_opening(report), "", table[0], rule, *table[1:], "", *_remarks(report)])


def as_markdown(report: ComparisonReport) -> str:
    """Return the report as a Markdown document; names and reasons stay plain text in it."""
    title, *opening = map(_plain, _opening(report))
    marks = [":--" if column in _TEXT_COLUMNS else "--:" for column in range(len(_HEADINGS))]
    rows = [(_plain(name), *numbers) for name, *numbers in map(_cells, report.rows)]
    table = [_markdown_row(row) for row in [_HEADINGS, *rows]]
    lines = [f"# {title}", "", *opening, "", table[0], _markdown_row(marks), *table[1:], ""]
    return "\n".join([*lines, *(f"- {_plain(remark)}" for remark in _remarks(report)), ""])


def _opening(report: ComparisonReport) -> list[str]:
    protocol = report.protocol[:1].upper() + report.protocol[1:]
    return [
        f"Embedders compared on {report.trial}",
        f"{protocol}: {report.counts}, {report.labels} classes asked for.",
    ]


def _cells(row: EmbedderRow) -> tuple[str, ...]:
    return (
        row.name,
        *(_interval(row.quality[metric]) for metric in METRICS),
        str(row.dim),
        f"{row.model_bytes / 1e6:.1f}",
        f"{row.speed.images_per_second:.0f}",
        f"{row.speed.query.p50_ms:.2f}",
        f"{row.speed.query_with_decoding.p50_ms:.2f}",
        "front" if row.on_front else "dominated",
        "best" if row.against_best is None else _difference(row),
    )


def _interval(interval: Interval) -> str:
    digits = _digits(interval)
    mean, low, high = (
        f"{100 * value:.{digits}f}" for value in (interval.mean, interval.low, interval.high)
    )
    return f"{mean} [{low}, {high}]"


def _difference(row: EmbedderRow) -> str:
    if row.against_best is None:
        return ""
    interval = row.against_best.difference
    mean, low, high = (
        f"{100 * value:+.{_digits(interval)}f}"
        for value in (interval.mean, interval.low, interval.high)
    )
    return f"{row.against_best.verdict}: {mean} [{low}, {high}]"


def _digits(interval: Interval) -> int:
    """A second decimal of few queries means nothing."""
    return 1 if interval.n_queries < FEW_QUERIES else 2


def _remarks(report: ComparisonReport) -> list[str]:
    """Sentences that a reader of the table should know."""
    confidence = report.rows[0].quality[DECIDING].confidence
    remarks = [
        f"In brackets: {confidence:.0%} bootstrap intervals over whole classes; differences are "
        "paired on the same queries.",
        f"Pareto front: no other embedder is both better in {DECIDING} and faster per query.",
        f"Speed on {report.machine}, {report.threads} threads, {report.created}: medians, the "
        "embedders by turns; img/s from the gallery's files to vectors, decoding included.",
    ]
    if report.labels < MIN_CLUSTERS:
        remarks.append(
            f"Fewer than {MIN_CLUSTERS} classes are asked for: intervals are too narrow, and no "
            "verdict is given."
        )
    if report.unlabelled:
        remarks.append(f"Left out without a class: {report.unlabelled} pictures.")
    reasons = Counter(skip.reason for skip in report.skipped)
    remarks += [f"Skipped, {reason}: {count} files." for reason, count in reasons.most_common()]
    remarks += [f"Not compared: {one.name}. {one.reason}" for one in report.excluded]
    return remarks


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Keep Markdown from reading signs in names as its own."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split()))
