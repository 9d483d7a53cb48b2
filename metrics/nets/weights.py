"""Where a trunk's first weights come from: torchvision, a safetensors file, or nowhere."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Final

import torch
import torchvision  # type: ignore[import-untyped]
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from torchvision.models.vision_transformer import (  # type: ignore[import-untyped]
    interpolate_embeddings,
)

from common.errors import WeightsUnavailable
from metrics.nets.network import EmbeddingNetwork

PRETRAINED: Final = "imagenet"
"""The source that means torchvision's own weights."""
_DOWNLOAD_TIMEOUT_SECONDS: Final = 20.0


def load_weights(network: EmbeddingNetwork, source: str | Path | None) -> None:
    """Give a network its first weights.

    Args:
        network: changed in place.
        source: None leaves it random. :data:`PRETRAINED`, or the name of one of torchvision's
            versions such as ``IMAGENET1K_V1``, loads the trunk from torchvision's cache or, failing
            that, the network. Anything else is the path of a safetensors file with the tensors of
            this network, or of its trunk alone, under our names or torchvision's.

    Raises:
        WeightsUnavailable: they cannot be had, or do not fit.
    """
    if source is None:
        return
    if isinstance(source, str) and (source == PRETRAINED or source.startswith("IMAGENET1K")):
        _load_trunk(network, _published(network, source), f"'{source}'")
    else:
        _load_safetensors(network, Path(source))


def save_weights(network: nn.Module, path: Path) -> None:
    """Write all parameters and buffers to a safetensors file.

    Raises:
        OSError: it cannot be written.
    """
    save_file({name: t.detach().cpu().contiguous() for name, t in _state(network)}, path)


def weights_fingerprint(module: nn.Module) -> str:
    """Return the sha256 (64 hex digits) of all parameters and buffers, names included."""
    digest = hashlib.sha256()
    for name, tensor in _state(module):
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _state(module: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    yield from sorted(module.state_dict().items())


def _published(network: EmbeddingNetwork, source: str) -> Mapping[str, torch.Tensor]:
    """Fetch what torchvision publishes for a trunk: from its cache first."""
    spec = network.spec
    if not spec.pretrained:
        raise WeightsUnavailable(
            f"torchvision has no weights for the trunk '{spec.name}'",
            "Give the path of a safetensors file, or start from random weights",
        )
    versions = torchvision.models.get_model_weights(spec.name).__members__
    name = "DEFAULT" if source == PRETRAINED else source
    if name not in versions:
        raise WeightsUnavailable(
            f"torchvision has no weights '{source}' for the trunk '{spec.name}'",
            f"Choose from {', '.join(versions)}",
        )
    weights = versions[name]
    try:
        with _impatient():
            # Checked against the hash in its name when downloaded; loaded without running code.
            state: dict[str, torch.Tensor] = weights.get_state_dict(
                progress=False, check_hash=True, weights_only=True, map_location="cpu"
            )
    except (OSError, RuntimeError, UnpicklingError) as error:
        file = Path(torch.hub.get_dir(), "checkpoints", Path(weights.url).name)
        if file.exists():
            raise WeightsUnavailable(
                f"The cached weights {file} are damaged", "Delete the file"
            ) from error
        raise WeightsUnavailable(
            f"The weights of '{spec.name}' are neither in {file} nor to be had from {weights.url}",
            "Put the file there, give a safetensors file, or start from random weights",
        ) from error
    if spec.patch_px > 1:
        fitted: dict[str, torch.Tensor] = interpolate_embeddings(
            network.config.side_px, spec.patch_px, state
        )
        return fitted
    return state


@contextmanager
def _impatient() -> Iterator[None]:
    """Give up on a server that does not answer; urllib would wait for minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_DOWNLOAD_TIMEOUT_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _load_safetensors(network: EmbeddingNetwork, path: Path) -> None:
    if not path.is_file():
        raise WeightsUnavailable(
            f"There is no file of weights at {path}",
            f"Give the path of a safetensors file, or '{PRETRAINED}' for torchvision's weights",
        )
    try:
        state = load_file(path)
    except (SafetensorError, OSError) as error:
        raise WeightsUnavailable(
            f"{path} cannot be read as safetensors",
            "Pickled weights (.pt, .pth) are never loaded; convert them, or fetch the file again",
        ) from error
    if any(name.startswith("trunk.") for name in state):
        _fit(network, state, str(path))
    else:
        _load_trunk(network, state, str(path))


def _load_trunk(network: EmbeddingNetwork, state: Mapping[str, torch.Tensor], source: str) -> None:
    """Load what the trunk knows by name, leaving out the classifier that it has dropped."""
    wanted = network.trunk.state_dict().keys()
    _fit(network.trunk, {name: state[name] for name in wanted if name in state}, source)


def _fit(module: nn.Module, state: Mapping[str, torch.Tensor], source: str) -> None:
    own = module.state_dict()
    wrong = [
        name for name, tensor in own.items() if name in state and state[name].shape != tensor.shape
    ]
    wrong += [
        name for name in own if name not in state and not name.endswith("num_batches_tracked")
    ]
    wrong += [name for name in state if name not in own]
    if wrong:
        raise WeightsUnavailable(
            f"The weights in {source} do not fit the network: {len(wrong)} of its "
            f"{len(own)} tensors are missing, unknown or of another shape, '{wrong[0]}' first",
            "Choose the trunk, dim and input size that they were made with",
        )
    module.load_state_dict(dict(state), strict=False)
