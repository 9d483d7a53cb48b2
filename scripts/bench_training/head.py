"""Minutes and memory of a head trained on cached features, in a process of its own."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from metrics.training.images import Labels
from scripts.demo_data.workers import worker_processes

AIM_MINUTES: Final = 6.0
AIM_GIGABYTES: Final = 3.0
_SPREAD: Final = 3.0
"""Standard deviation around a class's centre, where that of the centres is 1: classes overlap."""


@dataclass(frozen=True, slots=True)
class HeadPlan:
    """What is trained, on what.

    Attributes:
        rows: cached features.
        width: length of each.
        classes: around whose centres they are drawn.
        dim: length of an embedding.
        epochs: how long.
        batch_size: how many rows meet.
        threads: of torch.
        seed: of everything random.
    """

    rows: int = 20_000
    width: int = 2048
    classes: int = 2000
    dim: int = 256
    epochs: int = 40
    batch_size: int = 1024
    threads: int = 2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class HeadFigures:
    """What was measured.

    Attributes:
        seconds: that the training took.
        features_bytes: length of the features alone.
        before_bytes: most memory that the process had used when training began.
        peak_bytes: most memory that it had used at its end.
        first_loss: at the end of the first epoch.
        last_loss: at the end of the last.
    """

    seconds: float
    features_bytes: int
    before_bytes: int
    peak_bytes: int
    first_loss: float
    last_loss: float


def measure_head(plan: HeadPlan) -> HeadFigures:
    """Train in a fresh process, so that its memory is its own."""
    with worker_processes(1) as executor:
        return executor.submit(train, plan).result()


def train(plan: HeadPlan) -> HeadFigures:
    """Train in this process.

    Raises:
        TrainingError: there is nothing to learn from.
    """
    import torch

    from metrics.nets.network import Head
    from metrics.training.head import HeadTrainingConfig, train_head

    torch.set_num_threads(plan.threads)
    features, labels = clustered_features(plan)
    torch.manual_seed(plan.seed)
    head = Head(plan.width, plan.dim)
    losses: list[float] = []
    before = peak_bytes()
    started = time.perf_counter()
    train_head(
        head,
        features,
        labels,
        HeadTrainingConfig(epochs=plan.epochs, batch_size=plan.batch_size, seed=plan.seed),
        on_log=lambda _, values: losses.append(values["loss"]),
    )
    seconds = time.perf_counter() - started
    return HeadFigures(seconds, features.nbytes, before, peak_bytes(), losses[0], losses[-1])


def clustered_features(plan: HeadPlan) -> tuple[np.ndarray, Labels]:
    """Draw features that are never negative, as pooled ones, in overlapping classes.

    Returns:
        Features ``(rows, width)``, float32, and labels ``(rows,)``; every class has equally many
        rows, but for one.
    """
    rng = np.random.default_rng(plan.seed)
    labels = rng.permutation(np.arange(plan.rows, dtype=np.int64) % plan.classes)
    centres = rng.standard_normal((plan.classes, plan.width), dtype=np.float32)
    features = rng.standard_normal((plan.rows, plan.width), dtype=np.float32)
    features *= _SPREAD
    for row, label in enumerate(labels):  # in place: all centres at once would take as much again
        features[row] += centres[label]
    np.maximum(features, 0, out=features)
    return features, labels


def peak_bytes() -> int:
    """Return the most memory that this process has used so far."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:  # only Linux has it
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used if sys.platform == "darwin" else 1024 * used  # kilobytes elsewhere
    # Not getrusage, which counts what the parent had used when it started this process.
    peak = next(line for line in lines if line.startswith("VmHWM:"))
    return 1024 * int(peak.split()[1])


def report(plan: HeadPlan, found: HeadFigures) -> str:
    """Return the figures as text, beside what was aimed at."""
    minutes, gigabytes = found.seconds / 60, found.peak_bytes / 1e9
    return "\n".join(
        [
            f"Head on cached features: {plan.rows:,} x {plan.width}, {plan.classes:,} classes, "
            f"{plan.epochs} epochs in batches of {plan.batch_size}, to {plan.dim} dimensions",
            f"  training     {minutes:.2f} minutes, {found.seconds / plan.epochs:.2f} s an epoch "
            f"(aim: under {AIM_MINUTES:.0f} minutes)",
            f"  peak memory  {gigabytes:.2f} GB, of which features "
            f"{found.features_bytes / 1e9:.2f} GB; {found.before_bytes / 1e9:.2f} GB before "
            f"training (aim: under {AIM_GIGABYTES:.0f} GB)",
            f"  loss         {found.first_loss:.2f} after the first epoch, "
            f"{found.last_loss:.2f} after the last",
        ]
    )
