"""Turns the published ground truth of revised Oxford and Paris, a pickle, into plain values.

No pickle is loaded here. A pickle is a program that may call any function it names; what is run
here is a reader in which every name leads to an inert shell of this module, or to a refusal.
NumPy's own loading code is not reached either: arrays are read from their bytes, as numbers.
"""

from __future__ import annotations

import io
import pickle
from typing import Any, Final, NoReturn

import numpy as np

from common.errors import QueryError
from metrics.evaluation.revisited_truth import GroundTruth, ground_truth_of

MAX_BYTES: Final = 64 * 1024 * 1024
"""The published files have less than 1 MB."""

_NUMBER_KINDS: Final = "iuf"


def ground_truth_of_pickle(content: bytes, source: str) -> GroundTruth:
    """Read ``gnd_roxford5k.pkl`` or ``gnd_rparis6k.pkl``.

    The file holds ``{"imlist": names, "qimlist": names, "gnd": [{"bbx": 4 numbers, "easy": rows,
    "hard": rows, "junk": rows}, ...]}``, rows counted from 0, as lists or NumPy arrays; ``junk``
    is what the paper calls unclear. Pickle protocols 0 to 4 are read, of Python 2 and 3.

    Args:
        content: the file's bytes.
        source: its name, for messages.

    Raises:
        QueryError: the file is too large, holds anything but containers, texts, numbers and
            arrays of numbers, or is no ground truth.
    """
    try:
        if len(content) > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES} bytes")
        data = _plain(_InertReader(io.BytesIO(content), encoding="latin1").load())
        queries = [
            {
                "name": name,
                "box": entry["bbx"],
                "easy": entry["easy"],
                "hard": entry["hard"],
                "unclear": entry["junk"],
            }
            for name, entry in zip(data["qimlist"], data["gnd"], strict=True)
        ]
        return ground_truth_of({"gallery": data["imlist"], "queries": queries})
    except Exception as error:  # a damaged pickle raises nearly anything
        raise QueryError(
            f"'{source}' is no ground truth of revised Oxford or Paris: {error}",
            "Download the benchmark's file again",
        ) from error


class _ArrayType:
    """Stands for ``numpy.dtype``: remembers its arguments."""

    def __init__(self, code: Any, *_: Any) -> None:  # noqa: ANN401 - whatever the file says
        self.code = str(code)
        self.byte_order = "="

    def __setstate__(self, state: Any) -> None:  # noqa: ANN401
        self.byte_order = str(state[1])

    def number_type(self) -> np.dtype[Any]:
        """Return the type of number it names; anything else is refused."""
        order = {"<": "<", ">": ">", "|": "|", "=": "<"}[self.byte_order]
        kind, size = self.code[:1], self.code[1:]
        if kind not in _NUMBER_KINDS or size not in {"1", "2", "4", "8"}:
            raise ValueError(f"an array holds '{self.code}' where only numbers are read")
        return np.dtype(f"{order}{kind}{size}")


class _Array:
    """Stands for ``numpy.ndarray``: remembers its bytes."""

    values: list[Any]

    def __setstate__(self, state: Any) -> None:  # noqa: ANN401
        _, shape, kind, fortran, content = state
        raw = content.encode("latin1") if isinstance(content, str) else bytes(content)
        array = np.frombuffer(raw, dtype=kind.number_type())
        self.values = array.reshape(shape, order="F" if fortran else "C").tolist()


def _empty_array(*_: object) -> _Array:
    return _Array()


def _scalar(kind: _ArrayType, content: Any) -> Any:  # noqa: ANN401
    raw = content.encode("latin1") if isinstance(content, str) else bytes(content)
    return np.frombuffer(raw, dtype=kind.number_type())[0].item()


def _no_bytes() -> bytes:
    return b""


def _bytes_of(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise ValueError(f"texts in '{encoding}' are not read")
    return text.encode("latin1")


_SHELLS: Final[dict[tuple[str, str], Any]] = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _ArrayType,
    ("_codecs", "encode"): _bytes_of,
    ("__builtin__", "bytes"): _no_bytes,
} | {
    (f"numpy.{core}.multiarray", name): shell
    for core in ("core", "_core")
    for name, shell in (("_reconstruct", _empty_array), ("scalar", _scalar))
}


class _InertReader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        if (module, name) not in _SHELLS:
            raise ValueError(f"it names '{module}.{name}', which is neither number nor text")
        return _SHELLS[module, name]

    def persistent_load(self, _: object) -> NoReturn:
        raise ValueError("it refers to something outside itself")


def _plain(data: Any) -> Any:  # noqa: ANN401
    """Return ``data`` with arrays as lists."""
    if isinstance(data, _Array):
        return data.values
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return data
