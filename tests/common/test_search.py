"""Answering queries: the right record first, the query's own left out, generations followed."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from qdrant_client import QdrantClient

from common.assembly import Services
from common.browsing import BrowseService
from common.embedding.base import embed
from common.errors import (
    CategoryNotFound,
    FingerprintMismatch,
    GenerationNotFound,
    ImageError,
    QueryError,
    RecordNotFound,
)
from common.images import decode
from common.indexing import SyncOptions
from common.records import AnyOf, Between, Filter
from common.search import SearchOptions, SearchService
from common.vectors.base import GenerationSpec, VectorIndex
from common.vectors.server.store import ServerStore
from tests.samples import add_category, make_services, picture


def test_hits_equal_an_exact_numpy_search(live: Services) -> None:
    data = picture("teal", 50)
    embedder = live.embedders.get(live.settings.embedder)
    size = embedder.card.preprocessing.size_px
    query = embed(embedder, [decode(data, live.limits, minimum_side_px=size)])[0]
    points = live.store.open("shapes").scroll(limit=100, with_vectors=True).points
    expected = sorted(
        ((float(np.dot(query, point.vector)), point.id) for point in points),
        key=lambda pair: (-pair[0], pair[1]),
    )
    answer = live.search.by_image("shapes", data, SearchOptions(k=12))
    assert [hit.id for hit in answer.hits] == [identity for _, identity in expected]
    assert [hit.similarity for hit in answer.hits] == pytest.approx(
        [similarity for similarity, _ in expected], abs=1e-5
    )
    assert [hit.rank for hit in answer.hits] == list(range(1, 13))
    assert answer.hits[0].payload["class"] == "teal shape"


def test_a_record_is_asked_with_without_decoding_and_leaves_itself_out(live: Services) -> None:
    first = live.search.by_image("shapes", picture("amber", 1)).hits[0]
    answer = live.search.by_record("shapes", first.id, SearchOptions(k=100))
    assert first.id not in {hit.id for hit in answer.hits}
    assert len(answer.hits) == 11
    assert set(answer.seconds) == {"search"}


def test_an_indexed_picture_finds_itself_with_similarity_one(live: Services) -> None:
    hit = live.search.by_image("shapes", picture("amber", 1)).hits[0]
    assert hit.file == "amber/1.jpg"
    assert hit.similarity == pytest.approx(1, abs=1e-5)


def test_pages_follow_each_other_without_repeats(live: Services) -> None:
    data = picture("crimson", 70)
    whole = live.search.by_image("shapes", data, SearchOptions(k=12)).hits
    pages = [
        hit
        for offset in range(0, 12, 5)
        for hit in live.search.by_image("shapes", data, SearchOptions(k=5, offset=offset)).hits
    ]
    assert [hit.id for hit in pages] == [hit.id for hit in whole]
    assert [hit.rank for hit in pages] == [hit.rank for hit in whole]


def test_filters_and_threshold_are_kept_to(live: Services) -> None:
    options = SearchOptions(
        k=100, filter=Filter((AnyOf("colours", ("teal", "amber")), Between("price", 11, 12.5)))
    )
    hits = live.search.by_image("shapes", picture("crimson", 70), options).hits
    assert {hit.file for hit in hits} == {"teal/1.jpg", "teal/2.jpg", "amber/1.jpg", "amber/2.jpg"}
    threshold = hits[1].similarity
    options = dataclasses.replace(options, minimum_similarity=threshold)
    again = live.search.by_image("shapes", picture("crimson", 70), options).hits
    assert {hit.id for hit in again} == {hit.id for hit in hits if hit.similarity >= threshold}


@pytest.mark.parametrize(
    "wrong", [{"k": 0}, {"k": 201}, {"offset": -1}, {"offset": 10_001}, {"minimum_similarity": 85}]
)
def test_options_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(QueryError, match="must lie between"):
        SearchOptions(**wrong)


def test_what_does_not_exist_is_told_apart(live: Services, data_dir: Path) -> None:
    with pytest.raises(CategoryNotFound, match="'nothing'"):
        live.search.by_image("nothing", picture("teal", 1))
    with pytest.raises(RecordNotFound, match="no record"):
        live.search.by_record("shapes", "00000000-0000-0000-0000-000000000000")
    with pytest.raises(ImageError):
        live.search.by_image("shapes", b"words")
    add_category(data_dir, "unindexed", "New", each=1)
    with pytest.raises(GenerationNotFound, match="make index CATEGORY=unindexed"):
        live.search.by_image("unindexed", picture("teal", 1))


def test_an_index_of_another_model_is_refused_instead_of_answering_wrongly(
    live: Services,
) -> None:
    spec = live.search.manifest("shapes").spec
    other = GenerationSpec(spec.dim, "0" * 64, spec.embedder, spec.fields)
    points = live.store.open("shapes").scroll(limit=100, with_vectors=True).points
    builder = live.store.build("shapes", other)
    builder.upsert(points)
    builder.publish()
    with pytest.raises(FingerprintMismatch, match="make index CATEGORY=shapes"):
        live.search.by_image("shapes", picture("teal", 1))
    # A stored vector is of the index's own model, so asking with a record still works.
    assert live.search.by_record("shapes", points[0].id).hits


def test_a_new_generation_answers_without_a_restart_even_if_another_process_published_it(
    live: Services, data_dir: Path
) -> None:
    before = live.search.by_image("shapes", picture("teal", 1))
    (data_dir / "metric_datasets/shapes/images/teal/3.jpg").unlink()
    elsewhere = make_services(data_dir)
    report = elsewhere.index(elsewhere.catalog.get("shapes"), SyncOptions(allow_mismatch=True))
    after = live.search.by_image("shapes", picture("teal", 1), SearchOptions(k=100))
    assert after.generation == report.manifest.generation > before.generation
    assert len(after.hits) == 11


def test_searches_during_publishes_never_fail_and_never_mix_generations(
    live: Services,
) -> None:
    failures: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answer = live.search.by_image("badges", picture("teal", 1), SearchOptions(k=50))
                if len(answer.hits) != 6:
                    failures.append(AssertionError(len(answer.hits)))
            except Exception as error:  # noqa: BLE001  # whatever it is, it is a failure
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        live.index(live.catalog.get("badges"))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_random_records_are_distinct_and_differ_between_draws(live: Services) -> None:
    draws = [
        frozenset(point.id for point in live.search.random_records("shapes", 4, Random(seed)))
        for seed in range(10)
    ]
    assert all(len(draw) == 4 for draw in draws)
    assert len(set(draws)) > 5
    everything = live.search.random_records("badges", 100, Random(1))
    assert len(everything) == 6


def test_a_removed_category_is_no_longer_searched(live: Services, data_dir: Path) -> None:
    live.search.by_image("badges", picture("teal", 1))
    (data_dir / "metric_datasets/badges/category.yaml").unlink()
    with pytest.raises(CategoryNotFound):
        live.search.by_image("badges", picture("teal", 1))


def test_every_record_can_be_drawn(live: Services) -> None:
    rng = Random(5)
    seen = {p.id for _ in range(60) for p in live.search.random_records("shapes", 2, rng)}
    assert len(seen) == 12


def overtaken(live: Services, category: str, monkeypatch: pytest.MonkeyPatch) -> ServerStore:
    """Put a category on a server where it is published twice whenever its index was opened."""
    store = ServerStore(QdrantClient(":memory:"))
    source = live.store.open(category)
    points = source.scroll(limit=100, with_vectors=True).points

    def publish() -> None:
        builder = store.build(category, source.manifest.spec)
        builder.upsert(points)
        builder.publish()

    publish()
    opened = store.open

    def open_and_be_overtaken(name: str, generation: str | None = None) -> VectorIndex:
        index = opened(name, generation)
        monkeypatch.setattr(store, "open", opened)
        publish()
        publish()  # now the first collection is gone
        return index

    monkeypatch.setattr(store, "open", open_and_be_overtaken)
    return store


# Local mode says, once a process, what it does not do; a server does it.
@pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")
@pytest.mark.filterwarnings("ignore:Local mode performs exact")
@pytest.mark.parametrize(
    "ask",
    [
        lambda search, record: search.by_record("shapes", record).hits[0].id,
        lambda search, record: search.by_image("shapes", picture("teal", 1)).hits[0].id,
        lambda search, record: search.record("shapes", record).id,
        lambda search, record: search.random_records("shapes", 3, Random(1))[0].id,
        lambda search, record: BrowseService(search).page("shapes", order_by="price").records[0].id,
    ],
)
def test_a_question_to_a_generation_that_was_replaced_twice_meanwhile_goes_to_the_current_one(
    live: Services, monkeypatch: pytest.MonkeyPatch, ask: Callable[[SearchService, str], str]
) -> None:
    store = overtaken(live, "shapes", monkeypatch)
    search = SearchService(live.catalog, store, live.embedders, live.limits)
    record = live.browse.page("shapes", limit=1).records[0].id
    assert live.search.record("shapes", ask(search, record))


def test_a_generation_that_is_gone_while_none_replaced_it_is_told(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def question(index: VectorIndex) -> None:
        asked.append(index.manifest.generation)
        raise GenerationNotFound("It is gone")

    with pytest.raises(GenerationNotFound, match="It is gone"):
        live.search.read("shapes", question)
    assert asked == [live.store.current("shapes")]
