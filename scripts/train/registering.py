"""A run's network becomes a model that serves."""

from __future__ import annotations

from common.assembly import Services, thread_count
from common.categories import Category
from common.embedding.card import BundleCard
from common.indexing import OnProgress
from metrics.export.bundle import BundleFacts
from metrics.export.exporting import export_bundle
from metrics.export.restoring import network_facts
from metrics.export.served import ServedNetwork
from metrics.export.trial import ExportOptions
from metrics.nets.weights import weights_fingerprint
from metrics.runs.data import RunData
from metrics.runs.result import RunResult
from scripts.train.lineage import LABELS_KEY, extended
from scripts.train.names import RUN_KEY, check_replaceable, own_card
from scripts.train.starting import Start


def export_result(
    result: RunResult,
    data: RunData,
    start: Start,
    category: Category,
    live: Services,
    on_progress: OnProgress,
) -> BundleCard:
    """Write the bundle ``data/models/<name of the run>``; one that is of this network stays.

    int8 is calibrated on the training part and judged on the test part.

    Args:
        result: the run.
        data: that it was trained on.
        start: what training began with.
        category: whose pictures these are.
        live: the product's objects.
        on_progress: told pictures embedded and their total.

    Raises:
        ModelBundleError: it cannot be exported, or there is a model of another run in its place,
            or one that is in use.
    """
    plan, split = result.plan.sha256, result.split.sha256
    made_by = {
        "plan_sha256": plan,
        "split_sha256": split,
        "network_sha256": weights_fingerprint(result.network),
    }
    existing = own_card(live, result.plan.name)
    if existing is not None:
        if existing.extra.get(RUN_KEY) == made_by:
            return existing
        check_replaceable(live, existing, plan, split)
    learnt = result.split.labels["train"]
    facts = BundleFacts(
        name=result.plan.name,
        preprocessing=result.preprocessing,
        description=f"Trained on the category '{category.name}', from {start.origin}.",
        source=f"A training of this project, from {start.origin}",
        licence=result.plan.licence or "NOASSERTION",
        data=(
            f"{len(learnt)} labels of the category '{category.name}'; "
            f"licence of its pictures: {category.manifest.licence or 'not told'}"
        ),
        metrics={
            "against the frozen baseline": str(result.comparison or result.verdict),
            LABELS_KEY: extended(start.lineage, category.name, learnt),
        },
        extra={**network_facts(result.network.config), RUN_KEY: made_by},
    )
    measurable = result.trained is not None
    return export_bundle(
        ServedNetwork.of(result.network),
        facts,
        live.settings.data_dir / "models",
        calibration=data.images_of(result.rows["train"]),
        evaluation=data.images_of(result.rows["test"]) if measurable else None,
        options=ExportOptions(replace=existing is not None, threads=thread_count(live.settings)),
        on_progress=on_progress,
    )
