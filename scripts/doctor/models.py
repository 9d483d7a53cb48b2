"""Model bundles: whether each file still is what its card says."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from common.assembly import SHIPPED_MODELS
from common.embedding.card import BundleCard, check_fingerprint, read_card
from common.embedding.registry import EmbedderRegistry
from common.errors import ModelBundleError
from common.settings import Settings
from scripts.doctor.findings import Finding, failure, ok, warning

AREA: Final = "models"
READ_BYTES: Final = 800_000_000
"""Of all model files together: more would take too long to read for a quick look."""
_AGAIN: Final = "Export the model again, or restore it from a backup"


def registry_of(settings: Settings) -> EmbedderRegistry:
    """Return the registry of the bundles on this machine: none is fetched from a bucket."""
    return EmbedderRegistry([settings.data_dir / "models", SHIPPED_MODELS], 1)


def check_models(settings: Settings) -> list[Finding]:
    """Compare every bundle with its card, the smaller ones first, as long as time allows."""
    registry = registry_of(settings)
    found = [failure(AREA, e.what, e.cure) for e in registry.broken().values()]
    names = registry.names()
    if settings.embedder not in names and settings.type == "LOCAL":
        what = f"EMBEDDER={settings.embedder} names no model"
        found.append(failure(AREA, what, f"Name one of {', '.join(names)}"))
    bundles: list[tuple[int, str, Path]] = []
    for name in registry.cards():
        if (directory := registry.directory(name)) is not None:
            size = sum(path.stat().st_size for path in directory.glob("*.onnx"))
            bundles.append((size, name, directory))
    left = READ_BYTES
    for size, name, directory in sorted(bundles):
        left -= size
        if left < 0:
            found.append(ok(AREA, f"Model '{name}' is too large for a quick look"))
        else:
            found.append(bundle_finding(name, directory))
    return found


def bundle_finding(name: str, directory: Path) -> Finding:
    """Compare the files of a bundle with the sha256 in its card, and its fingerprint."""
    card = read_card(directory)
    for file, expected in sorted(card.files.items()):
        path = directory / file
        if not path.is_file():
            level = failure if file == card.serve else warning
            return level(AREA, f"Model '{name}' is without {file}", _AGAIN)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != expected:
            return failure(AREA, f"Model '{name}': {file} was changed since its export", _AGAIN)
        if file == card.serve and (problem := _wrong_fingerprint(card, data, path)):
            return failure(AREA, problem.what, problem.cure)
    return ok(AREA, f"Model '{name}' is as it was exported (serves {card.serve})")


def _wrong_fingerprint(card: BundleCard, data: bytes, path: Path) -> ModelBundleError | None:
    try:
        check_fingerprint(card, data, path)
    except ModelBundleError as error:
        return error
    return None
