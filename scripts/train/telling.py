"""What a training says on the terminal."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from metrics.evaluation.results import Evaluation
from metrics.runs.result import RunResult
from scripts.terminal import progress_bar


class Stages:
    """A progress bar for each stage, one after the other."""

    def __enter__(self) -> Stages:
        self._stack = ExitStack()
        self.begin("starting")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def begin(self, stage: str) -> None:
        """Close the bar of the stage before, and open one."""
        self._stack.close()
        self._on_progress = self._stack.enter_context(progress_bar(stage.capitalize(), "steps"))

    def move(self, done: int, total: int) -> None:
        """Move the bar."""
        self._on_progress(done, total)


def print_outcome(result: RunResult, served: dict[str, Evaluation | None], report: Path) -> None:
    """Print what was found.

    Args:
        result: of the run.
        served: models as they serve, by name, on the test part.
        report: where the rest is.
    """
    print(f"{result.plan.name}: {result.outcome.epochs} epochs, {result.seconds:.0f} s")
    for name, evaluation in {"frozen baseline": result.baseline, **served}.items():
        if evaluation is not None:
            print(f"  {name}: {evaluation}")
    print(f"  against the frozen baseline: {result.comparison or result.verdict}")
    for remark in result.remarks:
        print(f"  {remark}")
    print(f"Report: {report}")
