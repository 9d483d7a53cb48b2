"""A bundle's card survives the disk, and a wrong one is refused with its place named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from common.embedding.base import ModelCard, Preprocessing
from common.embedding.card import read_card, write_card
from common.errors import ModelBundleError
from tests.common.embedding.bundles import SPEC, card_of, make_bundle, model


def edit(directory: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = directory / "card.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    spec = Preprocessing(32, "crop", "lanczos", (0.1, 0.2, 0.3), (1.0, 2.0, 3.0), (1, 2, 3))
    directory = make_bundle(tmp_path, spec=spec)
    card = read_card(directory)
    written = card_of("tiny", model(), spec)
    for field in ModelCard.__dataclass_fields__:
        assert getattr(card, field) == getattr(written, field)
    assert card.serve == "model.onnx"
    assert set(card.files) == {"model.onnx"}
    assert write_card(directory, written, "model.onnx") == card


def test_the_smaller_model_can_be_the_one_that_serves(tmp_path: Path) -> None:
    directory = make_bundle(tmp_path, content=model(1), serve="model.int8.onnx")
    (directory / "model.onnx").write_bytes(model(2))
    card = write_card(directory, card_of("tiny", model(1)), "model.int8.onnx")
    assert card.serve == "model.int8.onnx"
    assert set(card.files) == {"model.onnx", "model.int8.onnx"}


def test_a_card_is_plain_json_with_the_files_hashes(tmp_path: Path) -> None:
    content = json.loads((make_bundle(tmp_path) / "card.json").read_text())
    assert content["preprocessing"]["size_px"] == 32
    assert len(content["files"]["model.onnx"]) == 64
    assert content["quality"] == {"recall_at_1": 0.5}


def test_a_card_of_another_model_is_not_written(tmp_path: Path) -> None:
    directory = make_bundle(tmp_path)
    wrong = card_of("tiny", b"another model")
    with pytest.raises(ModelBundleError, match="fingerprint"):
        write_card(directory, wrong, "model.onnx")
    with pytest.raises(ModelBundleError, match=r"no model\.int8\.onnx"):
        write_card(directory, wrong, "model.int8.onnx")
    other = replace(card_of("tiny", model()), preprocessing=replace(SPEC, resize="crop"))
    with pytest.raises(ModelBundleError, match="fingerprint"):
        write_card(directory, other, "model.onnx")


def test_a_missing_card_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelBundleError, match=r"card\.json"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"card"', "\x00", "9" * 1_000_001], ids=range(7)
)
def test_what_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(ModelBundleError, match="The model card"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda card: card.pop("fingerprint"), "fingerprint"),
        (lambda card: card.update(dim="many"), "dim"),
        (lambda card: card.update(dim=0), "dimension of 0"),
        (lambda card: card.update(serve="../../etc/passwd"), "serve"),
        (lambda card: card.update(serve="model.int8.onnx"), "sha256 of model.int8.onnx"),
        (lambda card: card["preprocessing"].update(resize="stretch"), "preprocessing.resize"),
        (lambda card: card["preprocessing"].update(size_px=0), "0 pixels"),
        (lambda card: card["preprocessing"].update(size_px=10**9), "pixels"),
        (lambda card: card["preprocessing"].update(std=[0, 1, 1]), "standard deviation"),
        (lambda card: card["preprocessing"].update(mean=[1, 2]), "preprocessing.mean"),
        (lambda card: card["preprocessing"].update(pad_colour=[0, 0, 256]), "pad colour"),
        (lambda card: card.update(quality={"recall": "good"}), "quality"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], place: str
) -> None:
    directory = make_bundle(tmp_path)
    edit(directory, change)
    with pytest.raises(ModelBundleError) as caught:
        read_card(directory)
    assert place in str(caught.value)
    assert str(directory / "card.json") in str(caught.value)
    assert caught.value.cure


def test_what_a_later_version_may_add_is_passed_over(tmp_path: Path) -> None:
    directory = make_bundle(tmp_path)
    before = read_card(directory)
    edit(directory, lambda card: card.update(colour_of_the_box="blue"))
    assert read_card(directory) == before
