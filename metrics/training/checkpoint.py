"""One file from which a training goes on exactly, whatever killed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from common.errors import CheckpointError
from common.files.durable import replace_durably
from metrics.training.state_tree import pack, unpack

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FORMAT: Final = "visual-similarity-search training checkpoint 1"


class Checkpoint:
    """A safetensors file whose header carries the rest of the state as JSON.

    It is written beside itself, forced to the disk and renamed into place: at any moment the path
    holds the whole old state or the whole new one.

    Args:
        path: where it lies.
        config_hash: of what was asked for, see :func:`config_hash`.
        split_hash: of the images and their split.
    """

    def __init__(self, path: Path, *, config_hash: str, split_hash: str = "") -> None:
        self.path = path
        self._identity = {"format": _FORMAT, "config": config_hash, "split": split_hash}

    def save(self, state: Mapping[str, Any]) -> None:
        """Put the state in place of the one before.

        Args:
            state: see :func:`metrics.training.state_tree.pack`.

        Raises:
            CheckpointError: it cannot be written; the one before is untouched.
        """
        tensors: dict[str, torch.Tensor] = {}
        header = {**self._identity, "state": json.dumps(pack(state, tensors))}
        self._sweep()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            replace_durably(self.path, lambda fresh: save_file(tensors, fresh, metadata=header))
        except (OSError, SafetensorError) as error:
            raise CheckpointError(
                f"The checkpoint {self.path} cannot be written: {error}",
                "Make room on the disk, or choose another run directory",
            ) from error

    def load(self) -> dict[str, Any] | None:
        """Return the state last saved, on the CPU, or None when there is none.

        Raises:
            CheckpointError: it is damaged, or of another config or split.
        """
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="pt") as file:
                header = file.metadata() or {}
                self._check(header)
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            state: dict[str, Any] = unpack(json.loads(header["state"]), tensors)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise CheckpointError(
                f"The checkpoint {self.path} is damaged", "Delete it to start the run anew"
            ) from error
        return state

    def _check(self, header: Mapping[str, str]) -> None:
        for name, expected in self._identity.items():
            if header.get(name) != expected:
                raise CheckpointError(
                    f"The checkpoint {self.path} was made with another {name}",
                    "Resume with what it was made with, or start in a new run directory",
                )

    def _sweep(self) -> None:
        """Remove what a killed writer left."""
        for leftover in self.path.parent.glob(f".{self.path.name}.*.new"):
            leftover.unlink(missing_ok=True)


def config_hash(*configs: DataclassInstance) -> str:
    """Return the sha256 (64 hex digits) of dataclasses' contents: equal for equal ones."""
    content = [[type(config).__name__, asdict(config)] for config in configs]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
