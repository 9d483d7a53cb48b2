"""How generations are built, published, switched and removed, whichever backend keeps them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from common.errors import (
    DimensionMismatch,
    FilterError,
    FingerprintMismatch,
    GenerationNotFound,
    VectorStoreError,
)
from common.records import AnyOf, Between, Filter
from common.vectors.base import VectorIndex, VectorStore
from tests.contracts.vector_samples import SPEC, id_of, one_point, publish, published


def numbers(index: VectorIndex) -> set[int]:
    """Which of the first hundred sample points an index holds."""
    return {n for n in range(100) if index.get([id_of(n)])}


def names(vectors: VectorStore, category: str) -> list[str]:
    return [manifest.generation for manifest in vectors.generations(category)]


def test_an_unknown_category_has_nothing(vectors: VectorStore, category: str) -> None:
    assert vectors.current(category) is None
    assert vectors.generations(category) == []
    assert category not in vectors.categories()
    with pytest.raises(GenerationNotFound, match=category):
        vectors.open(category)
    with pytest.raises(GenerationNotFound, match=category):
        vectors.build(category, SPEC, from_current=True)
    vectors.remove(category)
    assert category not in vectors.categories()


def test_a_published_generation_is_current_and_described(
    vectors: VectorStore, category: str
) -> None:
    manifest = publish(vectors, category, [one_point(n) for n in range(3)])
    assert vectors.current(category) == manifest.generation
    assert vectors.generations(category) == [manifest]
    assert vectors.open(category).manifest == manifest
    assert category in vectors.categories()
    assert vectors.categories() == sorted(vectors.categories())
    assert (manifest.category, manifest.spec, manifest.count) == (category, SPEC, 3)
    assert list(manifest.spec.fields) == list(SPEC.fields)
    assert datetime.fromisoformat(manifest.created).utcoffset() is not None
    assert re.fullmatch(r"\S+ \d+\.\d+\S*", manifest.engine)


def test_a_build_is_invisible_until_it_is_published(vectors: VectorStore, category: str) -> None:
    builder = vectors.build(category, SPEC)
    builder.upsert([one_point()])
    assert vectors.current(category) is None
    assert vectors.generations(category) == []
    assert category not in vectors.categories()
    with pytest.raises(GenerationNotFound):
        vectors.open(category, builder.generation)
    with pytest.raises(GenerationNotFound):
        vectors.switch(category, builder.generation)
    builder.publish()
    assert vectors.current(category) == builder.generation


def test_an_abandoned_build_leaves_nothing(vectors: VectorStore, category: str) -> None:
    current = publish(vectors, category, [one_point()])
    builder = vectors.build(category, SPEC)
    builder.upsert([one_point(1)])
    builder.abandon()
    builder.abandon()
    assert vectors.generations(category) == [current]
    with pytest.raises(GenerationNotFound):
        vectors.open(category, builder.generation)
    for use in (lambda: builder.upsert([one_point()]), lambda: builder.delete([]), builder.publish):
        with pytest.raises(VectorStoreError):
            use()


def test_a_build_that_is_stopped_right_before_the_switch_leaves_nothing(
    vectors: VectorStore, category: str
) -> None:
    def refuse() -> None:
        raise KeyboardInterrupt

    current = publish(vectors, category, [one_point()])
    builder = vectors.build(category, SPEC)
    builder.upsert([one_point(1)])
    with pytest.raises(KeyboardInterrupt):
        builder.publish(refuse)
    builder.abandon()
    assert vectors.current(category) == current.generation
    assert vectors.generations(category) == [current]


def test_a_published_builder_cannot_be_used_again(vectors: VectorStore, category: str) -> None:
    builder = vectors.build(category, SPEC)
    builder.publish()
    for use in (lambda: builder.upsert([one_point()]), lambda: builder.delete([]), builder.publish):
        with pytest.raises(VectorStoreError):
            use()
    builder.abandon()
    assert vectors.current(category) == builder.generation


def test_the_previous_generation_is_kept_and_older_ones_are_removed(
    vectors: VectorStore, category: str
) -> None:
    built = [publish(vectors, category, [one_point(n)]).generation for n in range(4)]
    assert built == sorted(built)
    assert names(vectors, category) == built[-2:]
    assert numbers(vectors.open(category, built[2])) == {2}
    with pytest.raises(GenerationNotFound, match=built[0]):
        vectors.open(category, built[0])


def test_switching_back_makes_a_kept_generation_current(
    vectors: VectorStore, category: str
) -> None:
    first = publish(vectors, category, [one_point(1)])
    second = publish(vectors, category, [one_point(2)])
    vectors.switch(category, first.generation)
    assert vectors.current(category) == first.generation
    assert numbers(vectors.open(category)) == {1}
    assert vectors.generations(category) == [first, second]
    third = publish(vectors, category, [one_point(3)])
    assert first in vectors.generations(category)
    assert vectors.current(category) == third.generation


@pytest.mark.parametrize("name", ["20200101t000000000000-000000", "nonsense", "", "../../etc"])
def test_switching_to_what_is_no_generation_is_refused(
    vectors: VectorStore, category: str, name: str
) -> None:
    current = publish(vectors, category, [one_point()])
    with pytest.raises(GenerationNotFound):
        vectors.switch(category, name)
    with pytest.raises(GenerationNotFound):
        vectors.open(category, name)
    assert vectors.current(category) == current.generation


def test_a_reader_keeps_answering_while_others_publish_and_after_it_was_replaced(
    vectors: VectorStore, category: str
) -> None:
    reader = published(vectors, category, [one_point(1, {"brand": "a"})])
    builder = vectors.build(category, SPEC)
    builder.upsert([one_point(2)])
    assert numbers(reader) == {1}
    builder.publish()
    assert numbers(reader) == {1}
    assert reader.search(one_point(2).vector, 5)[0].id == id_of(1)
    assert reader.facet("brand")[0].count == 1
    reader.close()
    reader.close()


def test_a_copy_of_the_current_generation_can_be_changed(
    vectors: VectorStore, category: str
) -> None:
    publish(vectors, category, [one_point(n, {"brand": f"b{n}"}) for n in range(5)])
    before = vectors.open(category)
    builder = vectors.build(category, SPEC, from_current=True)
    builder.delete([id_of(0)])
    builder.upsert([one_point(1, {"brand": "new", "yes": True}), one_point(9)])
    assert builder.publish().count == 5
    after = vectors.open(category)
    assert numbers(before) == {0, 1, 2, 3, 4}
    assert numbers(after) == {1, 2, 3, 4, 9}
    assert after.get([id_of(1)])[0].payload == {"brand": "new", "yes": True}
    assert after.count(Filter((AnyOf("brand", ("b1", "b2")),))) == 1


def test_a_copy_may_have_other_fields(vectors: VectorStore, category: str) -> None:
    payload = {"brand": "a", "size": 3, "note": "later"}
    publish(vectors, category, [one_point(0, payload)])
    spec = replace(SPEC, fields={"brand": "list", "size": "number", "note": "keyword"})
    publish(vectors, category, [one_point(1, {"size": 3.5})], spec, from_current=True)
    index = vectors.open(category)
    assert index.get([id_of(0)])[0].payload == payload
    assert [(f.value, f.count) for f in index.facet("note")] == [("later", 1)]
    assert [(f.value, f.count) for f in index.facet("brand")] == [("a", 1)]
    assert index.count(Filter((Between("size", 2.5, 3.5),))) == 2
    with pytest.raises(FilterError):
        index.facet("tags")


def test_a_copy_for_another_embedder_is_refused(vectors: VectorStore, category: str) -> None:
    publish(vectors, category, [one_point()])
    with pytest.raises(DimensionMismatch, match=category):
        vectors.build(category, replace(SPEC, dim=SPEC.dim + 1), from_current=True)
    with pytest.raises(FingerprintMismatch, match=category):
        vectors.build(category, replace(SPEC, fingerprint="0" * 64), from_current=True)
    vectors.build(category, replace(SPEC, dim=3, fingerprint="0")).abandon()


def test_a_new_generation_may_have_another_dimension(vectors: VectorStore, category: str) -> None:
    publish(vectors, category, [one_point()])
    publish(vectors, category, [], replace(SPEC, dim=3))
    assert vectors.open(category).manifest.spec.dim == 3


def test_of_two_builders_at_once_the_last_to_publish_wins(
    vectors: VectorStore, category: str
) -> None:
    early, late = vectors.build(category, SPEC), vectors.build(category, SPEC)
    early.upsert([one_point(1)])
    late.upsert([one_point(2)])
    late.publish()
    early.publish()
    assert vectors.current(category) == early.generation
    assert numbers(vectors.open(category)) == {1}
    assert numbers(vectors.open(category, late.generation)) == {2}


def test_builders_in_many_threads_all_publish(vectors: VectorStore, category: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        manifests = list(pool.map(lambda n: publish(vectors, category, [one_point(n)]), range(4)))
    assert len({manifest.generation for manifest in manifests}) == 4
    index = vectors.open(category)
    assert index.manifest in vectors.generations(category)
    assert len(numbers(index)) == 1


def test_a_removed_category_is_gone_and_can_be_built_again(
    vectors: VectorStore, category: str
) -> None:
    neighbour = f"{category}-2"
    for name in (category, category, neighbour):
        publish(vectors, name, [one_point()])
    vectors.remove(category)
    assert vectors.current(category) is None
    assert vectors.generations(category) == []
    assert category not in vectors.categories()
    assert neighbour in vectors.categories()
    publish(vectors, category, [one_point(5)])
    assert numbers(vectors.open(category)) == {5}
    vectors.remove(neighbour)


def test_removing_a_category_does_not_disturb_one_who_is_building_it(
    vectors: VectorStore, category: str
) -> None:
    publish(vectors, category, [one_point(1)])
    builder = vectors.build(category, SPEC)
    builder.upsert([one_point(2)])
    vectors.remove(category)
    builder.publish()
    assert numbers(vectors.open(category)) == {2}


def test_one_generation_can_be_removed_but_not_the_current_one(
    vectors: VectorStore, category: str
) -> None:
    older, newer = (publish(vectors, category, [one_point(n)]).generation for n in range(2))
    with pytest.raises(VectorStoreError, match="is the current one"):
        vectors.remove(category, newer)
    with pytest.raises(GenerationNotFound):
        vectors.remove(category, "20200101t000000000000-abcdef")
    vectors.remove(category, older)
    assert names(vectors, category) == [newer]
    assert numbers(vectors.open(category)) == {1}
    with pytest.raises(GenerationNotFound):
        vectors.remove(category, older)


def test_a_removed_newer_generation_is_gone_after_a_rollback(
    vectors: VectorStore, category: str
) -> None:
    older, newer = (publish(vectors, category, [one_point(n)]).generation for n in range(2))
    vectors.switch(category, older)
    assert names(vectors, category) == [older, newer]
    vectors.remove(category, newer)
    assert vectors.current(category) == older
    assert numbers(vectors.open(category)) == {0}
