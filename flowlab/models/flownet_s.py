"""FlowNetSimple: both images in one stack of six channels, and the network finds out (FlowNet, figure 2, above)."""

from __future__ import annotations

import torch
from torch import Tensor

from flowlab.models.layers import conv
from flowlab.models.network import Network, Prepared


class FlowNetS(Network):
    """FlowNetSimple of Fischer et al., 2015; 38,675,546 parameters.

    Options are those of `Network`.

    Example:
        >>> model = FlowNetS(width=0.25)
        >>> flow, pyramid = model(torch.rand(1, 3, 100, 200), torch.rand(1, 3, 100, 200))
        >>> flow.shape
        torch.Size([1, 2, 100, 200])
        >>> [tuple(level.shape[-2:]) for level in pyramid]
        [(32, 64), (16, 32), (8, 16), (4, 8), (2, 4)]
    """

    name = "flownets"

    def make_first_layers(self) -> None:
        """Add conv1 to conv3_1."""
        c, bn = self.config.channels, self.config.batch_norm
        self.conv1 = conv(2 * self.config.image_channels, c(64), 7, 2, batch_norm=bn)
        self.conv2 = conv(c(64), c(128), 5, 2, batch_norm=bn)
        self.conv3 = conv(c(128), c(256), 5, 2, batch_norm=bn)
        self.conv3_1 = conv(c(256), c(256), 3, batch_norm=bn)

    def first_layers(self, a: Prepared, b: Prepared) -> tuple[Tensor, Tensor]:
        """Compute conv2 and conv3_1 from two prepared images."""
        conv2 = self.conv2(self.conv1(torch.cat([a, b], dim=1)))
        return conv2, self.conv3_1(self.conv3(conv2))
