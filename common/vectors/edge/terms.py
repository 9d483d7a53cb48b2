"""Our terms in Qdrant Edge's: configuration, payload indexes, filters, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import TypeAlias

import qdrant_edge as edge

from common.errors import StoreUnavailable, VectorStoreError, VisualSearchError
from common.records import Condition, FieldType, Filter
from common.vectors.clauses import Clause, Range, alternatives
from common.vectors.points import possible_ids

# Recall@10 of 0.999 and better on 50,000 x 256 clustered vectors (scripts/bench_store.py): larger
# values only lengthen the build there.
_HNSW_EDGES = 16
_HNSW_CANDIDATES = 100
_FULL_SCAN_KILOBYTES = 10_000

_INDEX_TYPES: Mapping[FieldType, edge.PayloadSchemaType] = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "list": edge.PayloadSchemaType.Keyword,
    "date": edge.PayloadSchemaType.Keyword,
    "link": edge.PayloadSchemaType.Keyword,
    "integer": edge.PayloadSchemaType.Integer,
    "number": edge.PayloadSchemaType.Float,
}

_EdgeCondition: TypeAlias = edge.FieldCondition | edge.HasIdCondition | edge.Filter


@contextmanager
def translated(
    doing: str, cure: str = "", *, as_: type[VectorStoreError] = StoreUnavailable
) -> Iterator[None]:
    """Turn whatever the engine or the disk raises into an error of our tree.

    Args:
        doing: what fails, such as ``search category 'shoes'``.
        cure: see :class:`~common.errors.VisualSearchError`.
        as_: the error to raise.
    """
    try:
        yield
    except VisualSearchError:
        raise
    except Exception as error:  # Edge raises bare Exceptions
        raise as_(f"Qdrant Edge could not {doing}: {error}", cure) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        # A panic in Rust, as met with damaged files. It is made to escape `except Exception`,
        # but nothing is lost here: the shard is read only, or being thrown away.
        raise as_(f"Qdrant Edge failed to {doing}: {error}", cure) from error


def engine() -> str:
    """Return the engine's name and version, as manifests record them."""
    return f"qdrant-edge {version('qdrant-edge-py')}"


def shard_config(dim: int, hnsw_from_points: int) -> edge.EdgeConfig:
    """Return the configuration of a shard.

    Without a write-ahead log any number of processes may open it, and what was written lasts only
    after a flush. A segment of fewer than ``hnsw_from_points`` vectors gets no graph.
    """
    threshold_kilobytes = hnsw_from_points * dim * 4 // 1024
    return edge.EdgeConfig(
        vectors=edge.EdgeVectorParams(size=dim, distance=edge.Distance.Cosine),
        hnsw_config=edge.HnswIndexConfig(
            m=_HNSW_EDGES,
            ef_construct=_HNSW_CANDIDATES,
            full_scan_threshold=_FULL_SCAN_KILOBYTES,
        ),
        optimizers=edge.EdgeOptimizersConfig(indexing_threshold=max(1, threshold_kilobytes)),
        # Left cold, as is the default, reading ten hits' payloads takes longer than finding them.
        payload_memory=edge.Memory.Cached,
        wal_enabled=False,
    )


def index_type(type_: FieldType) -> edge.PayloadSchemaType:
    """Return the payload index that answers filters and facets of a field type."""
    return _INDEX_TYPES[type_]


def edge_filter(
    filter: Filter | None, fields: Mapping[str, FieldType], exclude: Sequence[str] = ()
) -> edge.Filter | None:
    """Return a checked filter in Edge's terms, None where everything passes."""
    asked = filter or Filter()
    must = [_any_of(condition, fields) for condition in asked.must]
    must_not = [_any_of(condition, fields) for condition in asked.must_not]
    if excluded := possible_ids(exclude):
        must_not.append(edge.HasIdCondition(set(excluded)))
    if not must and not must_not:
        return None
    return edge.Filter(must=list(must), must_not=list(must_not))


def _any_of(condition: Condition, fields: Mapping[str, FieldType]) -> _EdgeCondition:
    clauses = [_in_edge(clause) for clause in alternatives(condition, fields)]
    if not clauses:
        return edge.HasIdCondition(set())  # nothing passes; an empty `should` would pass all
    return edge.Filter(should=list(clauses))


def _in_edge(clause: Clause) -> edge.FieldCondition:
    if isinstance(clause, Range):
        bounds = edge.RangeFloat(gte=clause.minimum, lte=clause.maximum)
        return edge.FieldCondition(clause.path, range=bounds)
    return edge.FieldCondition(clause.path, match=edge.MatchAny(clause.values))
