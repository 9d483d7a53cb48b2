"""Everything that is trained on and chosen by: photographs and drawings side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.images import ImageLimits, decode
from metrics.comparing import held_out_classes
from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.samples import Samples
from metrics.training.images import ImageArrays, Labels
from scripts.default_embedder.photographs import Photographs

DRAWING_LABELS_FROM: Final = 100_000
"""Labels of drawings count from here, those of photographs from 0."""
_VALIDATION_SHARE: Final = 8
_VALIDATION_SEED: Final = 2026


@dataclass(frozen=True, slots=True)
class Pictures:
    """Training and validation, which share no class, and no design in any variation.

    Attributes:
        photographs: to train on.
        drawings: to train on.
        validation: of both kinds.
    """

    photographs: ImageArrays
    drawings: ImageArrays
    validation: ImageArrays


def gather(photographs: Photographs, drawn: Sequence[tuple[Path, str]]) -> Pictures:
    """Decode the drawings and set some designs aside to choose by.

    Args:
        photographs: in memory already.
        drawn: see :func:`scripts.default_embedder.drawings.draw`.
    """
    designs = sorted({_design(name) for _, name in drawn})
    chosen_by = set(
        held_out_classes(designs, count=len(designs) // _VALIDATION_SHARE, seed=_VALIDATION_SEED)
    )
    codes = {name: code for code, name in enumerate(sorted({name for _, name in drawn}))}
    training = [(file, name) for file, name in drawn if _design(name) not in chosen_by]
    held_back = [(file, name) for file, name in drawn if _design(name) in chosen_by]
    validation = _decoded(held_back, codes)
    return Pictures(
        photographs=photographs.training,
        drawings=_decoded(training, codes),
        validation=joined(photographs.validation, validation),
    )


def joined(*sets: ImageArrays) -> ImageArrays:
    """Return the sets one after the other, without copying a pixel."""
    pixels = [picture for each in sets for picture in each.pixels]
    return ImageArrays(pixels, np.concatenate([each.labels for each in sets]))


def validation_score(embeddings: NDArray[np.float32], labels: Labels) -> float:
    """Return the mean of MAP@R among unseen photographs and among unseen drawings."""
    return float(np.mean(list(scores_by_kind(embeddings, labels).values())))


def scores_by_kind(embeddings: NDArray[np.float32], labels: Labels) -> dict[str, float]:
    """Return MAP@R among ``photographs`` and among ``drawings``, of those that there are."""
    drawn = labels >= DRAWING_LABELS_FROM
    scores = {}
    for kind, rows in (("photographs", ~drawn), ("drawings", drawn)):
        if rows.any():
            ids = np.arange(int(rows.sum()))
            found = unseen_at_unseen(Samples(embeddings[rows], ids, labels[rows]))
            scores[kind] = found.micro["MAP@R"]
    return scores


def _design(name: str) -> str:
    return name.rpartition("--")[0]


def _decoded(files: Sequence[tuple[Path, str]], codes: dict[str, int]) -> ImageArrays:
    limits = ImageLimits()
    pixels = [np.asarray(decode(file.read_bytes(), limits)) for file, _ in files]
    labels = np.array([DRAWING_LABELS_FROM + codes[name] for _, name in files], dtype=np.int64)
    return ImageArrays(pixels, labels)
