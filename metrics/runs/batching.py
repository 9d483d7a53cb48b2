"""Which training pictures meet in a batch, as a plan asks."""

from __future__ import annotations

import numpy as np

from metrics.data import TrainingTable
from metrics.runs.evaluating import Rows
from metrics.runs.plan import RunPlan
from metrics.sampling import ClassBalancedBatches
from metrics.training.embedding import OnProgress
from metrics.training.images import LabelledImages
from metrics.training.loop import Batches
from metrics.training.losses import loss_spec
from metrics.training.negatives import MinedTupleBatches, TupleBatches
from metrics.training.structure import Structure, grey_pictures, structural_negatives


def picture_batches(
    plan: RunPlan,
    table: TrainingTable,
    rows: Rows,
    images: LabelledImages,
    clusters: Rows | None = None,
    on_progress: OnProgress | None = None,
) -> Batches:
    """Return the batches of the way ``full``.

    Args:
        plan: what is asked for.
        table: the data set.
        rows: its pictures to train on.
        images: these pictures, in this order.
        clusters: the near-duplicate cluster of each picture of the table; copies are never each
            other's negatives.
        on_progress: called with done and total of pictures, where their structure is compared.

    Raises:
        SettingsError: no batch can be made of these sizes.
        MetadataError: there are fewer than two classes.
        TrainingError: no class has two pictures, or a picture cannot be read.
    """
    labels = table.labels[rows]
    if plan.negatives == "none":
        return _balanced(plan, table, rows, plan.batch_size)
    groups = None if clusters is None else clusters[rows]
    # An anchor brings its positive and its negatives.
    anchors = max(1, plan.batch_size // (2 + plan.negatives_per_anchor))
    if plan.negatives == "mined":
        return MinedTupleBatches(
            labels,
            anchors_per_batch=anchors,
            negatives=plan.negatives_per_anchor,
            groups=groups,
            seed=plan.seed,
        )
    everyone = np.arange(len(rows))
    negatives = structural_negatives(
        Structure(grey_pictures(images, on_progress=on_progress)),
        labels,
        everyone,
        everyone,
        count=plan.negatives_per_anchor,
        groups=groups,
    )
    return TupleBatches(labels, everyone, negatives, anchors_per_batch=anchors, seed=plan.seed)


def feature_batches(plan: RunPlan, table: TrainingTable, rows: Rows) -> Batches | None:
    """Return the batches of the way ``head``: None, a shuffle, where the loss has proxies.

    Raises:
        SettingsError: no batch can be made of these sizes.
    """
    if loss_spec(plan.head.loss.name).proxies:
        return None
    whole = max(2, plan.head.batch_size // plan.images_per_class) * plan.images_per_class
    return _balanced(plan, table, rows, whole)


def _balanced(
    plan: RunPlan, table: TrainingTable, rows: Rows, batch_size: int
) -> ClassBalancedBatches:
    labels = table.labels[rows]
    return ClassBalancedBatches(
        labels,
        batch_size=batch_size,
        images_per_class=plan.images_per_class,
        seed=plan.seed,
        categories=table.class_ids[labels],
        categories_per_batch=plan.categories_per_batch,
    )
