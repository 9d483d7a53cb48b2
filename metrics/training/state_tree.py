"""Nested state as flat tensors and JSON, so that no checkpoint needs pickle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import torch

_TENSOR: Final = "$tensor"
_ITEMS: Final = "$items"


def pack(tree: Any, tensors: dict[str, torch.Tensor], path: str = "state") -> Any:  # noqa: ANN401
    """Take the tensors out of nested dicts and lists.

    Args:
        tree: dicts with any plain keys, lists, tuples, tensors, numbers, strings, None.
        tensors: takes the tensors, under the path that led to them; on the CPU, contiguous.
        path: what the names begin with.

    Returns:
        What JSON can hold, with a reference where a tensor was.

    Raises:
        TypeError: something else is in it.
    """
    match tree:
        case torch.Tensor():
            # A copy, as safetensors refuses tensors that share memory.
            tensors[path] = tree.detach().cpu().clone(memory_format=torch.contiguous_format)
            return {_TENSOR: path}
        case Mapping() if all(isinstance(key, str) for key in tree):
            return {key: pack(value, tensors, f"{path}.{key}") for key, value in tree.items()}
        case Mapping():  # an optimiser numbers its parameters; JSON knows only names
            items = [[key, pack(value, tensors, f"{path}.{key}")] for key, value in tree.items()]
            return {_ITEMS: items}
        case list() | tuple():
            return [pack(value, tensors, f"{path}.{n}") for n, value in enumerate(tree)]
        case None | bool() | int() | float() | str():
            return tree
        case _:
            raise TypeError(f"{path} is a {type(tree).__name__}, which a checkpoint cannot hold")


def unpack(tree: Any, tensors: Mapping[str, torch.Tensor]) -> Any:  # noqa: ANN401
    """Undo :func:`pack`; tuples come back as lists.

    Raises:
        KeyError: a tensor is missing.
    """
    match tree:
        case {"$tensor": str(path)}:
            return tensors[path]
        case {"$items": list(items)}:
            return {key: unpack(value, tensors) for key, value in items}
        case dict():
            return {key: unpack(value, tensors) for key, value in tree.items()}
        case list():
            return [unpack(value, tensors) for value in tree]
        case _:
            return tree
