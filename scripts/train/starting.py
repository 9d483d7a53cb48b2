"""What a training starts from: the embedder that is in use, or a trunk."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from common.assembly import Services
from common.embedding.card import read_card
from common.embedding.registry import BUILT_IN
from common.errors import ModelBundleError, TrainingError
from metrics.export.restoring import restore_network
from metrics.nets.network import EmbeddingNetwork
from metrics.runs.first_weights import weights_named
from metrics.runs.plan import RunPlan
from metrics.runs.presets import preset
from metrics.training.config import Phase, TrainingConfig
from metrics.training.losses import LossConfig
from metrics.training.policies import policy
from metrics.training.schedule import OptimiserConfig
from scripts.train.lineage import Lineage, read_lineage
from scripts.train.names import bundle_directory
from scripts.train.wanted import Wanted

AUGMENTATION: Final = "products"
"""The policy where a model is gone on from and none is named."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where training begins.

    Attributes:
        plan: what will be done.
        network: a whole embedder to go on from; None builds the plan's network.
        origin: in words, for the card.
        lineage: what the embedder has learnt before.
    """

    plan: RunPlan
    network: EmbeddingNetwork | None
    origin: str
    lineage: Lineage = field(default_factory=dict)


def starting(wanted: Wanted, live: Services, serving: str) -> Start:
    """Return where a training begins.

    Args:
        wanted: what is asked for.
        live: the product's objects.
        serving: the model that the category uses.

    Raises:
        VisualSearchError: something asked for is unknown, contradicts something else, or cannot be
            trained on.
    """
    _check_agreement(wanted)
    if wanted.preset is not None:
        start = start_from_preset(
            wanted.name,
            wanted.preset,
            trunk=wanted.trunk,
            weights=wanted.weights,
            augmentation=wanted.augmentation,
        )
        plan = start.plan if wanted.side_px is None else start.plan.with_side(wanted.side_px)
    else:
        start = start_from_bundle(
            wanted.name, wanted.start or serving, live, wanted.augmentation or AUGMENTATION
        )
        plan = start.plan
    if wanted.seed is not None:
        plan = plan.with_seed(wanted.seed)
    if wanted.epochs is not None:
        plan = plan.with_epochs(wanted.epochs)
    return replace(start, plan=plan)


def _check_agreement(wanted: Wanted) -> None:
    if wanted.preset is not None and wanted.start is not None:
        raise TrainingError(
            f"FROM={wanted.start} goes on from a model, and PRESET={wanted.preset} trains a trunk",
            "Leave one of them out",
        )
    of_a_preset = {"TRUNK": wanted.trunk, "WEIGHTS": wanted.weights, "--side-px": wanted.side_px}
    told = [name for name, value in of_a_preset.items() if value is not None]
    if wanted.preset is None and told:
        raise TrainingError(
            f"{' and '.join(told)} would be ignored where a model is gone on from",
            "Add PRESET=quick, or another preset, to train a trunk",
        )


def start_from_bundle(name: str, embedder: str, live: Services, augmentation: str) -> Start:
    """Go on from a bundle that was trained here.

    Its trunk's BatchNorms hold folded constants, so they rest; all else learns, slowly.

    Args:
        name: of the run and of the model.
        embedder: name of the bundle.
        live: the product's objects.
        augmentation: a policy's name.

    Raises:
        EmbedderNotFound: there is no such bundle.
        ModelBundleError: it cannot be trained on.
        TrainingError: there is no such policy.
    """
    if embedder == BUILT_IN:
        raise ModelBundleError(
            f"The embedder '{BUILT_IN}' is a formula and has nothing to train",
            "Go on from another with FROM=name, or train a trunk with PRESET=quick",
        )
    directory = bundle_directory(live, embedder)
    try:
        network = restore_network(directory)
    except ModelBundleError as error:
        raise ModelBundleError(
            error.what, "Go on from another with FROM=name, or train a trunk with PRESET=quick"
        ) from error
    preprocessing = read_card(directory).preprocessing
    # A convolutional net is bound to no size; the plan wants to hear the one that is served.
    network.config = replace(network.config, side_px=preprocessing.size_px)
    plan = RunPlan(
        name,
        way="full",
        network=network.config,
        weights=None,
        preprocessing=preprocessing,
        batch_size=64,
        training=TrainingConfig(
            phases=(Phase(1, "all"), Phase(14, "none")),
            loss=LossConfig("multi-similarity"),
            optimiser=OptimiserConfig(trunk_lr=2e-4, head_lr=5e-4, weight_decay=1e-4),
            policy=policy(augmentation),
            ema=0.99,
            patience=6,
            freeze_batchnorm=True,
        ),
    )
    return Start(plan, network, f"the model '{embedder}'", read_lineage(directory))


def start_from_preset(
    name: str,
    chosen: str,
    *,
    trunk: str | None = None,
    weights: str | None = None,
    augmentation: str | None = None,
) -> Start:
    """Begin with a trunk, as a preset says.

    Args:
        name: of the run and of the model.
        chosen: the preset's name.
        trunk: another trunk than the preset's.
        weights: see :func:`metrics.runs.first_weights.weights_named`; None takes the preset's.
        augmentation: a policy's name; None takes the preset's.

    Raises:
        TrainingError: one of them is unknown, or the preset has no use for it.
    """
    plan = preset(chosen, name=name)
    if trunk is not None:
        plan = replace(plan, network=replace(plan.network, trunk=trunk, pooling=None))
    if weights is not None:
        plan = replace(plan, weights=weights_named(weights))
    if augmentation is not None:
        varied = policy(augmentation)
        if plan.way != "full":
            raise TrainingError(
                f"AUGMENTATION={augmentation} would be ignored: with PRESET={chosen} the pictures "
                "go through the frozen trunk once, as they are",
                "Leave it out, or train the trunk too with PRESET=full",
            )
        plan = replace(plan, training=replace(plan.training, policy=varied))
    known = "random weights" if plan.weights is None else f"weights '{plan.weights}'"
    return Start(plan, None, f"the trunk {plan.network.trunk} with {known}")
