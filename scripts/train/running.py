"""The whole way: train, export, compare as served, and switch the category to the better one."""

from __future__ import annotations

from pathlib import Path

from common.assembly import Services, thread_count
from common.categories import Category
from common.embedding.base import Embedder
from common.embedding.card import BundleCard
from common.errors import EmbedderError, WorseModel
from metrics.evaluation.results import Evaluation
from metrics.export.bundle import check_destination
from metrics.runs.data import RunData, open_data
from metrics.runs.directory import RunDirectory
from metrics.runs.report import write_report
from metrics.runs.result import RunResult
from metrics.runs.running import run
from scripts.train.labels import labels_of
from scripts.train.lineage import learnt_before, read_lineage
from scripts.train.names import bundle_directory, check_free
from scripts.train.registering import export_result
from scripts.train.serving import Judgement, evaluate_serving, judge
from scripts.train.starting import Start, starting
from scripts.train.switching import switch
from scripts.train.telling import Stages, print_outcome
from scripts.train.wanted import Wanted


def train_category(
    live: Services,
    wanted: Wanted,
    *,
    device: str = "cpu",
    resume: bool = False,
    force: bool = False,
) -> None:
    """Train, judge, register, and switch the category if the new model is better.

    Args:
        live: the product's objects.
        wanted: what is trained on what.
        device: as torch names it.
        resume: go on with the run of that name.
        force: switch to the new model even if it is worse, or nobody can tell.

    Raises:
        WorseModel: the model is registered, and the category goes on with the one that it has.
        VisualSearchError: it cannot be done.
    """
    category = live.catalog.get(wanted.category)
    in_use = category.manifest.embedder or live.settings.embedder
    # A model of that name is looked into below, when the plan is known.
    check_destination(
        live.settings.data_dir / "models",
        wanted.name,
        replace=wanted.name in live.embedders.names(),
    )
    start = starting(wanted, live, in_use)
    check_free(live, wanted.name, start.plan.sha256, resume=resume)
    serving = _serving(live, category, in_use)
    directory = RunDirectory.create(
        live.settings.data_dir / "runs" / wanted.name, start.plan, resume=resume
    )
    with Stages() as stages:
        stages.begin("opening pictures")
        data = open_data(
            category.images_dir,
            labels_of(category, live),
            live.limits,
            side_px=start.plan.preprocessing.size_px,
            threads=thread_count(live.settings),
            on_progress=stages.move,
        )
        result = _run(start, data, directory, category, live, serving, device, stages)
        stages.begin("exporting")
        card = export_result(result, data, start, category, live, stages.move)
    rows = result.rows["test"]
    before = None if serving is None else evaluate_serving(serving, data, rows)
    after = evaluate_serving(live.embedders.get(wanted.name), data, rows)
    judgement = judge(
        after,
        [("the frozen baseline", result.baseline), (f"'{in_use}'", before)],
        asked_again=len(result.asked_again),
    )
    switching = judgement.better or force
    report = _report(
        directory,
        result,
        data,
        {f"{card.name}, as exported ({card.serve})": after, f"{in_use}, serving before": before},
        f"Category '{category.name}' was {'' if switching else 'not '}switched to this model: "
        f"{judgement.reason}.",
    )
    print_outcome(result, {in_use: before, card.name: after}, report)
    if not switching:
        raise _kept(wanted, in_use, judgement)
    switch(live, category, card.name)


def _serving(live: Services, category: Category, name: str) -> Embedder | None:
    """Return the model that a category is searched with; None where it is not to be had."""
    try:
        return live.embedder_for(category)
    except EmbedderError as error:
        print(f"'{name}', the model of '{category.name}', is left out of the comparison: {error}")
        return None


def _run(
    start: Start,
    data: RunData,
    directory: RunDirectory,
    category: Category,
    live: Services,
    serving: Embedder | None,
    device: str,
    stages: Stages,
) -> RunResult:
    lineages = [start.lineage]
    if serving is not None and isinstance(serving.card, BundleCard):
        lineages.append(read_lineage(bundle_directory(live, serving.card.name)))
    return run(
        start.plan,
        data.table,
        data.images_of,
        directory,
        clusters=data.clusters,
        pictures_sha256=data.sha256,
        trained=learnt_before(data.table.label_map.names, category.name, lineages),
        network=start.network,
        threads=thread_count(live.settings),
        device=device,
        on_stage=stages.begin,
        on_progress=stages.move,
    )


def _report(
    directory: RunDirectory,
    result: RunResult,
    data: RunData,
    others: dict[str, Evaluation | None],
    note: str,
) -> Path:
    known = {name: evaluation for name, evaluation in others.items() if evaluation is not None}
    return write_report(directory, result, data.table, data.images_of, others=known, notes=(note,))


def _kept(wanted: Wanted, serving: str, judgement: Judgement) -> WorseModel:
    return WorseModel(
        f"Category '{wanted.category}' keeps '{serving}', as for '{wanted.name}', "
        f"{judgement.reason}",
        f"Look at the report; NAME={wanted.name} FORCE=1 RESUME=1 switches all the same",
    )
