"""``make train`` with few pictures, odd tables, earlier models and mistakes that are corrected."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.assembly import assemble
from common.categories import CategoryManifest, write_manifest
from common.settings import load_settings
from scripts.train.__main__ import main
from scripts.train.lineage import digest_of
from tests.metrics.training.worlds import blossoms

torch.set_num_threads(1)  # the machine is shared

ROOT = Path(__file__).resolve().parents[2]
WHITENING = ["--category", "few", "--preset", "whitening", "--trunk", "compact"]
WHITENING += ["--weights", "random", "--side-px", "32"]


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EMBEDDING_THREADS", "1")
    return tmp_path


def plant(data_dir, kinds, each, *, split=None, embedder="histogram", first=0):
    """Write a category 'few'; ``split`` tells the part of each kind."""
    directory = data_dir / "metric_datasets" / "few"
    (directory / "images").mkdir(parents=True, exist_ok=True)
    rows = ["file,label" + (",split" if split else "")]
    pictures = blossoms(range(first, first + kinds), each=each, side=40)
    for row, label in enumerate(pictures.labels.tolist()):
        pictures.image(row).save(directory / "images" / f"{label}-{row}.png")
        rows.append(f"{label}-{row}.png,kind-{label}" + (f",{split(label)}" if split else ""))
    (directory / "meta.csv").write_text("\n".join(rows))
    write_manifest(directory, CategoryManifest(metadata="meta.csv", embedder=embedder))
    return directory


def embedder_of(category):
    return assemble(load_settings()).catalog.get(category).manifest.embedder


@pytest.mark.parametrize(
    ("kinds", "each", "split", "reason"),
    [
        (2, 4, None, "nothing could be measured"),
        (6, 1, None, "nothing could be measured"),
        (6, 3, lambda _: "train", "nothing could be measured"),
        (12, 3, None, "too few to tell which is better; it takes 10"),
    ],
)
def test_where_nobody_can_tell_the_model_is_registered_and_not_switched_to(
    data_dir, capsys, kinds, each, split, reason
):
    plant(data_dir, kinds, each, split=split)

    assert main([*WHITENING, "--name", "lonely"]) == 2

    said = capsys.readouterr().err
    assert "Category 'few' keeps 'histogram'" in said
    assert reason in said
    assert len(said.strip().splitlines()) == 1
    assert "lonely" in assemble(load_settings()).embedders.names()
    assert (data_dir / "runs" / "lonely" / "report.html").exists()
    assert embedder_of("few") == "histogram"


def test_labels_learnt_before_are_trained_on_again_or_give_no_verdict(data_dir, capsys):
    plant(data_dir, 20, 3)
    main([*WHITENING, "--name", "first"])
    found = json.loads((data_dir / "models" / "first" / "metrics.json").read_text())
    split = json.loads((data_dir / "runs" / "first" / "split.json").read_text())
    learnt = split["labels"]["train"]
    assert set(found["labels_trained_on"]["few"]) == {digest_of(label) for label in learnt}

    plant(data_dir, 40, 3, embedder="first")
    main([*WHITENING, "--name", "second", "--seed", "5"])
    again = json.loads((data_dir / "runs" / "second" / "split.json").read_text())["labels"]
    assert set(learnt) <= set(again["train"])
    assert again["test"]

    number = {f"kind-{label}": label for label in range(40)}
    asked = {number[label] for label in learnt[:3]}
    plant(data_dir, 40, 3, embedder="first", split=lambda n: "test" if n in asked else "train")
    capsys.readouterr()
    assert main([*WHITENING, "--name", "third"]) == 2
    said = capsys.readouterr()
    assert "asks about 3 labels that were trained on before" in said.err
    assert "no verdict is given" in said.out
    metrics = json.loads((data_dir / "runs" / "third" / "metrics.json").read_text())
    assert metrics["comparisons"] == {}


def test_a_run_is_not_resumed_on_other_pictures(data_dir, capsys):
    directory = plant(data_dir, 6, 3)
    main([*WHITENING, "--name", "changed"])
    blossoms(range(90, 91), each=1, side=40).image(0).save(directory / "images" / "0-0.png")
    capsys.readouterr()

    assert main([*WHITENING, "--name", "changed", "--resume"]) == 2

    assert "have changed since the run" in capsys.readouterr().err


def test_a_mistake_at_the_start_leaves_nothing_in_the_way_of_its_correction(data_dir, capsys):
    plant(data_dir, 2, 4)
    mistaken = [word if word != "random" else "gone.safetensors" for word in WHITENING]
    assert main([*mistaken, "--name", "again"]) == 2
    assert "no file of weights" in capsys.readouterr().err

    assert main([*WHITENING, "--name", "again"]) == 2

    assert "nothing could be measured" in capsys.readouterr().err


def test_a_category_whose_model_is_gone_can_be_trained_for(data_dir, capsys):
    plant(data_dir, 2, 4, embedder="gone")

    assert main([*WHITENING, "--name", "new", "--force"]) == 0

    assert "'gone', the model of 'few', is left out" in capsys.readouterr().out
    assert embedder_of("few") == "new"


def test_variables_that_make_exports_empty_are_not_given(data_dir, capsys, monkeypatch):
    exported = re.search(r"^export ((?:[A-Z_ \\\n\t])+)", (ROOT / "Makefile").read_text(), re.M)
    for name in exported[1].replace("\\", " ").split():
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("CATEGORY", "few")
    plant(data_dir, 2, 4)

    assert main([]) == 2

    assert "'histogram' is a formula and has nothing to train" in capsys.readouterr().err
