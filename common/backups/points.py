"""The points of a generation as plain files: vectors as rows of float32, payloads as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from common.backups.files import BackupReader, BackupWriter
from common.errors import BackupDamaged
from common.records import Point
from common.vectors.base import GenerationManifest, VectorIndex
from common.vectors.scrolling import all_points
from common.vectors.spot_checks import SpotCheck

CHUNK_BYTES: Final = 32_000_000
"""A file of vectors or payloads is closed when it reaches this."""

_BATCH: Final = 500  # points handed on at once
_VECTORS: Final = ".f32"
_PAYLOADS: Final = ".jsonl"
_CHECKS: Final = "checks.json"
_LITTLE_ENDIAN: Final = np.dtype("<f4")


def write_points(
    index: VectorIndex,
    writer: BackupWriter,
    folder: str,
    *,
    on_progress: Callable[[int, int], None],
    chunk_bytes: int = CHUNK_BYTES,
) -> int:
    """Write all points of a generation.

    Args:
        index: open for reading.
        writer: of the backup.
        folder: in the backup.
        on_progress: called with the points written and their total.
        chunk_bytes: see :data:`CHUNK_BYTES`; in memory at any time is little more.

    Returns:
        The number of points written.
    """
    total = index.manifest.count
    written = files = 0
    vectors, lines = bytearray(), bytearray()

    def close_files() -> None:
        nonlocal files, vectors, lines
        writer.write(f"{folder}/{files:05}{_VECTORS}", bytes(vectors))
        writer.write(f"{folder}/{files:05}{_PAYLOADS}", bytes(lines))
        files += 1
        vectors, lines = bytearray(), bytearray()

    on_progress(written, total)
    for points in all_points(index):
        for point in points:
            vectors += point.vector.astype(_LITTLE_ENDIAN).tobytes()
            lines += json.dumps({"id": point.id, "payload": dict(point.payload)}).encode() + b"\n"
            if max(len(vectors), len(lines)) >= chunk_bytes:
                close_files()
        written += len(points)
        on_progress(written, total)
    if lines:
        close_files()
    return written


def read_points(
    reader: BackupReader, folder: str, manifest: GenerationManifest
) -> Iterator[list[Point]]:
    """Yield the points that :func:`write_points` wrote, in lists of bounded length.

    Raises:
        BackupDamaged: a file is missing or was altered, or the files do not fit together.
    """
    files = {file.path: file for file in reader.backup.below(folder)}
    for path in sorted(files):
        if not path.endswith(_VECTORS):
            continue
        payloads = files.get(path.removesuffix(_VECTORS) + _PAYLOADS)
        if payloads is None:
            raise _misfit(reader, path)
        rows = np.frombuffer(reader.read(files[path]), dtype=_LITTLE_ENDIAN).astype(np.float32)
        lines = reader.read(payloads).splitlines()
        if rows.size != len(lines) * manifest.spec.dim:
            raise _misfit(reader, path)
        table = rows.reshape(len(lines), manifest.spec.dim)
        for start in range(0, len(lines), _BATCH):
            try:
                yield [
                    _point(line, row)
                    for line, row in zip(
                        lines[start : start + _BATCH], table[start : start + _BATCH], strict=True
                    )
                ]
            except (ValueError, KeyError, TypeError) as error:
                raise _misfit(reader, payloads.path) from error


def write_checks(checks: Sequence[SpotCheck], writer: BackupWriter, folder: str) -> None:
    """Write what the original answered."""
    data = [{"id": check.id, "hits": [list(hit) for hit in check.hits]} for check in checks]
    writer.write(f"{folder}/{_CHECKS}", json.dumps(data).encode())


def read_checks(reader: BackupReader, folder: str) -> list[SpotCheck]:
    """Read what :func:`write_checks` wrote.

    Raises:
        BackupDamaged: the file is missing or was altered, or is not one.
    """
    path = f"{folder}/{_CHECKS}"
    for file in reader.backup.below(folder):
        if file.path == path:
            try:
                return [
                    SpotCheck(str(entry["id"]), [(str(id_), float(s)) for id_, s in entry["hits"]])
                    for entry in json.loads(reader.read(file))
                ]
            except (ValueError, KeyError, TypeError) as error:
                raise _misfit(reader, path) from error
    raise _misfit(reader, path)


def _point(line: bytes, row: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Point:
    data = json.loads(line)
    return Point(str(data["id"]), row, dict(data["payload"]))


def _misfit(reader: BackupReader, path: str) -> BackupDamaged:
    return BackupDamaged(
        f"File '{path}' of backup '{reader.backup.name}' does not hold what it should",
        "Choose another backup with AT",
    )
