"""Which network a state dict belongs to, and what its images must look like, told from names and shapes.

Three public code bases have the same names for the same layers. They differ in biases, which the keys show, and in what
they subtract from the images, which nothing in a file shows: that goes by the family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor

from flowlab.models.config import NetworkConfig
from flowlab.models.flownet_c import FlowNetC
from flowlab.models.flownet_s import FlowNetS
from flowlab.models.network import Network
from flowlab.models.pickles import EXPECTED

FIRST = "conv1.0.weight"
BESIDE = ("loss", "loss_fn", "train_metrics", "val_metrics")  # modules of training code, without weights of a network


@dataclass(frozen=True)
class Family:
    """How one code base prepares images.

    Attributes:
        mean: What it subtracts, R, G, B in [0, 1], or "pair" or "image".
        fit: "pad" or "resize", for sides that 64 does not divide.
    """

    mean: tuple[float, float, float] | Literal["pair", "image"]
    fit: Literal["pad", "resize"]


FAMILIES = {
    "FlowNetPytorch": Family((0.411, 0.432, 0.45), "pad"),  # the order of its published weights; main.py reversed it
    "flownet2-pytorch": Family("pair", "pad"),
    "ptlflow": Family("image", "resize"),
}


def state_of(content: object, path: object) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    """Find the state dict in what a file holds, and give it with what lies beside it.

    Raises:
        ValueError: If there is none.
    """
    if not isinstance(content, Mapping):
        raise ValueError(f"{path} holds {_article(content)}, not a state dict; {EXPECTED}")
    beside: Mapping[str, Any] = content
    state: object = content
    for name in ("state_dict", "model_state_dict", "model"):
        if isinstance(content.get(name), Mapping):
            state = content[name]
            break
    tensors = {key: value for key, value in state.items() if isinstance(key, str) and isinstance(value, Tensor)}
    if not tensors:
        names = ", ".join(repr(key) for key in list(content)[:5]) or "nothing"
        raise ValueError(f"{path} holds no tensors by name, but {names}; {EXPECTED}")
    return tensors, beside if state is not content else {}


def part_of(state: Mapping[str, Tensor], part: str | None, path: object) -> dict[str, Tensor]:
    """Take the one network in a state dict, or the one that is asked for, without the prefix of its names.

    Raises:
        ValueError: If there is none, or several and `part` names none of them.
    """
    prefixes = sorted(key.removesuffix(FIRST) for key in state if f".{key}".endswith(f".{FIRST}"))
    parts = {_module(prefix): prefix for prefix in prefixes if _is_network(state, prefix)}
    if part is not None and part not in parts:
        raise ValueError(
            f"{path} has no part {part!r} that is a FlowNetS or a FlowNetC, but: {', '.join(parts) or '-'}"
        )
    if not parts:
        first = ", ".join(list(state)[:3])
        sd = " (a FlowNetSD, it seems)" if any("inter_conv" in key for key in state) else ""
        raise ValueError(f"{path} holds {len(state)} tensors of another network{sd}: {first}, ...; {EXPECTED}")
    if part is None and len(prefixes) > 1:
        raise ValueError(
            f"{path} holds a network of several ({', '.join(_module(p) for p in prefixes)}), such as FlowNet 2; take "
            f"one with part=, of: {', '.join(parts)}"
        )
    prefix = parts[part] if part is not None else next(iter(parts.values()))
    taken = {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    return {key: value for key, value in taken.items() if key.split(".")[0] not in BESIDE}


def _module(prefix: str) -> str:
    return prefix.removesuffix(".").removeprefix("module.")


def _is_network(state: Mapping[str, Tensor], prefix: str) -> bool:
    needed = ("conv3_1.0.weight", "conv6.0.weight", "deconv2.0.weight", "predict_flow2.weight")
    return all(f"{prefix}{key}" in state for key in needed) and f"{prefix}conv0.0.weight" not in state


def family_of(state: Mapping[str, Tensor], beside: Mapping[str, Any]) -> str:
    """Guess the family: by what lies beside the weights, else by the biases."""
    if {"pytorch-lightning_version", "hyper_parameters"} & set(beside):
        return "ptlflow"
    if "div_flow" in beside or "arch" in beside:
        return "FlowNetPytorch"
    return "flownet2-pytorch" if "deconv5.0.bias" in state else "FlowNetPytorch"


def network_of(state: Mapping[str, Tensor], family: str, scale: float) -> tuple[type[Network], NetworkConfig]:
    """Tell the network and its options from names and shapes."""
    correlated = "conv_redir.0.weight" in state
    images = state[FIRST].shape[1] if correlated else state[FIRST].shape[1] // 2
    prepared = FAMILIES[family]
    config = NetworkConfig(
        width=state["conv6.0.weight"].shape[0] / 1024,
        batch_norm="conv1.1.weight" in state,
        predict_bias=_biased(state, "predict_flow"),
        deconv_bias=_biased(state, "deconv"),
        upsample_bias=_biased(state, "upsampled_flow"),
        image_channels=images,
        mean=prepared.mean if images == 3 or isinstance(prepared.mean, str) else 0,
        fit=prepared.fit,
        flow_scale=scale,
    )
    return (FlowNetC if correlated else FlowNetS), config


def _biased(state: Mapping[str, Tensor], layers: str) -> bool:
    """Say whether these layers add anything; Caffe keeps biases that are frozen at zero."""
    return any(bool(value.any()) for key, value in state.items() if key.startswith(layers) and key.endswith(".bias"))


def completed(state: Mapping[str, Tensor], ours: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Fill biases and counters that a file leaves out with zeros, and drop biases that are zero."""
    state = dict(state)
    for key, value in ours.items():
        if key not in state and key.endswith((".bias", ".num_batches_tracked")):
            state[key] = torch.zeros(value.shape, dtype=value.dtype)
    extra = [key for key in state if key not in ours and key.endswith(".bias")]
    for key in extra:
        if not state[key].any():
            del state[key]
    return state


def in_rgb(state: Mapping[str, Tensor], config: NetworkConfig) -> tuple[dict[str, Tensor], NetworkConfig]:
    """Turn a network of B, G, R into one of R, G, B, by the order of its first layer's weights and of its mean."""
    weight = state[FIRST]
    flipped = weight.unflatten(1, (-1, 3)).flip(2).flatten(1, 2)  # one image after the other
    mean = config.mean if isinstance(config.mean, str) else tuple(reversed(config.mean))
    return {**state, FIRST: flipped}, replace(config, mean=mean)


def _article(content: object) -> str:
    name = type(content).__name__
    return f"a tensor of shape {tuple(content.shape)}" if isinstance(content, Tensor) else f"a {name}"
