"""Embedders that are compared, with the size of their models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.embedding.base import Embedder
from common.embedding.card import CARD_FILE, BundleCard
from common.embedding.registry import EmbedderRegistry
from common.errors import ModelBundleError


@dataclass(frozen=True, slots=True)
class Candidate:
    """An embedder that is compared.

    Attributes:
        embedder: loaded.
        model_bytes: length of the model file that serves; 0 where there is none.
    """

    embedder: Embedder
    model_bytes: int = 0

    @property
    def name(self) -> str:
        """What it is chosen by."""
        return self.embedder.card.name


@dataclass(frozen=True, slots=True)
class Excluded:
    """An embedder that could not be compared, and the sentence that says why."""

    name: str
    reason: str


def load_candidates(
    registry: EmbedderRegistry, roots: Sequence[Path], names: Sequence[str] | None = None
) -> tuple[list[Candidate], list[Excluded]]:
    """Load embedders; one that is broken does not stop the others.

    Args:
        registry: knows the embedders.
        roots: the directories of model bundles that it was made with.
        names: of those to compare, repeated ones counting once; None for all.

    Raises:
        EmbedderNotFound: there is none of a given name.
    """
    candidates: list[Candidate] = []
    excluded: list[Excluded] = []
    for name in dict.fromkeys(registry.names() if names is None else names):
        try:
            embedder = registry.get(name)
        except ModelBundleError as error:
            excluded.append(Excluded(name, str(error)))
        else:
            candidates.append(Candidate(embedder, _model_bytes(embedder, roots)))
    return candidates, excluded


def _model_bytes(embedder: Embedder, roots: Sequence[Path]) -> int:
    card = embedder.card
    if not isinstance(card, BundleCard):
        return 0
    bundle = next(root / card.name for root in roots if (root / card.name / CARD_FILE).is_file())
    return (bundle / card.serve).stat().st_size
