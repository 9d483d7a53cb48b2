"""The log of a run: JSON lines that survive a kill, and TensorBoard's copy of them."""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


@dataclass(frozen=True, slots=True)
class Entry:
    """Values at one moment of a run.

    Attributes:
        step: how many steps were made.
        time: seconds since 1970.
        values: by name. ``epoch`` counts from 1 in training; with ``score`` it is how many were
            over, 0 for the frozen baseline.
    """

    step: int
    time: float
    values: Mapping[str, float]


class History:
    """Takes a run's log; a resumed run goes on in it without a point written twice.

    The lines are the truth. What a killed run logged after its last checkpoint comes again when it
    is resumed, so it is dropped at the first entry; TensorBoard's files are then written anew.

    Args:
        lines: the file, made when first written to.
        tensorboard: a directory for event files; None for none.
    """

    def __init__(self, lines: Path, tensorboard: Path | None = None) -> None:
        self._lines = lines
        self._tensorboard = tensorboard
        self._writer: SummaryWriter | None = None
        self._begun = False

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Add an entry.

        Args:
            step: how many steps were made; no less than that of the entry before.
            values: numbers; those that are not finite are left out.

        Raises:
            OSError: the log cannot be written.
        """
        if not self._begun:
            self._take_up(step)
        finite = {name: float(value) for name, value in values.items() if math.isfinite(value)}
        entry = Entry(step, time.time(), finite)
        with self._lines.open("a", encoding="utf-8") as stream:
            stream.write(_line(entry))
        self._plot(entry)

    def close(self) -> None:
        """Write what TensorBoard's writer still holds."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _take_up(self, step: int) -> None:
        kept = [entry for entry in read_history(self._lines) if entry.step < step]
        draft = self._lines.with_name(f".{self._lines.name}.new")
        draft.write_text("".join(map(_line, kept)), encoding="utf-8")
        draft.replace(self._lines)
        self._begun = True
        if self._tensorboard is None:
            return
        if self._tensorboard.is_dir():
            shutil.rmtree(self._tensorboard)
        from torch.utils.tensorboard import SummaryWriter  # a second that only training takes

        self._writer = SummaryWriter(str(self._tensorboard))
        for entry in kept:
            self._plot(entry)

    def _plot(self, entry: Entry) -> None:
        if self._writer is None:
            return
        for name, value in entry.values.items():
            self._writer.add_scalar(name.replace(" ", "_"), value, entry.step, entry.time)


def read_history(lines: Path) -> list[Entry]:
    """Return the entries of a log, oldest first; a line that a kill cut short is passed over."""
    return list(_entries(lines)) if lines.exists() else []


def _entries(lines: Path) -> Iterator[Entry]:
    with lines.open(encoding="utf-8") as stream:
        for line in stream:
            try:
                content: dict[str, Any] = json.loads(line)
                yield Entry(content.pop("step"), content.pop("time"), content)
            except (ValueError, KeyError, AttributeError):
                continue


def _line(entry: Entry) -> str:
    return json.dumps({"step": entry.step, "time": round(entry.time, 3), **entry.values}) + "\n"
