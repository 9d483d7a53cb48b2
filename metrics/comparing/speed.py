"""How fast embedders are, measured by turns so that whatever else the machine does meets all.

One after the other, the same two models have shown a difference of three times where by turns
there was none.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from common.embedding.base import Embedder, embed
from common.images import ImageLimits, decode
from common.pipeline import embed_files
from metrics.comparing.candidates import Candidate
from metrics.comparing.embedding import BATCH_SIZE
from metrics.comparing.trials import LabelledPictures, Trial


@dataclass(frozen=True, slots=True)
class TimingPlan:
    """How much is measured.

    Attributes:
        queries: timed ones per embedder, at least 1.
        warm_up: queries put before, per embedder, that do not count.
        pictures: different ones that take turns as queries, held in memory.
        rounds: how often the files of a round are embedded by each, at least 1.
        files: embedded in a round, at most.
        threads: that read, decode and prepare the files of a round.
    """

    queries: int = 200
    warm_up: int = 20
    pictures: int = 32
    rounds: int = 5
    files: int = 128
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds that a query took: their median, and what all but 5 % stayed below."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast an embedder is on some pictures.

    Attributes:
        images_per_second: files of the gallery to vectors in batches, reading and decoding
            included: the median of the rounds.
        query: one decoded picture to its vector.
        query_with_decoding: the bytes of one file to its vector.
    """

    images_per_second: float
    query: Latency
    query_with_decoding: Latency


def measure_speeds(
    candidates: Sequence[Candidate], trial: Trial, limits: ImageLimits, plan: TimingPlan
) -> dict[str, Speed]:
    """Measure embedders on the same files, by turns.

    Args:
        candidates: what is measured, at least one.
        trial: whose gallery is embedded in batches, and whose queries are asked with one by one;
            at least one picture on each side, all of which decode.
        limits: on image files.
        plan: how much is measured.

    Returns:
        By the embedders' names.
    """
    rates = _rates(candidates, trial.gallery, limits, plan)
    queries = trial.asking
    contents = [
        queries.store.read(file, limits.max_bytes)
        for file in _spread(list(queries.labels), plan.pictures)
    ]
    latencies = _latencies(candidates, contents, limits, plan)
    return {name: Speed(rates[name], *latencies[name]) for name in rates}


def machine() -> str:
    """Describe the machine in a few words: processor and cores."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # only Linux has it
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores"


def _rates(
    candidates: Sequence[Candidate],
    pictures: LabelledPictures,
    limits: ImageLimits,
    plan: TimingPlan,
) -> dict[str, float]:
    files = _spread(list(pictures.labels), plan.files)
    rates: dict[str, list[float]] = {candidate.name: [] for candidate in candidates}
    for turn in range(plan.rounds):
        for candidate in _rotated(candidates, turn):
            start = time.perf_counter()
            for _ in embed_files(
                files,
                pictures.store,
                candidate.embedder,
                limits,
                batch_size=BATCH_SIZE,
                threads=plan.threads,
            ):
                pass
            rates[candidate.name].append(len(files) / (time.perf_counter() - start))
    return {name: median(values) for name, values in rates.items()}


def _latencies(
    candidates: Sequence[Candidate],
    contents: Sequence[bytes],
    limits: ImageLimits,
    plan: TimingPlan,
) -> dict[str, tuple[Latency, Latency]]:
    taken: dict[str, list[tuple[float, float]]] = {candidate.name: [] for candidate in candidates}
    for turn in range(plan.warm_up + plan.queries):
        content = contents[turn % len(contents)]
        for candidate in _rotated(candidates, turn):
            seconds = _query_seconds(candidate.embedder, content, limits)
            if turn >= plan.warm_up:
                taken[candidate.name].append(seconds)
    return {
        name: (_latency([one for one, _ in values]), _latency([whole for _, whole in values]))
        for name, values in taken.items()
    }


def _query_seconds(embedder: Embedder, content: bytes, limits: ImageLimits) -> tuple[float, float]:
    """Answer one query; return its seconds without and with decoding."""
    start = time.perf_counter()
    picture = decode(content, limits, minimum_side_px=embedder.card.preprocessing.size_px)
    decoded = time.perf_counter()
    embed(embedder, [picture])
    end = time.perf_counter()
    return end - decoded, end - start


def _latency(seconds: Sequence[float]) -> Latency:
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return Latency(float(p50), float(p95))


def _rotated(candidates: Sequence[Candidate], turn: int) -> list[Candidate]:
    """Let another one begin every turn: who comes after a slow one finds colder caches."""
    first = turn % len(candidates)
    return [*candidates[first:], *candidates[:first]]


def _spread(files: Sequence[str], count: int) -> list[str]:
    """Return up to ``count`` files, evenly spread over all: over classes, where these follow."""
    rows = np.linspace(0, len(files) - 1, min(count, len(files))).round().astype(int)
    return [files[row] for row in rows]
