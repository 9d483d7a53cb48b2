"""The command line, as a person runs it."""

from __future__ import annotations

import pytest
from PIL import Image

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from common.embedding.registry import EmbedderRegistry
from common.errors import TrainingError
from common.images import ImageLimits
from scripts.export import _halves, main
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
        (["--seed", "-1"], "Error: -1 is no seed. Give 0 or more."),
        (["--name", ""], "Error: NAME is not given. Add TRUNK=resnet50 NAME=model."),
        (["--trunk", ""], "Error: TRUNK is not given. Add TRUNK=resnet50 NAME=model."),
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


def test_the_two_halves_share_no_copies(tmp_path):
    flowers = blossoms(range(8), each=3, side=64)
    for row, label in enumerate(flowers.labels):
        folder = tmp_path / f"kind{label}"
        folder.mkdir(exist_ok=True)
        Image.fromarray(flowers.pixels[row]).save(folder / f"{row}.png")
        # The second four labels hold copies of the first four.
        Image.fromarray(flowers.pixels[row % 12]).save(folder / f"copy{row}.png")

    for seed in range(4):
        fitting, evaluation = _halves(tmp_path, ImageLimits(), 32, seed)
        twins = [{int(label) % 4 for label in half.labels} for half in (fitting, evaluation)]
        assert not twins[0] & twins[1]
        assert all(twins)


def test_what_cannot_be_halved_is_said(tmp_path):
    flowers = blossoms(range(2), each=3, side=64)
    for row, label in enumerate(flowers.labels):
        (tmp_path / f"kind{label}").mkdir(exist_ok=True)
        Image.fromarray(flowers.pixels[row]).save(tmp_path / f"kind{label}" / f"{row}.png")

    with pytest.raises(TrainingError, match=r"The 2 labels in .* cannot be halved"):
        _halves(tmp_path, ImageLimits(), 32, 0)
