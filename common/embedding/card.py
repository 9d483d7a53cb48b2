"""Model bundles on disk: ``card.json`` beside the model files it describes.

A bundle is a directory::

    <name>/card.json         what is written here
           model.onnx        the model, if it is the one that serves
           model.int8.onnx   a smaller one, likewise

The card is data: it names the file that serves, the sha256 of each model file, how images are
prepared, and what was measured. Nothing in a bundle is ever executed or unpickled.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from common.embedding.base import ModelCard, fingerprint
from common.errors import ModelBundleError
from common.files.durable import write_durably

CARD_FILE: Final = "card.json"
BUNDLE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What the directory of a bundle, and so a model, can be called."""
ModelFile: TypeAlias = Literal["model.onnx", "model.int8.onnx"]
MODEL_FILES: Final[tuple[ModelFile, ...]] = ("model.onnx", "model.int8.onnx")
_MAX_CARD_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleCard(ModelCard):
    """A model card with what makes it a bundle's.

    Attributes:
        serve: the file that answers queries and builds indexes.
        files: sha256 of each model file, by name.
    """

    serve: ModelFile
    files: Mapping[str, str]


def read_card(directory: Path) -> BundleCard:
    """Read a bundle's card. The model files are not looked at.

    Raises:
        ModelBundleError: there is no card, or it is not one.
    """
    path = directory / CARD_FILE
    try:
        with path.open("rb") as stream:
            text = stream.read(_MAX_CARD_BYTES + 1)
    except OSError as error:
        raise ModelBundleError(
            f"The model card {path} cannot be read", "Export the model again"
        ) from error
    if len(text) > _MAX_CARD_BYTES:
        raise ModelBundleError(f"The model card {path} is too long", "Export the model again")
    try:
        card = _adapter().validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ModelBundleError(
            f"The model card {path} is wrong at {place}: {first['msg']}",
            "Correct it, or export the model again",
        ) from error
    _check(card, path)
    return card


def write_card(directory: Path, card: ModelCard, serve: ModelFile) -> BundleCard:
    """Write the card of a bundle whose model files are in place, as its last file.

    Args:
        directory: the bundle.
        card: what is known of the model; its fingerprint must be that of the file that serves.
        serve: which file that is.

    Returns:
        The card as written, as :func:`read_card` would return it.

    Raises:
        ModelBundleError: the file is missing, or the fingerprint is another's.
    """
    models = {name: directory / name for name in MODEL_FILES if (directory / name).is_file()}
    if serve not in models:
        raise ModelBundleError(f"There is no {serve} in {directory}", "Export the model first")
    files: dict[str, str] = {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in models.items()
    }
    known = {entry.name: getattr(card, entry.name) for entry in fields(ModelCard)}
    bundle = BundleCard(**known, serve=serve, files=files)
    check_fingerprint(bundle, models[serve].read_bytes(), models[serve])
    path = directory / CARD_FILE
    _check(bundle, path)
    write_durably(path, _adapter().dump_json(bundle, indent=2).decode())
    return bundle


def check_fingerprint(card: BundleCard, model: bytes, path: Path) -> None:
    """Refuse a model whose vectors could not be told from another's.

    Raises:
        ModelBundleError: ``card.fingerprint`` is not that of ``model``, read from ``path``, with
            the card's preprocessing.
    """
    if fingerprint(model, card.preprocessing) != card.fingerprint:
        raise ModelBundleError(
            f"The fingerprint of {path} and its preprocessing is not the one in its card",
            "Export the model again",
        )


def _check(card: BundleCard, path: Path) -> None:
    """Refuse numbers that fit the types but not the purpose."""
    spec = card.preprocessing
    problems = {
        f"its size of {spec.size_px} pixels is not within 1 to 4096": not 1 <= spec.size_px <= 4096,
        "a standard deviation is not greater than 0": min(spec.std) <= 0,
        "the pad colour is not within 0 to 255": not 0
        <= min(spec.pad_colour)
        <= max(spec.pad_colour)
        <= 255,
        f"its dimension of {card.dim} is not within 1 to 65535": not 1 <= card.dim <= 65_535,
        f"it has no sha256 of {card.serve}": card.serve not in card.files,
    }
    for problem, found in problems.items():
        if found:
            raise ModelBundleError(
                f"The model card {path} is wrong: {problem}",
                "Correct it, or export the model again",
            )


@cache
def _adapter() -> TypeAdapter[BundleCard]:
    return TypeAdapter(BundleCard)
