"""The files of a run: who made them, and what lies where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from common.embedding.base import Preprocessing
from common.errors import CheckpointError, MetadataError, TrainingError
from common.files.durable import replace_durably
from metrics.data.sealed import read_sealed, write_sealed
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from metrics.nets.weights import load_weights, save_weights
from metrics.runs.plan import RunPlan, plan_content, plan_from

_FORMAT: Final = "visual-similarity-search run 1"
_DRAFT: Final = re.compile(r"\.[\w.-]+\.(json\.\d+|new)")


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """One directory for each run.

    =========================  =================================================================
    ``config.json``            the plan
    ``split.json``             which labels are trained on, validated on and tested on
    ``label_map.json``         what the numbers of labels stand for
    ``history.jsonl``          the log, one JSON object a line
    ``tensorboard/``           the same for TensorBoard
    ``features/``              pooled features of the frozen trunk
    ``checkpoint.safetensors`` from which a killed training goes on
    ``network.safetensors``    the trained weights; ``network.json`` says what they fit
    ``metrics.json``           what was measured, with intervals and verdict
    ``queries.csv``            one row for each test query; ``queries-baseline.csv`` likewise
    ``report.html``            all of it for people
    =========================  =================================================================

    Attributes:
        path: where it is.
    """

    path: Path

    @classmethod
    def create(cls, path: Path, plan: RunPlan, *, resume: bool = False) -> RunDirectory:
        """Make a directory for a plan, or take up the one that was made for it.

        Args:
            path: of the directory; its parents are made too.
            plan: stored in it.
            resume: go on in a directory whose plan is the same. One that is missing or empty is
                begun; without ``resume``, so is one that holds nothing but a plan, since a run that
                was refused at its start leaves that.

        Raises:
            TrainingError: the directory is not empty, and not to be resumed; or it cannot be
                written.
            CheckpointError: what is to be resumed is no run, or one of another plan.
        """
        run = cls(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
            files = [file for file in path.iterdir() if not _unfinished(file)]
            if not files or (files == [run.config] and not resume and run.plan()):
                write_sealed(run.config, {"format": _FORMAT, "plan": plan_content(plan)})
                return run
        except OSError as error:
            raise TrainingError(
                f"The run directory '{path}' cannot be used ({error.strerror or error})",
                "Give the path of a directory that can be written to",
            ) from error
        if not resume:
            raise TrainingError(
                f"The run directory '{path}' is not empty",
                "Choose another, or resume the run that is in it",
            )
        if (stored := run.plan()).sha256 != plan.sha256:
            raise CheckpointError(
                f"The run in '{path}' was begun with another config: {_difference(stored, plan)}",
                "Resume with the config it was begun with, or start in another directory",
            )
        run._sweep()
        return run

    def plan(self) -> RunPlan:
        """Return the plan that the run was begun with.

        Raises:
            CheckpointError: there is none, or it was changed.
        """
        cure = "Choose another directory, or delete this one if it is of no use"
        try:
            content = read_sealed(self.config, "config")
            if content.get("format") != _FORMAT:
                raise CheckpointError(f"'{self.path}' holds no run", cure)
            return plan_from(content["plan"])
        except MetadataError as error:
            raise CheckpointError(f"'{self.path}' holds no run: {error.what}", cure) from error
        except (KeyError, ValidationError) as error:
            raise CheckpointError(f"The config in '{self.config}' is no plan", cure) from error

    @property
    def config(self) -> Path:
        """The plan."""
        return self.path / "config.json"

    @property
    def split(self) -> Path:
        """The split."""
        return self.path / "split.json"

    @property
    def label_map(self) -> Path:
        """What labels' numbers stand for."""
        return self.path / "label_map.json"

    @property
    def history(self) -> Path:
        """The log."""
        return self.path / "history.jsonl"

    @property
    def tensorboard(self) -> Path:
        """The log for TensorBoard."""
        return self.path / "tensorboard"

    @property
    def features(self) -> Path:
        """The frozen trunk's features."""
        return self.path / "features"

    @property
    def checkpoint(self) -> Path:
        """What a training goes on from."""
        return self.path / "checkpoint.safetensors"

    @property
    def report(self) -> Path:
        """The report for people."""
        return self.path / "report.html"

    def _sweep(self) -> None:
        """Remove what a killed writer left."""
        for file in self.path.iterdir():
            if _unfinished(file):
                file.unlink(missing_ok=True)

    def save_network(self, network: EmbeddingNetwork, preprocessing: Preprocessing) -> None:
        """Write the weights, and what they fit."""
        config = {"network": asdict(network.config), "preprocessing": asdict(preprocessing)}
        written(self.path / "network.safetensors", lambda draft: save_weights(network, draft))
        self.save_json("network.json", config)

    def load_network(self) -> tuple[EmbeddingNetwork, Preprocessing]:
        """Return the trained network, in evaluation mode, and how pictures are prepared for it.

        Raises:
            CheckpointError: the run has none yet.
            WeightsUnavailable: its weights are damaged.
        """
        try:
            content = json.loads((self.path / "network.json").read_bytes())
            config = TypeAdapter(NetworkConfig).validate_python(content["network"])
            preprocessing = TypeAdapter(Preprocessing).validate_python(content["preprocessing"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CheckpointError(
                f"The run in '{self.path}' has no trained network", "Resume it to its end"
            ) from error
        network = EmbeddingNetwork(config)
        load_weights(network, self.path / "network.safetensors")
        return network.eval(), preprocessing

    def save_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a JSON file whole, or not at all."""
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        self.save_text(name, text)

    def save_text(self, name: str, text: str) -> None:
        """Write a text file whole, or not at all."""

        def write(draft: Path) -> None:
            draft.write_text(text, encoding="utf-8", newline="")

        written(self.path / name, write)


def written(path: Path, write: Callable[[Path], None]) -> None:
    """Have a file written beside its place, then put there at once.

    Raises:
        TrainingError: it cannot be written.
    """
    try:
        replace_durably(path, write)
    except OSError as error:
        raise TrainingError(
            f"'{path}' cannot be written ({error.strerror or error})",
            "Make room on the disk, or choose another run directory",
        ) from error


def _unfinished(file: Path) -> bool:
    """Say whether a file is one that was being written beside its place."""
    return bool(_DRAFT.fullmatch(file.name))


def _difference(stored: RunPlan, plan: RunPlan) -> str:
    """Name the first thing in which two plans differ."""
    one, other = plan_content(stored), plan_content(plan)
    for name, value in one.items():
        if value != other[name]:
            before, now = value, other[name]
            while isinstance(before, dict) and isinstance(now, dict):
                name, before, now = next(
                    (f"{name}.{key}", before.get(key), now.get(key))
                    for key in before.keys() | now.keys()
                    if before.get(key) != now.get(key)
                )
            return f"{name} was {before}, and is {now}"
    return "it is the same"
