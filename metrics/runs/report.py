"""The report of a run: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import jinja2
import numpy as np

from metrics.data import TrainingTable
from metrics.evaluation.results import Evaluation
from metrics.evaluation.uncertainty import FEW_QUERIES, Interval, metric_interval
from metrics.runs import curves as charts
from metrics.runs.data import ImagesOf
from metrics.runs.directory import RunDirectory
from metrics.runs.gallery import worst_queries
from metrics.runs.history import read_history
from metrics.runs.plan import RunPlan, plan_content
from metrics.runs.result import RunResult, against, metrics_content

_METRICS: Final = ("R@1", "R@5", "R@10", "MAP@R")
_CLASSES_SHOWN: Final = 100
_TEMPLATE: Final = Path(__file__).with_name("report.html.j2")
_WAYS: Final = {
    "whitening": "frozen trunk with PCA-whitening",
    "head": "frozen trunk, trained head",
    "full": "head first, then the trunk",
}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model in the table of figures.

    Attributes:
        name: what it is called.
        cells: a figure with its interval for each metric.
        difference: of the trained network from it, with a verdict; empty for itself.
    """

    name: str
    cells: tuple[str, ...]
    difference: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of the test part.

    Attributes:
        name: of the class, or of the label where classes are unknown.
        queries: asked of it.
        trained: R@1 and MAP@R of the network.
        baseline: likewise, before training.
    """

    name: str
    queries: int
    trained: tuple[str, str]
    baseline: tuple[str, str]


def write_report(
    directory: RunDirectory,
    result: RunResult,
    table: TrainingTable,
    images_of: ImagesOf,
    *,
    others: Mapping[str, Evaluation] | None = None,
    notes: tuple[str, ...] = (),
) -> Path:
    """Write ``report.html``, and ``metrics.json`` again where there are others to tell of.

    Names, labels and files are text in it, whatever they hold.

    Args:
        directory: of the run; its log gives the curves.
        result: what the run found.
        table: the data set.
        images_of: its pictures, of which the worst queries are shown.
        others: further models on the same queries by name, such as the one that serves now, see
            :func:`metrics.runs.evaluating.evaluate_rows`.
        notes: sentences for the top of the report, such as what was done with the network.

    Returns:
        The path of the report.

    Raises:
        QueryError: another model was asked other queries.
        TrainingError: a picture cannot be read, or the report cannot be written.
    """
    others = dict(others or {})
    if others:
        directory.save_json("metrics.json", metrics_content(result, others))
    trained = result.trained
    page = _template().render(
        result=result,
        plan=result.plan,
        notes=notes,
        way=_WAYS[result.plan.way],
        protocol=None if trained is None else f"{trained.protocol}: {trained.counts}",
        metrics=_METRICS,
        models=[] if trained is None else _model_rows(result, others),
        among_all=_among_all(result),
        classes=_class_rows(result),
        classes_hidden=_classes_hidden(result),
        worst=[] if trained is None else worst_queries(trained, table, images_of),
        curves=charts.curves(read_history(directory.history)),
        width=charts.WIDTH_PX,
        height=charts.HEIGHT_PX,
        config=_flat(result.plan),
        counts={
            part: (len(result.split.labels[part]), len(rows)) for part, rows in result.rows.items()
        },
    )
    directory.save_text(directory.report.name, page)
    return directory.report


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _model_rows(result: RunResult, others: Mapping[str, Evaluation]) -> list[ModelRow]:
    trained = result.trained
    assert trained is not None  # noqa: S101 - the caller has looked
    rows = [ModelRow("trained", _figures(trained), "")]
    named = {} if result.baseline is None else {"frozen baseline": result.baseline}
    for name, evaluation in {**named, **others}.items():
        rows.append(ModelRow(name, _figures(evaluation), str(against(evaluation, trained))))
    return rows


def _among_all(result: RunResult) -> list[ModelRow]:
    named = {"trained": result.trained_among_all, "frozen baseline": result.baseline_among_all}
    return [
        ModelRow(name, _figures(evaluation), "")
        for name, evaluation in named.items()
        if evaluation is not None
    ]


def _figures(evaluation: Evaluation) -> tuple[str, ...]:
    return tuple(_percent(metric_interval(evaluation, metric)) for metric in _METRICS)


def _percent(interval: Interval) -> str:
    digits = 1 if interval.n_queries < FEW_QUERIES else 2
    mean, low, high = (
        f"{100 * value:.{digits}f}" for value in (interval.mean, interval.low, interval.high)
    )
    return f"{mean} [{low}, {high}]"


def _class_rows(result: RunResult) -> list[ClassRow]:
    """Return the worst classes first."""
    if result.trained is None or result.baseline is None:
        return []
    one, other = result.trained.by_class, result.baseline.by_class
    order = np.argsort(one.scores["MAP@R"], kind="stable")[:_CLASSES_SHOWN]
    return [
        ClassRow(
            str(one.names[place]),
            int(one.queries[place]),
            *(
                (
                    f"{100 * table.scores['R@1'][place]:.1f}",
                    f"{100 * table.scores['MAP@R'][place]:.1f}",
                )
                for table in (one, other)
            ),
        )
        for place in order.tolist()
    ]


def _classes_hidden(result: RunResult) -> int:
    return (
        0 if result.trained is None else max(0, len(result.trained.by_class.names) - _CLASSES_SHOWN)
    )


def _flat(plan: RunPlan) -> list[tuple[str, str]]:
    """Return the plan's values with the path to each; those of ways not taken are left out."""
    unused = {"head": ("training",), "full": ("head",), "whitening": ("training", "head")}

    def walk(content: Mapping[str, object], path: str) -> list[tuple[str, str]]:
        lines: list[tuple[str, str]] = []
        for name, value in content.items():
            if not path and name in unused[plan.way]:
                continue
            if isinstance(value, dict):
                lines += walk(value, f"{path}{name}.")
            else:
                lines.append((f"{path}{name}", str(value)))
        return lines

    return walk(plan_content(plan), "")
