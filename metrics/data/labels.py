"""Labels as people write them, and as training counts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from common.errors import MetadataError
from metrics.data.sealed import read_sealed, write_sealed

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")


@dataclass(frozen=True)
class LabelMap:
    """The one mapping between a label's text and its number in ``0 … C - 1``.

    Losses index with these numbers and metrics compare them, in float32 at places, where labels
    such as article numbers beyond 2^24 would collide. So they are counted once, and the mapping is
    saved with the run.

    Attributes:
        names: the text of each number; distinct, not empty.
    """

    names: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Number the distinct texts: by value if all are integers, else in the order of text.

        Labels that are 0 … C - 1 already keep their numbers.
        """
        names = set(texts)
        if all(_INTEGER.fullmatch(name) for name in names):
            return cls(tuple(sorted(names, key=lambda name: (int(name), name))))
        return cls(tuple(sorted(names)))

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._numbers

    def encode(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return the number of each text, shape ``(len(texts),)``.

        Raises:
            KeyError: a text is no label of this map.
        """
        return np.array([self._numbers[text] for text in texts], dtype=np.int64)

    def save(self, path: Path) -> None:
        """Write the map as a JSON file; equal maps give equal bytes."""
        write_sealed(path, {"labels": list(self.names)})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a map that was saved.

        Raises:
            MetadataError: the file cannot be read, was changed, or is no label map.
        """
        names = read_sealed(path, "label map").get("labels")
        listed = names if isinstance(names, list) else []
        texts = [name for name in listed if name and isinstance(name, str)]
        if not texts or texts != names or len(set(texts)) != len(texts):
            raise MetadataError(
                f"'{path}' is no label map", "Give the path of the map that a run has saved"
            )
        return cls(tuple(texts))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}
