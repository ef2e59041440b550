"""The ablation of chapter 07: a flow that a network computes without one part of the stacks on its way up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import nn

import flowlab
from flowlab_course.chapters.ch07.diagrams import SKIPS
from flowlab_course.layers import layers_of

PARTS = ("skip", "features", "flow")  # in the order of their channels


def without(
    network: flowlab.FlowNetS, img1: np.ndarray, img2: np.ndarray, part: str, levels: Sequence[int] = tuple(SKIPS)
) -> np.ndarray:
    """Return the flow (H, W, 2) that is left if a part of these levels' stacks is replaced by its means.

    A stack is read by two layers: the prediction of its level and, but for the finest, the deconv of the next.
    """
    hooks = []
    for level in levels:
        replace = partial(_replaced_by_means, channels=_channels(network, level)[part])
        for name in (f"predict_flow{level}", f"deconv{level - 1}"):
            if hasattr(network, name):
                hooks.append(network.get_submodule(name).register_forward_pre_hook(replace))
    try:
        return flowlab.predict(network, img1, img2)
    finally:
        for hook in hooks:
            hook.remove()


def _channels(network: flowlab.FlowNetS, level: int) -> dict[str, slice]:
    """Return where the parts lie in a level's stack."""
    layers = layers_of(network)
    skip = layers[SKIPS[level]].outputs
    features = skip + layers[f"deconv{level}"].outputs
    return dict(zip(PARTS, (slice(0, skip), slice(skip, features), slice(features, None)), strict=True))


def _replaced_by_means(_layer: nn.Module, inputs: tuple[torch.Tensor], channels: slice) -> tuple[torch.Tensor]:
    stack = inputs[0].clone()
    stack[:, channels] = stack[:, channels].mean((2, 3), keepdim=True)
    return (stack,)
