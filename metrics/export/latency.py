"""How long one image takes: models measured in turns, as measuring one after another misleads.

On a shared machine the same model "took" 18 and 62 ms in two runs, one after the other; in turns,
both variants took 40.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics.export.runtime import Model

ROUNDS: Final = 200
WARM_UP: Final = 20


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds that one run takes.

    Attributes:
        median_ms: half of the runs are faster.
        p95_ms: 95 of 100 are.
        least_ms: of the fastest.
        rounds: how many runs.
    """

    median_ms: float
    p95_ms: float
    least_ms: float
    rounds: int

    @classmethod
    def of(cls, seconds: NDArray[np.float64]) -> Latency:
        """Summarise the durations of some runs, shape ``(rounds,)``."""
        median, p95, least = np.percentile(1e3 * seconds, [50, 95, 0]).tolist()
        return cls(median, p95, least, len(seconds))


def measure(
    models: Mapping[str, Model],
    batch: NDArray[Any],
    *,
    rounds: int = ROUNDS,
    warm_up: int = WARM_UP,
) -> dict[str, Latency]:
    """Time some models on the same batch, each once a round.

    Args:
        models: by name.
        batch: prepared images ``(n, 3, side, side)``, float32.
        rounds: that count, at least 1.
        warm_up: rounds before them, that do not.

    Returns:
        By name, in the same order.
    """
    seconds = {name: np.empty(rounds) for name in models}
    for turn in range(-warm_up, rounds):
        for name, model in models.items():
            start = time.perf_counter()
            model(batch)
            if turn >= 0:
                seconds[name][turn] = time.perf_counter() - start
    return {name: Latency.of(durations) for name, durations in seconds.items()}
