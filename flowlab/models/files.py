"""Our own files: safetensors, with the network's configuration and where the weights come from in the header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

import torch
from safetensors import SafetensorError, safe_open
from safetensors import torch as safetensors
from torch import Tensor

from flowlab.field._disk import FilePath, open_to_read, write_atomically
from flowlab.models.flownet_c import FlowNetC
from flowlab.models.flownet_s import FlowNetS
from flowlab.models.network import Network

NETWORKS: dict[str, type[Network]] = {cls.name: cls for cls in (FlowNetS, FlowNetC)}
FORMAT = "1"


def save_model(
    model: Network, path: FilePath, metadata: Mapping[str, str] | None = None, *, dtype: torch.dtype | None = None
) -> None:
    """Write a network to a safetensors file, in one step.

    Args:
        model: A FlowNetS or a FlowNetC.
        path: Where to; what is there is replaced.
        metadata: Of the weights, for people: licence, training data, error. None for ``model.metadata``.
        dtype: What floats are stored as, float16 for half the bytes; None for what they are.

    Raises:
        TypeError: If `model` is another one, or a value of the metadata is no text.
        OSError: If the file cannot be written.

    Example:
        >>> import tempfile
        >>> from flowlab.models import FlowNetS, load_model
        >>> path = tempfile.mkdtemp() + "/small.safetensors"
        >>> save_model(FlowNetS(width=0.125), path, {"licence": "MIT"}, dtype=torch.float16)
        >>> load_model(path).metadata
        {'licence': 'MIT'}
    """
    if not isinstance(model, Network):
        raise TypeError(f"save_model takes a FlowNetS or a FlowNetC, got {type(model).__name__}")
    metadata = dict(model.metadata if metadata is None else metadata)
    for key, value in metadata.items():
        if not (isinstance(key, str) and isinstance(value, str)):
            raise TypeError(f"metadata is text by name, got {key!r}: {value!r}; write {key!s}={str(value)!r}")
    state = {
        key: (value.detach().to(dtype) if dtype and value.is_floating_point() else value.detach()).cpu().contiguous()
        for key, value in model.state_dict().items()
    }
    header = {
        "format": "pt",
        "flowlab": FORMAT,
        "model": model.name,
        "config": json.dumps(asdict(model.config)),
        "metadata": json.dumps(metadata),
    }
    write_atomically(path, [safetensors.save(state, header)])


def read_safetensors(path: FilePath) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read the tensors of a safetensors file, and its header's texts.

    Raises:
        ValueError: If it is none, or is cut off.
        OSError: If it cannot be read.
    """
    with open_to_read(path):  # says by name what is wrong with a missing file
        pass
    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118 - no dict
    except SafetensorError as error:
        raise ValueError(f"cannot read {path} as safetensors: {error}; is it cut off or of another format?") from error


def build(path: FilePath, state: Mapping[str, Tensor], header: Mapping[str, str]) -> Network:
    """Make the network that a file of ours describes, with its weights in float32.

    Raises:
        ValueError: If the header describes none, or the weights are not those of the network.
    """
    try:
        cls, config = NETWORKS[header["model"]], json.loads(header["config"])
        metadata = json.loads(header.get("metadata", "{}"))
        with torch.device("meta"):  # no memory and no random weights for what is replaced
            model = cls(**config)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} says that it is flowlab's, but its header describes no network: {type(error).__name__}: {error}"
        ) from error
    fill(model, state, path)
    model.metadata = metadata
    return model


def fill(model: Network, state: Mapping[str, Tensor], path: FilePath) -> None:
    """Give a network these weights, as float32, and check that they are all there and fit.

    Raises:
        ValueError: If some are missing, left over or of another shape, or not finite; the message names the first few.
    """
    ours = model.state_dict()
    faults = [f"{key} is missing" for key in ours if key not in state]
    faults += [f"{key} is not the network's" for key in state if key not in ours]
    faults += [
        f"{key} is {tuple(state[key].shape)}, not {tuple(ours[key].shape)}"
        for key in ours
        if key in state and state[key].shape != ours[key].shape
    ]
    if faults:
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise ValueError(f"the weights in {path} do not fit {type(model).__name__}: {'; '.join(faults[:3])}{more}")
    broken = [key for key, value in state.items() if not torch.isfinite(value).all()]
    if broken:
        raise ValueError(f"{path} holds NaN or infinity in {', '.join(broken[:3])}; a training that diverged, perhaps")
    weights = {key: value.float() if value.is_floating_point() else value for key, value in state.items()}
    model.load_state_dict(weights, assign=True)
    model.to(memory_format=torch.channels_last)
