"""Features of random and of trained filters, to be correlated."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from flowlab.datasets.samples import Pair
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
def conv3_features(image: Float[Tensor, "1 3 H W"], network: Network | None = None) -> Float[Tensor, "1 F H W"]:
    """Describe each pixel by what the conv3 of a FlowNetC answers about the 31 x 31 pixels around it.

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
        raise ValueError("no trained FlowNetC is shipped; give one: conv3_features(image, network)")
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


def contrast(image: np.ndarray, size: int = 23) -> np.ndarray:
    """Measure the standard deviation of the grey values around each pixel, (H, W), in grey levels.

    Args:
        image: RGB (H, W, 3).
        size: Side of the square around a pixel, odd; at a border the part inside the picture counts.
    """
    grey = torch.from_numpy(image).float().mean(2)[None]
    mean, square = (functional.avg_pool2d(x, size, 1, size // 2, count_include_pad=False) for x in (grey, grey**2))
    return (square - mean**2).clamp(min=0).sqrt()[0].numpy()


def near_a_side(pair: Pair, nearest: float, farthest: float) -> np.ndarray:
    """Mark the pixels (H, W) that are near the left or right border in one of the frames, and visible in both.

    Args:
        pair: The frames and the flow.
        nearest: Distance in pixels from the nearest of these borders that they have at least.
        farthest: Distance that they do not reach. They keep as far from the borders at the top and at the bottom.
    """
    H, W = pair.valid.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = x + pair.flow[..., 0], y + pair.flow[..., 1]
    side = np.minimum.reduce([x, W - 1 - x, tx, W - 1 - tx])
    other = np.minimum.reduce([y, H - 1 - y, ty, H - 1 - ty])
    return pair.valid & (side >= nearest) & (side < farthest) & (other >= farthest)
