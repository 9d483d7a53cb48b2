"""``make train``: from a category to a better model in use, or a sentence why not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.assembly import assemble
from common.categories import CategoryManifest, write_manifest
from common.settings import load_settings
from metrics.export.exporting import export_bundle
from metrics.export.restoring import network_facts
from metrics.export.served import ServedNetwork
from metrics.export.trial import ExportOptions
from scripts.train.__main__ import main
from tests.metrics.export.networks import facts, network_of
from tests.metrics.training.worlds import blossoms

torch.set_num_threads(1)  # the machine is shared, and two threads that wait for one core crawl

KINDS, EACH = 60, 5


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    """A category of flowers that is searched with a small model which can be gone on from."""
    root = tmp_path_factory.mktemp("flowers")
    directory = root / "metric_datasets" / "flowers"
    pictures = blossoms(range(KINDS), each=EACH, side=72)
    for row, label in enumerate(pictures.labels):
        folder = directory / "images" / f"kind-{label:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        pictures.image(row).save(folder / f"{row:03d}.png")
    write_manifest(directory, CategoryManifest(title="Flowers", embedder="small"))
    network = network_of("compact", dim=16)
    export_bundle(
        ServedNetwork.of(network),
        replace(facts("small"), extra=network_facts(network.config)),
        root / "models",
        options=ExportOptions(int8=False),
    )
    return root


@pytest.fixture
def data_dir(flowers, tmp_path, monkeypatch):
    root = tmp_path / "data"
    shutil.copytree(flowers, root)
    monkeypatch.setenv("DATA_DIR", str(root))
    monkeypatch.setenv("EMBEDDING_THREADS", "1")
    return root


def embedder_of(category: str) -> str | None:
    return assemble(load_settings()).catalog.get(category).manifest.embedder


def test_a_better_model_is_registered_and_the_category_searched_with_it(data_dir, capsys):
    assert main(["--category", "flowers", "--name", "grown", "--epochs", "10"]) == 0

    live = assemble(load_settings())
    assert embedder_of("flowers") == "grown"
    generation = live.store.open("flowers")
    assert generation.manifest.spec.embedder == "grown"
    assert generation.manifest.count == KINDS * EACH
    run = data_dir / "runs" / "grown"
    found = json.loads((run / "metrics.json").read_text())
    assert "small, serving before" in json.dumps(found)
    assert "was switched to this model" in (run / "report.html").read_text()
    assert "is searched with 'grown' from now on" in capsys.readouterr().out


def test_a_worse_model_is_kept_but_not_switched_to_until_it_is_forced(
    data_dir, capsys, monkeypatch
):
    manifest = CategoryManifest(title="Flowers", embedder="histogram")
    write_manifest(data_dir / "metric_datasets" / "flowers", manifest)
    arguments = ["--category", "flowers", "--name", "poor", "--preset", "whitening"]
    arguments += ["--trunk", "compact", "--weights", "none", "--side-px", "32"]

    assert main(arguments) == 2

    said = capsys.readouterr()
    assert "Category 'flowers' keeps 'histogram'" in said.err
    assert "it scored lower than" in said.err
    assert embedder_of("flowers") == "histogram"
    assert "poor" in assemble(load_settings()).embedders.names()
    assert "was not switched" in (data_dir / "runs" / "poor" / "report.html").read_text()

    exported = (data_dir / "models" / "poor" / "card.json").stat().st_mtime_ns
    assert main([*arguments, "--resume", "--force"]) == 0
    assert embedder_of("flowers") == "poor"
    assert (data_dir / "models" / "poor" / "card.json").stat().st_mtime_ns == exported


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "No category is named. Add CATEGORY=name"),
        (["--category", "trees"], "no category 'trees'"),
        (["--category", "flowers", "--from", "nobody"], "no model 'nobody' to go on from"),
        (
            ["--category", "flowers", "--from", "histogram"],
            "'histogram' is a formula",
        ),
        (["--category", "flowers", "--from", "../models/small"], "no model '../models/small'"),
        (["--category", "flowers", "--from", "small", "--preset", "quick"], "leave one of them"),
        (["--category", "flowers", "--trunk", "compact"], "TRUNK would be ignored"),
        (["--category", "flowers", "--weights", "none"], "WEIGHTS would be ignored"),
        (["--category", "flowers", "--epochs", "abc"], "EPOCHS=abc is no number"),
        (["--category", "flowers", "--epochs", "-3"], "EPOCHS=-3 is no number"),
        (["--category", "flowers", "--epochs", "2.5"], "EPOCHS=2.5 is no number"),
        (["--category", "flowers", "--resume"], "no run named 'flowers-' and a date"),
        (
            ["--category", "flowers", "--preset", "quick", "--augmentation", "logos"],
            "AUGMENTATION=logos would be ignored",
        ),
        (["--category", "flowers", "--name", "compact"], "a model 'compact' already"),
        (["--category", "flowers", "--preset", "fast"], "no preset called 'fast'"),
        (["--category", "flowers", "--augmentation", "wild"], "policy called 'wild'"),
        (["--category", "flowers", "--name", "../up"], "../up"),
        (["--category", "flowers", "--name", "histogram"], "histogram"),
        (["--category", "flowers", "--name", "small"], "small"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(data_dir, capsys, arguments, sentence):
    assert main(arguments) == 2

    said = capsys.readouterr().err
    assert sentence.lower() in said.lower()
    assert len(said.strip().splitlines()) == 1
    assert embedder_of("flowers") == "small"
