"""What can be chosen about a network, in one place, so that it is saved with the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# The mean colour that the authors' released networks subtract, R, G, B in [0, 1].
CHAIRS_MEAN = (0.450141, 0.432060, 0.411451)


@dataclass(frozen=True)
class NetworkConfig:
    """The choices that make a FlowNetS or a FlowNetC; the defaults are the paper's released networks.

    Attributes:
        width: Factor for the number of channels of every layer but the correlation and the predictions: 1 is the
            paper's, 1/4 trains on a laptop.
        batch_norm: Normalise after each convolution of the contracting part, which then has no bias.
        predict_bias: Give the five predictions a bias.
        deconv_bias: Give the four upconvolutions a bias.
        upsample_bias: Give the four upsamplings of a flow a bias.
        image_channels: Channels of each of the two inputs, 3 for RGB.
        mean: What is subtracted from the images, which are in [0, 1]: a value per channel, one for all, "pair" for
            the pair's own mean of each channel, or "image" for each image's own.
        fit: How sides that 64 does not divide become sides that it does: "pad" (repeating the last row and column,
            and cutting them off the flow) or "resize" (and the flow back, u and v scaled).
        flow_scale: Pixels that the network calls 1.

    Raises:
        ValueError: If a choice is out of its range.
    """

    width: float | int = 1.0
    batch_norm: bool = False
    predict_bias: bool = True
    deconv_bias: bool = False
    upsample_bias: bool = False
    image_channels: int = 3
    mean: float | int | Sequence[float] | Literal["pair", "image"] = CHAIRS_MEAN
    fit: Literal["pad", "resize"] = "pad"
    flow_scale: float | int = 20.0

    def __post_init__(self) -> None:
        """Refuse what makes no network, in words."""
        if not 0 < self.width <= 16:
            raise ValueError(f"width is a factor for the channels, above 0 and up to 16, got {self.width!r}")
        if self.image_channels < 1:
            raise ValueError(f"image_channels must be at least 1, got {self.image_channels!r}")
        if self.fit not in ("pad", "resize"):
            raise ValueError(f'fit must be "pad" or "resize", got {self.fit!r}')
        if not self.flow_scale > 0:
            raise ValueError(f"flow_scale is in pixels and must be above 0, got {self.flow_scale!r}")
        if isinstance(self.mean, str):
            if self.mean not in ("pair", "image"):
                raise ValueError(f'mean must be numbers, "pair" or "image", got {self.mean!r}')
            return
        mean = (self.mean,) * self.image_channels if isinstance(self.mean, int | float) else tuple(self.mean)
        if len(mean) != self.image_channels:
            raise ValueError(f"mean must have a value for each of {self.image_channels} channels, got {mean}")
        object.__setattr__(self, "mean", tuple(float(m) for m in mean))  # the class is frozen

    def channels(self, number: int) -> int:
        """Scale a number of channels by the width; at least one is left."""
        return max(1, round(number * self.width))
