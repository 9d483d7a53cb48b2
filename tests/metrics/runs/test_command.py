"""S1's command line works as a file and as a module, and answers mistakes in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from metrics.runs.command import _parser, main, plan_of
from tests.metrics.runs.gardens import Garden

torch.set_num_threads(1)  # the machine is shared

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Garden(9, 4).plant(folder)
    return folder


def s1_arguments(folder: Path, out: Path) -> list[str]:
    """The options of S1's README, all of them, for pictures that take a second."""
    words = (
        f"--data_dir {folder} --meta {folder / 'meta.csv'} --name flowers --trunk_model compact "
        "--embedder_layers 16 8 --split 0.6 --batch_size 8 --epochs 1 --lr 0.001 "
        f"--weight_decay 0.0001 --sampler_m 2 --input_size 32 --weights none --out {out}"
    )
    return words.split()


def test_s1s_options_make_the_plan_they_name(tmp_path: Path) -> None:
    plan = plan_of(_parser().parse_args(s1_arguments(tmp_path, tmp_path)))
    assert (plan.name, plan.way, plan.weights) == ("flowers", "full", None)
    assert (plan.network.trunk, plan.network.hidden, plan.network.dim) == ("compact", (16,), 8)
    assert (plan.network.side_px, plan.preprocessing.size_px) == (32, 32)
    assert (plan.train_share, plan.batch_size, plan.images_per_class) == (0.6, 8, 2)
    optimiser = plan.training.optimiser
    assert (optimiser.trunk_lr, optimiser.head_lr, optimiser.weight_decay) == (1e-3, 1e-3, 1e-4)
    assert (plan.training.epochs, plan.training.loss.name) == (1, "circle")


def test_without_options_the_plan_is_s1s(tmp_path: Path) -> None:
    plan = plan_of(_parser().parse_args(["--data_dir", "x", "--name", "dogs"]))
    assert plan.network.trunk == "resnet50"
    assert (*plan.network.hidden, plan.network.dim) == (1024, 1024, 1024)
    assert (plan.train_share, plan.batch_size, plan.images_per_class) == (0.7, 8, 2)
    assert (plan.training.epochs, plan.training.optimiser.trunk_lr) == (10, 1e-5)
    assert plan.preprocessing.size_px == 300


def test_loss_miner_and_negatives_can_be_named(tmp_path: Path) -> None:
    words = ["--loss", "triplet", "--miner", "hard", "--negatives", "mined", "--sampler_m", "1"]
    plan = plan_of(_parser().parse_args([*s1_arguments(tmp_path, tmp_path), *words]))
    assert (plan.loss.name, plan.loss.miner, plan.negatives) == ("triplet", "hard", "mined")
    words = [*s1_arguments(tmp_path, tmp_path), "--miner", "semihard"]
    again = plan_of(_parser().parse_args(words))
    assert (again.loss.name, again.loss.miner) == ("circle", "semihard")


def test_a_mistake_does_not_stand_in_the_way_of_its_correction(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = s1_arguments(pictures, tmp_path / "run")
    for mistake, sentence in (
        ("--device toaster", "no device"),
        ("--weights gone.safetensors", "no file of weights"),
    ):
        assert main([*arguments, *mistake.split()]) == 2
        assert sentence in capsys.readouterr().err


def in_a_shell(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )


def test_it_trains_when_run_as_a_file(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = in_a_shell("metrics/train.py", *s1_arguments(pictures, out))
    assert done.returncode == 0, done.stderr
    assert f"Report: {out / 'report.html'}" in done.stdout
    assert "verdict" in done.stdout
    assert (out / "report.html").exists()


def test_it_runs_as_a_module_too() -> None:
    done = in_a_shell("-m", "metrics.train", "--data_dir", "x", "--name", "a b")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: No run can be named 'a b'.")


def test_a_finished_run_is_taken_up_only_when_asked(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = s1_arguments(pictures, tmp_path / "run")
    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert main(arguments) == 2
    assert "is not empty" in capsys.readouterr().err
    assert main([*arguments, "--resume"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == first.splitlines()[1:]
    assert main([*arguments, "--resume", "--lr", "0.5"]) == 2
    assert "begun with another config" in capsys.readouterr().err


def spoil_image(folder: Path) -> None:
    (folder / "3.png").write_bytes(b"no picture")


def spoil_label(folder: Path) -> None:
    text = (folder / "meta.csv").read_text().replace("\n5,5.png,flower1,1\n", "\n5,5.png,,\n")
    (folder / "meta.csv").write_text(text)


def leave_one_class(folder: Path) -> None:
    lines = (folder / "meta.csv").read_text().splitlines()[:4]
    (folder / "meta.csv").write_text("\n".join(lines))


def leave_one_image_each(folder: Path) -> None:
    lines = (folder / "meta.csv").read_text().splitlines()
    (folder / "meta.csv").write_text("\n".join([lines[0], *lines[1::4]]))


def do_nothing(folder: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("spoil", "options", "words"),
    [
        (spoil_image, "", "3.png"),
        (spoil_label, "", "row 7: the label is empty"),
        (leave_one_class, "", "takes two labels"),
        (leave_one_image_each, "", "one image, and this loss learns from pairs"),
        (do_nothing, "--trunk_model densnset121", "no trunk called 'densnset121'"),
        (do_nothing, "--preset s9", "no preset called 's9'"),
        (do_nothing, "--way up", "no way called 'up'"),
        (do_nothing, "--weights gone.safetensors", "no file of weights"),
        (do_nothing, "--weights imagenet", "no weights for the trunk 'compact'"),
        (do_nothing, "--split 7", "7.0 of the labels"),
        (do_nothing, "--batch_size 7", "batch of 7 images"),
        (do_nothing, "--epochs 0", "0 epochs"),
        (do_nothing, "--lr nan", "trunk_lr of nan"),
        (do_nothing, "--input_size 3", "3 px are too small"),
        (do_nothing, "--embedder_layers 0", "head of"),
        (do_nothing, "--device toaster", "no device 'toaster'"),
        (do_nothing, "--meta gone.csv", "gone.csv"),
        (do_nothing, "--name a/b", "No run can be named"),
        (do_nothing, "--threads 0", "0 threads"),
        (do_nothing, "--loss circles", "no loss called 'circles'"),
        (do_nothing, "--miner deep", "no miner called 'deep'"),
        (do_nothing, "--negatives evil", "no negatives called 'evil'"),
        (do_nothing, "--sampler_m 1", "hold no two alike"),
    ],
)
def test_mistakes_are_answered_in_one_sentence(
    spoil: object,
    options: str,
    words: str,
    pictures: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(pictures)
    assert main([*s1_arguments(pictures, tmp_path / "run"), *options.split()]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert told.startswith("Error: ")
    assert told.count("\n") == 1


def test_weights_neither_cached_nor_reachable_are_one_sentence(
    pictures: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "cache"))
    arguments = s1_arguments(pictures, tmp_path / "run")
    assert main([*arguments, "--trunk_model", "resnet18", "--weights", "imagenet"]) == 2
    told = capsys.readouterr().err
    assert "are neither in" in told
    assert told.count("\n") == 1
