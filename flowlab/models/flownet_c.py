"""FlowNetCorr: the images apart for three layers, then compared patch by patch (FlowNet, figure 2, below)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from flowlab.costvolume import Correlation
from flowlab.models.layers import SLOPE, conv
from flowlab.models.network import Network, Prepared


class FlowNetC(Network):
    """FlowNetCorr of Fischer et al., 2015; 39,174,330 parameters.

    Options are those of `Network`. The correlation compares features an eighth of the image's size over 20 of their
    pixels, in steps of 2: over 160 pixels of the image in steps of 16. In training with `batch_norm` the two images
    are normalised together.

    Example:
        >>> model = FlowNetC(width=0.25)
        >>> model(torch.rand(1, 3, 100, 200), torch.rand(1, 3, 100, 200)).flow.shape
        torch.Size([1, 2, 100, 200])
        >>> model.conv3_1[0].in_channels  # conv_redir's 32 / 4 and the correlation's 441
        449
    """

    name = "flownetc"

    def make_first_layers(self) -> None:
        """Add conv1 to conv3_1."""
        c, bn = self.config.channels, self.config.batch_norm
        self.conv1 = conv(self.config.image_channels, c(64), 7, 2, batch_norm=bn)
        self.conv2 = conv(c(64), c(128), 5, 2, batch_norm=bn)
        self.conv3 = conv(c(128), c(256), 5, 2, batch_norm=bn)
        self.conv_redir = conv(c(256), c(32), 1, batch_norm=bn)
        self.corr = Correlation(kernel_size=1, max_displacement=20, stride1=1, stride2=2, pad_size=20)
        self.corr_activation = nn.LeakyReLU(SLOPE)
        self.conv3_1 = conv(c(32) + self.corr.geometry.side**2, c(256), 3, batch_norm=bn)

    def first_layers(self, a: Prepared, b: Prepared) -> tuple[Tensor, Tensor]:
        """Compute conv2 of the first image, and conv3_1, which reads both."""
        conv2 = self.conv2(self.conv1(torch.cat([a, b])))  # the same weights for both: one batch
        conv3a, conv3b = self.conv3(conv2).chunk(2)
        cost = self.corr_activation(self.corr(conv3a, conv3b))
        return conv2[: a.shape[0]], self.conv3_1(torch.cat([self.conv_redir(conv3a), cost], dim=1))
