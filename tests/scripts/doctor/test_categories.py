"""Categories and models, well and broken in every way that the doctor knows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from common.assembly import SHIPPED_MODELS
from common.categories import write_manifest
from scripts.doctor.categories import check_categories
from scripts.doctor.findings import Finding
from scripts.doctor.models import bundle_finding, check_models


def findings(live) -> list[Finding]:
    return check_categories(live.settings, qdrant_answers=True, bucket_answers=True)


def trouble(live) -> list[tuple[str, str]]:
    return [(f.level, f.what) for f in findings(live) if f.level != "ok"]


def test_categories_that_are_well_have_one_finding_each(live) -> None:
    assert [(f.level, f.what) for f in findings(live)] == [
        ("ok", "Category 'badges' is well"),
        ("ok", "Category 'shapes' is well"),
    ]


def test_without_categories_nothing_is_wrong(live) -> None:
    shutil.rmtree(live.catalog.root)
    assert trouble(live) == []


def test_a_manifest_that_cannot_be_read_does_not_hide_the_others(live) -> None:
    (live.catalog.root / "badges" / "category.yaml").write_text("title: [")
    levels = [finding.level for finding in findings(live)]
    assert levels == ["failure", "ok"]


def test_images_and_a_table_that_are_gone_fail(live) -> None:
    shutil.rmtree(live.catalog.root / "shapes" / "images")
    (live.catalog.root / "shapes" / "meta.csv").unlink()
    (_, images), (_, table) = trouble(live)
    assert "images" in images
    assert "meta.csv" in table


def test_a_category_without_images_is_warned_of(live) -> None:
    images = live.catalog.root / "shapes" / "images"
    shutil.rmtree(images)
    images.mkdir()
    assert trouble(live) == [("warning", "Category 'shapes' has no images")]


def test_edits_that_cannot_be_read_fail(live) -> None:
    (live.catalog.root / "shapes" / "edits.jsonl").write_text("{no json\n")
    ((level, what),) = trouble(live)
    assert (level, "line 1" in what) == ("failure", True)


def test_a_category_that_was_never_indexed_is_warned_of(live) -> None:
    live.store.remove("shapes")
    assert trouble(live) == [("warning", "Category 'shapes' has no index")]


def test_a_pointer_to_a_generation_that_is_gone_fails(live) -> None:
    folder = live.settings.data_dir / "qdrant_storage" / "shapes"
    shutil.rmtree(folder / (folder / "current").read_text().strip())
    ((level, what),) = trouble(live)
    assert (level, "is not there" in what) == ("failure", True)


def changed_manifest(live, **changes: object) -> None:
    folder = live.settings.data_dir / "qdrant_storage" / "shapes"
    path = folder / (folder / "current").read_text().strip() / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_an_index_by_another_version_of_its_embedder_fails(live) -> None:
    changed_manifest(live, fingerprint="0" * 64)
    ((level, what),) = trouble(live)
    assert (level, "another version of 'compact'" in what) == ("failure", True)


def test_an_index_by_an_embedder_that_is_gone_fails(live) -> None:
    changed_manifest(live, embedder="gone")
    ((level, what),) = trouble(live)
    assert (level, "'gone', which is not here" in what) == ("failure", True)


def test_a_category_that_should_have_another_embedder_is_warned_of(live) -> None:
    category = live.catalog.get("shapes")
    wanted = category.manifest.model_copy(update={"embedder": "histogram"})
    write_manifest(category.directory, wanted)
    ((level, what),) = trouble(live)
    assert (level, "should be with 'histogram'" in what) == ("warning", True)


def test_indexes_on_a_server_that_is_down_are_not_waited_for(live) -> None:
    elsewhere = live.settings.model_copy(update={"qdrant_url": "http://qdrant.invalid:6333"})
    found = check_categories(elsewhere, qdrant_answers=False, bucket_answers=True)
    assert [finding.level for finding in found] == ["ok", "ok"]


def test_categories_of_a_bucket_that_is_down_are_not_waited_for(live) -> None:
    elsewhere = live.settings.model_copy(update={"type": "PROD", "minio_host": "minio.invalid"})
    (finding,) = check_categories(elsewhere, qdrant_answers=True, bucket_answers=False)
    assert finding.level == "warning"


def test_categories_in_a_bucket_are_looked_at_without_a_copy_being_kept(
    live, s3, tmp_path: Path
) -> None:
    with s3.new_bucket() as bucket:
        shapes = live.catalog.root / "shapes"
        for path in sorted(path for path in shapes.rglob("*") if path.is_file()):
            name = f"metric_datasets/shapes/{path.relative_to(shapes).as_posix()}"
            bucket.client.fput_object(bucket.name, name, str(path))
        there = live.settings.model_copy(update=s3.settings(bucket.name))
        found = check_categories(there, qdrant_answers=True, bucket_answers=True)
    assert [(f.level, f.what) for f in found] == [("ok", "Category 'shapes' is well")]
    assert not (live.settings.data_dir / "bucket").exists()


@pytest.fixture
def bundle(live) -> Path:
    target = live.settings.data_dir / "models" / "mine"
    shutil.copytree(SHIPPED_MODELS / "compact", target)
    card = json.loads((target / "card.json").read_text())
    (target / "card.json").write_text(json.dumps({**card, "name": "mine"}))
    return target


def test_a_bundle_as_it_was_exported_is_well(live, bundle: Path) -> None:
    assert {finding.level for finding in check_models(live.settings)} == {"ok"}
    assert "'mine'" in bundle_finding("mine", bundle).what


def test_a_model_file_that_was_changed_fails(bundle: Path) -> None:
    with (bundle / "model.onnx").open("ab") as stream:
        stream.write(b"\0")
    finding = bundle_finding("mine", bundle)
    assert (finding.level, "was changed" in finding.what) == ("failure", True)


def test_a_model_file_that_is_gone_fails(bundle: Path) -> None:
    (bundle / "model.onnx").unlink()
    assert bundle_finding("mine", bundle).level == "failure"


def test_a_fingerprint_of_another_model_fails(bundle: Path) -> None:
    card = json.loads((bundle / "card.json").read_text())
    (bundle / "card.json").write_text(json.dumps({**card, "fingerprint": "0" * 64}))
    finding = bundle_finding("mine", bundle)
    assert (finding.level, "fingerprint" in finding.what) == ("failure", True)


def test_a_broken_card_and_an_unknown_embedder_fail(live, bundle: Path) -> None:
    (bundle / "card.json").write_text("{}")
    unknown = live.settings.model_copy(update={"embedder": "nothing"})
    failures = [f.what for f in check_models(unknown) if f.level == "failure"]
    assert len(failures) == 2
    assert "card.json" in failures[0]
    assert "EMBEDDER=nothing" in failures[1]
