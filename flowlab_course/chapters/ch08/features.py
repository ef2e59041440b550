"""Features of random and of trained filters, to be correlated."""

from __future__ import annotations

from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from flowlab.models import Network, load_model, shipped
from flowlab_course.features import extended, unit_length

EIGHTH = 8  # image pixels from one answer of conv3 to the next


def random_features(
    image: Float[Tensor, "1 C H W"], count: int = 64, size: int = 7, seed: int = 0
) -> Float[Tensor, "1 F H W"]:
    """Describe each pixel by the answers of random filters: one convolution layer that was never trained.

    Args:
        image: Any scale.
        count: How many filters, F.
        size: Side of a filter in pixels, odd; the border repeats.
        seed: Of the filters.

    Returns:
        The answers after a LeakyReLU of slope 0.1, scaled to length 1 at each pixel.
    """
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(count, image.shape[1], size, size, generator=generator)
    weight = weight - weight.mean(dim=(2, 3), keepdim=True)  # an even area excites no filter
    return unit_length(functional.leaky_relu(functional.conv2d(extended(image, size), weight), 0.1))


@cache
def trained_network() -> Network | None:
    """Load the FlowNetC that is shipped, None where none is."""
    return load_model("flownetc-small") if "flownetc-small" in shipped() else None


@torch.no_grad()
def trained_features(image: Float[Tensor, "1 3 H W"], network: Network | None = None) -> Float[Tensor, "1 F H W"]:
    """Describe each pixel by what a trained FlowNetC says about the 31 x 31 pixels around it: its conv3.

    The network asks at every eighth pixel. Here it looks 64 times, each time from another pixel on, until every pixel
    has had its turn.

    Args:
        image: RGB in [0, 1]; the border repeats.
        network: A FlowNetC; the one that is shipped where none is given.

    Returns:
        The F answers of conv3 as the correlation takes them, not scaled.

    Raises:
        ValueError: If none is given and none is shipped.
    """
    network = network or trained_network()
    if network is None:
        raise ValueError("no trained FlowNetC is shipped; give one: trained_features(image, network)")
    H, W = image.shape[2:]
    rows, columns = -(-H // EIGHTH), -(-W // EIGHTH)
    image = image - image.new_tensor(network.config.mean).view(-1, 1, 1)
    # An answer sees 15 pixels to each side, so the two next to a border, where zeros come in, are left out.
    margin = 2 * EIGHTH
    image = functional.pad(image, (margin, 2 * margin, margin, 2 * margin), mode="replicate")
    height, width = (EIGHTH * count + 2 * margin for count in (rows, columns))
    lines = []
    for top in range(EIGHTH):  # eight views at a time, for the memory's sake
        views = [image[..., top : top + height, left : left + width] for left in range(EIGHTH)]
        answers = network.conv3(network.conv2(network.conv1(torch.cat(views))))
        lines.append(answers[..., 2 : 2 + rows, 2 : 2 + columns])
    out = torch.stack(lines).permute(2, 3, 0, 4, 1)  # (top, left, F, rows, columns) -> (F, rows, top, columns, left)
    return out.flatten(3).flatten(1, 2)[None, :, :H, :W].contiguous()
