"""Writing a model bundle: all of it, proven to load, or nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from common.embedding.base import ModelCard, Preprocessing, fingerprint
from common.embedding.card import BUNDLE_NAME, BundleCard, ModelFile, write_card
from common.embedding.registry import BUILT_IN, EmbedderRegistry
from common.errors import ModelBundleError
from metrics.export.gates import Decision

METRICS_FILE: Final = "metrics.json"
_FLOAT32: Final[ModelFile] = "model.onnx"
_INT8: Final[ModelFile] = "model.int8.onnx"


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What a card says that cannot be read off the model.

    Attributes:
        name: what people choose it by, and the name of its directory.
        preprocessing: how images are prepared.
        description: one or two sentences.
        source: where the model comes from.
        licence: SPDX identifier.
        data: what it was trained on, and what follows from that for its use.
        quality: figures measured so far, by name.
        metrics: anything else that was measured, JSON-compatible: goes into ``metrics.json``.
        extra: anything else for the card, JSON-compatible.
    """

    name: str
    preprocessing: Preprocessing
    description: str
    source: str
    licence: str
    data: str
    quality: Mapping[str, float] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def check_destination(root: Path, name: str, *, replace: bool) -> None:
    """Refuse, before any work is done, a bundle that could not be written in the end.

    Raises:
        ModelBundleError: no bundle can have that name, or there is one already and ``replace`` is
            not set.
    """
    if not BUNDLE_NAME.fullmatch(name) or name == BUILT_IN:
        raise ModelBundleError(
            f"No model can be named {name!r}",
            "Take up to 100 letters, digits, dots, dashes and underscores, beginning with a letter "
            f"or digit, and not '{BUILT_IN}', which is built in",
        )
    if (root / name).exists() and not replace:
        raise ModelBundleError(
            f"There is a model in {root / name} already", "Take another name, or allow replacing it"
        )


def write_bundle(
    root: Path,
    facts: BundleFacts,
    dim: int,
    model: Path,
    int8: Path | None,
    decision: Decision,
    *,
    replace: bool = False,
) -> BundleCard:
    """Write ``<root>/<name>/`` with the models, card and metrics.

    It is put together beside its place, loaded as serving would, and then moved there: nobody sees
    half of it, and what was there before stays until then.

    Args:
        root: where bundles lie; made if need be.
        facts: for the card.
        dim: length of a vector.
        model: the float32 model.
        int8: the quantised one, if it serves.
        decision: why it does, or does not.
        replace: take the place of a bundle of that name.

    Returns:
        The card as written. Its ``extra`` has ``date``, ``data`` and ``int8`` (kept, reason).

    Raises:
        ModelBundleError: the destination is refused (see :func:`check_destination`) or cannot be
            written, or the bundle does not load.
    """
    check_destination(root, facts.name, replace=replace)
    try:
        root.mkdir(parents=True, exist_ok=True)
        # The leading dot hides it from the registry.
        with TemporaryDirectory(prefix=".export.", dir=root) as scratch:
            draft = Path(scratch, "new", facts.name)
            draft.mkdir(parents=True)
            card = _fill(draft, facts, dim, model, int8, decision)
            EmbedderRegistry([draft.parent]).get(facts.name)
            _move(draft, root / facts.name, aside=Path(scratch, "old"))
    except OSError as error:
        raise ModelBundleError(
            f"The model {root / facts.name} cannot be written ({error.strerror or error})",
            "Check the space and the permissions there",
        ) from error
    return card


def _fill(
    draft: Path, facts: BundleFacts, dim: int, model: Path, int8: Path | None, decision: Decision
) -> BundleCard:
    serve = _FLOAT32 if int8 is None else _INT8
    shutil.copyfile(model, draft / _FLOAT32)
    if int8 is not None:
        shutil.copyfile(int8, draft / _INT8)
    metrics = json.dumps(facts.metrics, ensure_ascii=False, indent=1, allow_nan=False)
    (draft / METRICS_FILE).write_text(metrics + "\n", encoding="utf-8", newline="\n")
    card = ModelCard(
        name=facts.name,
        fingerprint=fingerprint((draft / serve).read_bytes(), facts.preprocessing),
        dim=dim,
        preprocessing=facts.preprocessing,
        description=facts.description,
        source=facts.source,
        licence=facts.licence,
        quality=facts.quality,
        extra={
            "date": datetime.now(UTC).date().isoformat(),
            "data": facts.data,
            "int8": {"kept": int8 is not None, "reason": decision.reason},
            **facts.extra,
        },
    )
    return write_card(draft, card, serve)


def _move(draft: Path, target: Path, aside: Path) -> None:
    """Put a directory in its place; what was there goes aside, and comes back should that fail."""
    if not target.exists():
        draft.rename(target)
        return
    target.rename(aside)
    try:
        draft.rename(target)
    except OSError:
        aside.rename(target)
        raise
