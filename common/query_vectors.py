"""From a query's examples to the one vector that an index is asked with."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from common.embedding.base import Embedder
from common.embedding.registry import EmbedderRegistry
from common.errors import FingerprintMismatch, RecordNotFound
from common.images import ImageLimits, decode
from common.queries import (
    Example,
    ExampleQuery,
    PictureExample,
    RecordExample,
    VectorExample,
    combine,
    unit,
)
from common.records import Point, Vector
from common.vectors.base import VectorIndex
from common.vectors.points import check_dim


class QueryVectors:
    """Makes the vectors of queries. Safe to use from several threads.

    Args:
        embedders: embed query pictures with the model that made the index.
        limits: on query pictures.
    """

    def __init__(self, embedders: EmbedderRegistry, limits: ImageLimits) -> None:
        self._embedders = embedders
        self._limits = limits

    def vector_of(
        self, index: VectorIndex, query: ExampleQuery, seconds: dict[str, float]
    ) -> Vector:
        """Return the direction of a query's weighted examples.

        Args:
            index: that will be asked.
            query: its examples.
            seconds: gets the wall time of ``decode`` and ``embed``, where there are pictures.

        Returns:
            Shape ``(dim,)``, float32, unit length.

        Raises:
            ImageError: a picture is not acceptable.
            RecordNotFound: the index has no such record.
            DimensionMismatch: a vector has another length than the index.
            FingerprintMismatch: the index was made by a model that is no longer there, or by
                another one than a given vector.
            QueryError: a vector has no direction, or the examples cancel each other out.
        """
        pictures = [e.picture for e in query.examples if isinstance(e, PictureExample)]
        embedded = iter(self._embedded(index, pictures, seconds) if pictures else ())

        def vector_of(example: Example) -> Vector:
            match example:
                case PictureExample():
                    return next(embedded)
                case RecordExample(record):
                    return stored_record(index, record).vector
                case VectorExample(vector, _, fingerprint):
                    return _foreign(index, vector, fingerprint)

        return combine(
            [vector_of(example) for example in query.examples],
            [example.weight for example in query.examples],
        )

    def _embedded(
        self, index: VectorIndex, pictures: Sequence[bytes], seconds: dict[str, float]
    ) -> Vector:
        """Embed pictures, of which only one at a time is held at its full size."""
        embedder = self._embedder_of(index)
        side = embedder.card.preprocessing.size_px
        decoding = preparing = 0.0
        prepared = []
        for data in pictures:
            started = time.perf_counter()
            image = decode(data, self._limits, minimum_side_px=side)
            decoded = time.perf_counter()
            prepared.append(embedder.prepare(image))
            decoding += decoded - started
            preparing += time.perf_counter() - decoded
        started = time.perf_counter()
        vectors = embedder.infer(np.stack(prepared))
        seconds["decode"] = decoding
        seconds["embed"] = preparing + time.perf_counter() - started
        return vectors

    def _embedder_of(self, index: VectorIndex) -> Embedder:
        spec = index.manifest.spec
        embedder = self._embedders.get(spec.embedder)
        if embedder.card.fingerprint != spec.fingerprint:
            category = index.manifest.category
            raise FingerprintMismatch(
                f"Category '{category}' was indexed with another version of the embedder "
                f"'{spec.embedder}' than the one installed",
                f"Index it again with 'make index CATEGORY={category}'",
            )
        return embedder


def stored_record(index: VectorIndex, record: str) -> Point:
    """Return a record with its vector and payload.

    Raises:
        RecordNotFound: the index has no such record.
    """
    found = index.get([record])
    if not found:
        raise RecordNotFound(
            f"Category '{index.manifest.category}' has no record '{record}'",
            "It may have been removed since: search again",
        )
    return found[0]


def _foreign(index: VectorIndex, vector: Vector, fingerprint: str) -> Vector:
    """Return a caller's vector, made sure that it may be compared with those of the index."""
    spec = index.manifest.spec
    check_dim(vector, spec.dim)
    if fingerprint not in ("", spec.fingerprint):
        raise FingerprintMismatch(
            f"The vector was made by another embedder than the index of "
            f"'{index.manifest.category}', which is of '{spec.embedder}'",
            f"Embed with the model whose fingerprint is {spec.fingerprint}",
        )
    return unit(vector)
