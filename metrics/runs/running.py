"""The use case: from a plan and labelled pictures to a trained, evaluated network."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from io import StringIO

import numpy as np
from numpy.typing import NDArray

from common.errors import TrainingError
from metrics.data import PARTS, Part, Split, TrainingTable
from metrics.evaluation.results import Evaluation, write_csv
from metrics.nets.network import EmbeddingNetwork, Head
from metrics.nets.weights import weights_fingerprint
from metrics.runs.data import ImagesOf
from metrics.runs.directory import RunDirectory
from metrics.runs.evaluating import can_be_asked, evaluate_among_all, evaluate_rows
from metrics.runs.history import History
from metrics.runs.plan import RunPlan
from metrics.runs.preparing import device_named, keep_split, prepare, split_of
from metrics.runs.result import RunResult, metrics_content, resolution_remarks
from metrics.runs.starting import StartingPoint, give_head, settle, starting_point
from metrics.runs.ways import (
    OnStage,
    Workshop,
    baseline_head,
    embeddings,
    reduce,
    train_on_features,
    train_on_pictures,
    whiten,
)
from metrics.training.checkpoint import Checkpoint
from metrics.training.embedding import OnProgress
from metrics.training.head import apply_head
from metrics.training.images import class_codes
from metrics.training.loop import Outcome
from metrics.training.losses import EmbeddingLoss, loss_spec
from metrics.training.randomness import seed_everything


def run(
    plan: RunPlan,
    table: TrainingTable,
    images_of: ImagesOf,
    directory: RunDirectory,
    *,
    clusters: NDArray[np.int64] | None = None,
    pictures_sha256: str | None = None,
    trained: Collection[str] = (),
    network: EmbeddingNetwork | None = None,
    threads: int = 2,
    device: str = "cpu",
    on_stage: OnStage | None = None,
    on_progress: OnProgress | None = None,
) -> RunResult:
    """Train as planned and write everything but the report into the run's directory.

    Labels are split, not pictures: networks are chosen and judged by labels that they have not
    seen, and the test part is asked once, after training. Called again with equal arguments on the
    directory of a run that was killed, it goes on and comes to the same end (bit for bit on a CPU).

    Args:
        plan: what is asked for; see :meth:`RunDirectory.create`, which was given the same.
        table: the data set.
        images_of: returns the pictures of rows of the table.
        directory: of the run.
        clusters: shape ``(len(table),)``: the near-duplicate cluster of each picture, see
            :func:`metrics.data.near_duplicates`. None: there are no copies.
        pictures_sha256: see :func:`metrics.runs.data.pictures_sha256`: a run is not resumed on
            other pictures. None: nobody looked.
        trained: labels that the network, or another that it is to be compared with, has learnt
            before: they are trained on again, and not asked about. Where the table's own split asks
            about them all the same, there is no verdict.
        network: a whole embedder to start from, changed in place; its config is the plan's. None
            builds the plan's network and loads the plan's weights.
        threads: that prepare pictures.
        device: as torch names it.
        on_stage: told what begins: ``features``, ``training`` …
        on_progress: called with done and total of what has begun.

    Raises:
        TrainingError: there is nothing to learn from, a picture cannot be read, or something
            cannot be written.
        TrainingDiverged: training went wrong; the directory keeps the last good epoch.
        CheckpointError: the directory's checkpoint is damaged or of another start.
        WeightsUnavailable: the first weights cannot be had.
        MetadataError: the split in the directory is of other data, or leaves no two labels.
        SettingsError: no batch can be made of the plan's sizes.
    """
    began = time.monotonic()
    on_stage, on_progress = on_stage or _ignore, on_progress or _ignore
    start = starting_point(plan, network, device_named(device))
    seed_everything(plan.seed)
    # Options and miners are checked before hours of work, not after.
    EmbeddingLoss(plan.loss, classes=2, dim=plan.network.dim)
    identity = weights_fingerprint(start.network)
    split = split_of(
        plan, table, clusters, directory, pictures_sha256=pictures_sha256, trained=trained
    )
    rows = {part: split.rows(table, part) for part in PARTS}
    if plan.way != "whitening":
        class_codes(table.labels[rows["train"]], pairs=not loss_spec(plan.loss.name).proxies)
    keep_split(split, table, directory)
    shop = prepare(
        plan, table, rows, images_of, clusters, start, directory, threads, on_stage, on_progress
    )
    baseline = baseline_head(shop, start)
    before = _Embedded.of(shop, {part: apply_head(baseline, shop.features[part]) for part in PARTS})
    baseline_score = shop.head_score(baseline) if shop.validated else None
    outcome = _train(shop, start, baseline, baseline_score, directory, identity, split)
    on_stage("evaluating")
    frozen = plan.way != "full"
    after = _Embedded.of(
        shop,
        {part: embeddings(shop, start.network, part, trunk_is_frozen=frozen) for part in PARTS},
    )
    result = RunResult(
        plan=plan,
        network=start.network.eval(),
        preprocessing=plan.preprocessing,
        split=split,
        rows=rows,
        outcome=outcome,
        baseline_score=baseline_score,
        trained=after.test,
        baseline=before.test,
        trained_among_all=after.among_all,
        baseline_among_all=before.among_all,
        asked_again=split.asked_of(trained),
        seconds=time.monotonic() - began,
    )
    remarks = _remarks(shop, split, result)
    result = replace(result, remarks=remarks)
    _save(directory, result)
    return result


def _train(
    shop: Workshop,
    start: StartingPoint,
    baseline: Head,
    baseline_score: float | None,
    directory: RunDirectory,
    identity: str,
    split: Split,
) -> Outcome:
    """Train the starting network in place."""
    plan, network = shop.plan, start.network
    checkpoint = Checkpoint(
        directory.checkpoint,
        config_hash=f"{plan.sha256} from {identity}",
        split_hash=split.sha256,
    )
    from_baseline = start.whole
    if start.whole and plan.way != "whitening":
        settle(network.head, shop.features["train"])
    elif plan.start == "whitening" and not plan.network.hidden:
        give_head(network, baseline)
        from_baseline = True
    history = History(directory.history, directory.tensorboard)
    try:
        if plan.way == "full":
            outcome = train_on_pictures(shop, network, history, checkpoint, baseline_score)
        else:
            if baseline_score is not None:
                history.log(0, {"epoch": 0, "score": baseline_score})
            if plan.way == "whitening":
                outcome = whiten(shop, network, history)
            else:
                least = baseline_score if from_baseline else None
                outcome = train_on_features(shop, network, history, least)
    except OSError as error:
        raise TrainingError(
            f"The run in '{directory.path}' cannot be written ({error.strerror or error})",
            "Make room on the disk, and resume it",
        ) from error
    finally:
        history.close()
    reduce(shop, network)
    return outcome


@dataclass(frozen=True, slots=True, eq=False)
class _Embedded:
    """The test part, asked alone and among all."""

    test: Evaluation | None
    among_all: Evaluation | None

    @classmethod
    def of(cls, shop: Workshop, vectors: Mapping[Part, NDArray[np.float32]]) -> _Embedded:
        rows = shop.rows
        if not can_be_asked(shop.table, rows["test"], shop.clusters):
            return cls(None, None)
        seen = np.concatenate([vectors["train"], vectors["val"]])
        seen_rows = np.concatenate([rows["train"], rows["val"]])
        return cls(
            evaluate_rows(vectors["test"], shop.table, rows["test"], shop.clusters),
            evaluate_among_all(
                vectors["test"], shop.table, rows["test"], seen, seen_rows, shop.clusters
            ),
        )


def _remarks(shop: Workshop, split: Split, result: RunResult) -> tuple[str, ...]:
    remarks = [*shop.table.remarks, *split.remarks, *resolution_remarks(result)]
    if result.asked_again:
        remarks.append(
            f"{len(result.asked_again)} labels that the column 'split' puts into val or test were "
            "trained on before, by the model that training began with or that it is compared with: "
            "the figures are too good, and no verdict is given."
        )
    if result.trained is None:
        remarks.append(
            "No test was possible for want of labels with two images that were not trained on: "
            "whether the training helped is not known."
        )
    if result.outcome.epochs and result.outcome.best_epoch == 0 and shop.validated:
        remarks.append(
            "No epoch was better on validation than what training began with, which was kept."
        )
    if not shop.validated:
        remarks.append(
            "There were too few labels to validate with, so the weights at the end were taken."
        )
    dim = result.network.config.dim
    asked = shop.plan.reduce_to or shop.plan.network.dim
    if dim < asked:
        remarks.append(f"Of {asked} dimensions asked for, the data gave {dim}.")
    return tuple(remarks)


def _save(directory: RunDirectory, result: RunResult) -> None:
    directory.save_network(result.network, result.preprocessing)
    for name, evaluation in {"": result.trained, "-baseline": result.baseline}.items():
        if evaluation is not None:
            stream = StringIO(newline="")
            write_csv(evaluation.rows, stream)
            directory.save_text(f"queries{name}.csv", stream.getvalue())
    directory.save_json("metrics.json", metrics_content(result))


def _ignore(*_: object) -> None:
    """Nobody listens."""
