"""Batch normalisation, once learnt, is a factor and an offset per channel: the convolution before it takes them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TypeVar

import torch
from torch import nn

from flowlab.models.layers import Activated
from flowlab.models.network import Network

AnyNetwork = TypeVar("AnyNetwork", bound=Network)


def fold_batch_norm(model: AnyNetwork) -> AnyNetwork:
    """Make the network without batch normalisation that computes what this one computes in evaluation mode.

    Such a network is a little faster, and can be trained on as one that never had any: what normalisation gave, a
    start at which features neither vanish nor explode, is then in its weights.

    Args:
        model: A FlowNetS or FlowNetC with ``batch_norm``. It stays as it is.

    Returns:
        A new network of the same kind, on the same device and in the same mode, with the same metadata.

    Raises:
        ValueError: If the network has no batch normalisation.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> model = FlowNetS(width=0.0625, batch_norm=True).eval()
        >>> img1, img2 = torch.rand(2, 1, 3, 64, 64)
        >>> plain = fold_batch_norm(model)
        >>> plain.config.batch_norm, torch.allclose(plain(img1, img2).flow, model(img1, img2).flow, atol=1e-4)
        (False, True)
    """
    if not model.config.batch_norm:
        raise ValueError(f"this {type(model).__name__} has no batch normalisation to fold")
    plain = type(model)(**asdict(replace(model.config, batch_norm=False)))
    for name, source in model.named_children():
        _copy(source, plain.get_submodule(name))
    plain.metadata = dict(model.metadata)
    plain.train(model.training)
    return plain.to(next(model.parameters()).device)


@torch.no_grad()
def _copy(source: nn.Module, target: nn.Module) -> None:
    """Give a layer the weights of another, which may have normalisation where it has none."""
    if not (isinstance(source, Activated) and isinstance(source[1], nn.BatchNorm2d)):
        target.load_state_dict(source.state_dict())
        return
    convolution, norm = source[0], source[1]
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    target[0].weight.copy_(convolution.weight * factor[:, None, None, None])
    target[0].bias.copy_(norm.bias - norm.running_mean * factor)
