"""The steps of ``make train`` that need no training: names, judging, switching, decoding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from common.assembly import assemble
from common.categories import CategoryManifest, write_manifest
from common.embedding.histogram import HistogramEmbedder
from common.errors import IndexingError, ModelBundleError, TrainingError
from common.images import ImageLimits
from common.settings import load_settings
from metrics.nets.weights import PRETRAINED
from metrics.runs.data import open_data, read_labels
from metrics.runs.first_weights import weights_named
from scripts.train.names import RUN_KEY, check_replaceable, run_name, users_of
from scripts.train.serving import evaluate_serving
from scripts.train.switching import switch
from tests.metrics.training.worlds import blossoms


@pytest.fixture
def live(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EMBEDDING_THREADS", "1")
    directory = tmp_path / "metric_datasets" / "few"
    pictures = blossoms(range(3), each=3, side=600)
    for row, label in enumerate(pictures.labels.tolist()):
        (directory / "images" / str(label)).mkdir(parents=True, exist_ok=True)
        pictures.image(row).save(directory / "images" / str(label) / f"{row}.jpg")
    write_manifest(directory, CategoryManifest(title="Few"))
    return assemble(load_settings())


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("none", None),
        ("random", None),
        ("pretrained", PRETRAINED),
        ("imagenet", PRETRAINED),
        ("IMAGENET1K_V1", "IMAGENET1K_V1"),
        ("mine.safetensors", "mine.safetensors"),
    ],
)
def test_weights_are_called_the_same_by_all_commands(text, source):
    assert weights_named(text) == source


def test_the_latest_dated_run_is_gone_on_with_where_no_name_is_given(tmp_path):
    today = date(2026, 5, 4)
    for name in ("few-20260502", "few-20260503", "few-2026", "fewer-20260504", "few-x-20260504"):
        (tmp_path / name).mkdir()
    assert run_name("few", None, tmp_path, today, resume=True) == "few-20260503"
    assert run_name("few", None, tmp_path, today, resume=False) == "few-20260504"
    assert run_name("few", "mine", tmp_path, today, resume=True) == "mine"
    with pytest.raises(TrainingError, match="Name the run with NAME"):
        run_name("few", None, tmp_path / "nowhere", today, resume=True)


def test_edits_of_the_manifest_during_training_stay(live):
    before = live.catalog.get("few")
    edited = CategoryManifest(title="Edited", licence="CC0-1.0")
    write_manifest(before.directory, edited)

    switch(live, before, "histogram")

    after = live.catalog.get("few").manifest
    assert after == edited.model_copy(update={"embedder": "histogram"})


def test_a_category_that_was_given_another_model_meanwhile_keeps_it(live):
    before = live.catalog.get("few")
    write_manifest(before.directory, CategoryManifest(embedder="compact"))

    with pytest.raises(IndexingError, match="was given the model 'compact' meanwhile"):
        switch(live, before, "histogram")

    assert live.catalog.get("few").manifest.embedder == "compact"


def test_a_model_in_use_or_of_another_run_is_not_replaced(live):
    write_manifest(live.catalog.root / "few", CategoryManifest(embedder="compact"))
    shipped = live.embedders.cards()["compact"]
    card = replace(shipped, extra={RUN_KEY: {"plan_sha256": "p", "split_sha256": "s"}})

    assert users_of(live, "compact") == ["few"]
    with pytest.raises(ModelBundleError, match="in use by few"):
        check_replaceable(live, card, "p", "s")
    with pytest.raises(ModelBundleError, match="of another run"):
        check_replaceable(live, card, "p", "other")
    check_replaceable(live, replace(card, name="unused"), "p", "s")


class Recording(HistogramEmbedder):
    """Notes the sizes of the pictures that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: set[tuple[int, int]] = set()

    def prepare(self, image):
        self.sizes.add(image.size)
        return super().prepare(image)


def test_each_model_is_given_pictures_as_serving_decodes_them_for_it(live):
    category = live.catalog.get("few")
    data = open_data(
        category.images_dir, read_labels(category.images_dir, None), ImageLimits(), side_px=32
    )
    embedder = Recording()

    evaluation = evaluate_serving(embedder, data, np.arange(9))

    side = embedder.card.preprocessing.size_px
    expected = data.images_for(side)(np.arange(9)).image(0).size
    assert embedder.sizes == {expected}
    assert data.images_of(np.arange(9)).image(0).size != expected
    assert evaluation is not None
    assert evaluate_serving(embedder, data, np.arange(0)) is None
