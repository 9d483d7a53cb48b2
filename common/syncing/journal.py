"""Vectors that were made and are in no generation yet: what an interrupted sync goes on from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from common.syncing.database import CacheDatabase, transaction, translated
from common.syncing.facts import KnownContent, facts_in

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    fingerprint TEXT NOT NULL, sha256 TEXT NOT NULL, vector BLOB NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (fingerprint, sha256)
) WITHOUT ROWID;
"""


class VectorJournal:
    """Vectors by content, one transaction a batch: a kill loses the batch at work, no other.

    It holds what was embedded since the last publish and is removed by the next one.

    Args:
        path: of its file.
        fingerprint: of the embedder whose vectors are asked for and added.
        dim: length of each vector.
    """

    def __init__(self, path: Path, fingerprint: str, dim: int) -> None:
        self._database = CacheDatabase(path, _SCHEMA)
        self._fingerprint = fingerprint
        self._dim = dim

    def add(self, contents: Iterable[KnownContent]) -> None:
        """Keep vectors, for good once this returns.

        Raises:
            StorageUnavailable: they cannot be written.
        """
        rows = [
            (
                self._fingerprint,
                content.facts["_sha256"],
                content.vector.astype("<f4").tobytes(),
                json.dumps(dict(content.facts)),
            )
            for content in contents
        ]
        if not rows:
            return
        connection = self._database.write()
        with translated(self._database.path), transaction(connection):
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def hashes(self) -> frozenset[str]:
        """Return the hashes of the contents it holds vectors of."""
        connection = self._database.read()
        if connection is None:
            return frozenset()
        with translated(self._database.path):
            rows = connection.execute(
                "SELECT sha256 FROM vectors WHERE fingerprint = ? AND length(vector) = ?",
                (self._fingerprint, 4 * self._dim),
            )
            return frozenset(sha256 for (sha256,) in rows)

    def get(self, hashes: Sequence[str]) -> dict[str, KnownContent]:
        """Return what it holds of these contents; unknown ones are left out."""
        connection = self._database.read()
        if connection is None:
            return {}
        found: dict[str, KnownContent] = {}
        with translated(self._database.path):
            for sha256 in hashes:
                row = connection.execute(
                    "SELECT vector, facts FROM vectors WHERE fingerprint = ? AND sha256 = ?",
                    (self._fingerprint, sha256),
                ).fetchone()
                if row is not None and (content := self._content(*row)) is not None:
                    found[sha256] = content
        return found

    def close(self) -> None:
        """Close its file. Twice is fine."""
        self._database.close()

    def discard(self) -> None:
        """Remove it: all its vectors are published.

        Raises:
            StorageUnavailable: the file resists.
        """
        with translated(self._database.path):
            self._database.discard()

    def _content(self, blob: bytes, facts: str) -> KnownContent | None:
        vector = np.frombuffer(blob, dtype="<f4").astype(np.float32)
        known = facts_in(json.loads(facts))
        if known is None or vector.shape != (self._dim,) or not np.isfinite(vector).all():
            return None
        return KnownContent(vector, known)
