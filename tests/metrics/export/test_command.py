"""The command line, as a person runs it."""

from __future__ import annotations

import pytest
from PIL import Image

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from common.embedding.registry import EmbedderRegistry
from scripts.export import main
from tests.metrics.training.worlds import blossoms

COMPACT = ["--trunk", "compact", "--weights", "none", "--size", "64"]


def test_a_trunk_is_exported_with_pictures_from_a_folder(tmp_path, capsys):
    flowers = blossoms(range(4), each=4, side=64)
    for row, label in enumerate(flowers.labels):
        folder = tmp_path / "flowers" / f"kind{label}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(flowers.pixels[row]).save(folder / f"{row}.png")

    status = main(
        [
            *COMPACT,
            *("--name", "mine", "--models", str(tmp_path / "models"), "--whitened-dim", "4"),
            *("--images", str(tmp_path / "flowers"), "--no-int8"),
        ]
    )

    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    assert "mine: 4 dimensions, serves model.onnx" in told.out
    assert "float32 serves: int8 was not tried, as it was not asked for" in told.out
    assert "MAP@R" in told.out
    assert EmbedderRegistry([tmp_path / "models"]).get("mine").card.dim == 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--trunk", "resnet"], "Error: There is no trunk called 'resnet'. Did you mean"),
        (["--weights", "missing.safetensors"], "Error: There is no file of weights at missing"),
        (["--name", "../up"], "Error: No model can be named '../up'. Take"),
        (["--images", "no/such/folder"], "Error: "),
    ],
)
def test_what_is_wrong_is_one_sentence_and_status_two(tmp_path, capsys, arguments, sentence):
    status = main([*COMPACT, "--name", "x", "--models", str(tmp_path), *arguments])

    told = capsys.readouterr()
    assert status == 2
    assert told.err.startswith(sentence)
    assert told.err.count("\n") == 1
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []
