"""A bundle is loaded only if it is whole and does what its card says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from common.embedding.base import embed
from common.embedding.onnx import OnnxEmbedder
from common.embedding.preprocess import preprocess
from common.errors import ModelBundleError
from scripts.zoo import scene
from tests.common.embedding.bundles import SPEC, make_bundle, model


def test_vectors_agree_with_the_models_arithmetic_done_by_hand(tmp_path: Path) -> None:
    embedder = OnnxEmbedder.load(make_bundle(tmp_path), threads=1)
    rng = np.random.default_rng(0)
    weight, bias = rng.normal(size=(48, 24)), rng.normal(size=24)
    pooled = preprocess(scene(), SPEC).reshape(3, 4, 8, 4, 8).mean(axis=(2, 4))
    expected = pooled.reshape(-1) @ weight + bias
    expected /= np.linalg.norm(expected)
    assert np.allclose(embed(embedder, [scene()])[0], expected, atol=1e-5)


def test_many_images_are_run_in_bounded_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = OnnxEmbedder.load(make_bundle(tmp_path))
    sizes = []
    run = embedder._run

    def watched(batch: np.ndarray) -> np.ndarray:
        sizes.append(len(batch))
        return run(batch)

    monkeypatch.setattr(embedder, "_run", watched)
    images = [Image.new("RGB", (9, 9), (i, 2 * i, 90)) for i in range(50)]
    rows = embed(embedder, images)
    assert max(sizes) <= 16
    assert sum(sizes) == 50
    assert np.allclose(rows[37], embed(embedder, images[37:38])[0], atol=1e-6)


def test_the_file_that_the_card_names_serves(tmp_path: Path) -> None:
    first = make_bundle(tmp_path / "a", content=model(1), serve="model.int8.onnx")
    (first / "model.onnx").write_bytes(b"not even a model")
    second = make_bundle(tmp_path / "b", content=model(1))
    rows = [embed(OnnxEmbedder.load(path), [scene()]) for path in (first, second)]
    assert np.array_equal(*rows)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    directory = make_bundle(tmp_path)
    (directory / "model.onnx").unlink()
    with pytest.raises(ModelBundleError, match=r"model\.onnx cannot be read"):
        OnnxEmbedder.load(directory)


def test_one_flipped_bit_is_noticed(tmp_path: Path) -> None:
    directory = make_bundle(tmp_path)
    content = bytearray(model())
    content[-20] ^= 1
    (directory / "model.onnx").write_bytes(content)
    with pytest.raises(ModelBundleError, match=r"model\.onnx is not the file.*sha256"):
        OnnxEmbedder.load(directory)


def test_a_changed_preprocessing_is_noticed(tmp_path: Path) -> None:
    directory = make_bundle(tmp_path)
    path = directory / "card.json"
    path.write_text(path.read_text().replace('"bicubic"', '"bilinear"'))
    with pytest.raises(ModelBundleError, match="fingerprint"):
        OnnxEmbedder.load(directory)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"not a model", "cannot be loaded"),
        (model(size_px=64), "does not run on images of 32 x 32"),
        (model(dim=25), r"shape \(2, 25\)"),
        (model(unit=False), "length"),
        (model(mix_rows=True), "alone and among others"),
    ],
    ids=["garbage", "other size", "other dimension", "no unit rows", "rows mixed"],
)
def test_a_model_that_breaks_the_promise_is_refused(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    directory = make_bundle(tmp_path, content=content)
    with pytest.raises(ModelBundleError, match=complaint) as caught:
        OnnxEmbedder.load(directory)
    assert str(directory) in str(caught.value)
    assert caught.value.cure


def test_a_model_cannot_read_files_beside_it(tmp_path: Path) -> None:
    import onnx

    built = onnx.load_from_string(model())
    weight = built.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = onnx.TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="/etc/passwd")
    directory = make_bundle(tmp_path, content=built.SerializeToString())
    with pytest.raises(ModelBundleError, match="cannot be loaded"):
        OnnxEmbedder.load(directory)


def test_a_card_may_say_more_without_becoming_another_model(tmp_path: Path) -> None:
    directory = make_bundle(
        tmp_path, change=lambda card: replace(card, description="Better words.")
    )
    assert OnnxEmbedder.load(directory).card.description == "Better words."


def test_the_runtime_is_imported_when_a_model_is_loaded_and_not_before() -> None:
    code = "import sys, common.embedding.registry; sys.exit('onnxruntime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
