"""What a person asks of a training; needs no torch to be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """A training of one category's embedder.

    Attributes:
        category: whose pictures are trained on.
        name: of the run, and of the model that comes of it.
        start: the model to go on from; None takes the one that the category uses.
        preset: a trunk is trained as it says, instead of a model; None for no preset.
        trunk: another than the preset's.
        weights: of the preset's trunk, see :func:`metrics.runs.first_weights.weights_named`.
        side_px: of the preset's input.
        augmentation: a policy's name; None takes the preset's, or ``products`` where a model is
            gone on from.
        epochs: how long; None takes what is planned.
        seed: of everything random; None takes what is planned.
    """

    category: str
    name: str
    start: str | None = None
    preset: str | None = None
    trunk: str | None = None
    weights: str | None = None
    side_px: int | None = None
    augmentation: str | None = None
    epochs: int | None = None
    seed: int | None = None
