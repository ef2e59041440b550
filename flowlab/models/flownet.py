"""FlowNetSimple and FlowNetCorr of Fischer et al., "FlowNet: Learning Optical Flow with Convolutional Networks", 2015.

Layers have the names of the released models: conv1 to conv6_1 contract the images to a 64th of their size, deconv5 to
deconv2 expand the features again, and predict_flow6 to predict_flow2 predict a flow at each level (figures 2 and 3).
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.costvolume import Correlation
from flowlab.models.layers import SLOPE, conv, deconv, initialise, predict_flow

MULTIPLE = 64  # conv6 has one pixel for 64 x 64 of the image
# The mean colour that the authors' released networks subtract, R, G, B in [0, 1].
CHAIRS_MEAN = (0.450141, 0.432060, 0.411451)


@dataclass(frozen=True)
class NetworkConfig:
    """The options of a FlowNetS or a FlowNetC; the defaults are those of the released networks.

    Attributes:
        width: Factor on the number of channels of every layer but the correlation and the
            predictions: 1 is the paper's, 1/4 trains on a laptop.
        batch_norm: Use batch normalisation in the contracting part; its convolutions have no bias then.
        predict_bias: Give the five predictions a bias.
        deconv_bias: Give the four upconvolutions a bias.
        upsample_bias: Give the four upsamplings of a flow a bias.
        image_channels: Channels of each of the two inputs, 3 for RGB.
        mean: Subtracted from the images, which are in [0, 1]: a value per channel, one for all, "pair" for the mean
            of each channel over the pair, or "image" for its mean over each image.
        resize_mode: How height and width become multiples of 64: "pad" (the last row and column are repeated, and cut
            off the flow) or "resize" (and the flow is resized back, u and v scaled).
        flow_scale: Unit of the network's predictions, in pixels.

    Raises:
        ValueError: If an option is out of its range.
    """

    width: float = 1.0
    batch_norm: bool = False
    predict_bias: bool = True
    deconv_bias: bool = False
    upsample_bias: bool = False
    image_channels: int = 3
    mean: float | Sequence[float] | Literal["pair", "image"] = CHAIRS_MEAN
    resize_mode: Literal["pad", "resize"] = "pad"
    flow_scale: float = 20.0

    def __post_init__(self) -> None:
        """Check every option."""
        if not 0 < self.width <= 16:
            raise ValueError(f"width is a factor for the channels, above 0 and up to 16, got {self.width!r}")
        if self.image_channels < 1:
            raise ValueError(f"image_channels must be at least 1, got {self.image_channels!r}")
        if self.resize_mode not in ("pad", "resize"):
            raise ValueError(f'resize_mode must be "pad" or "resize", got {self.resize_mode!r}')
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
        """Scale a number of channels by the width, to at least one."""
        return max(1, round(number * self.width))


class FlowOutput(NamedTuple):
    """What a network returns, the same in training and in evaluation.

    Attributes:
        flow: (B, 2, H, W), on the grid of the images that came in, in pixels of it: u to the right, v down.
        pyramid: Five predictions, finest first, of an image of Hp x Wp pixels, which are H x W rounded up to
            multiples of 64: (B, 2, Hp / s, Wp / s) for s = 4, 8, 16, 32, 64. Each is in pixels of its own grid, so
            1 in the first one is 4 pixels of the image; times s, all are in pixels of the image.
    """

    flow: Tensor
    pyramid: tuple[Tensor, ...]


Images = Float[Tensor, "B C H W"]
Prepared = Float[Tensor, "B C Hp Wp"]  # without their mean, height and width multiples of 64


class Network(nn.Module):
    """The parts of both FlowNetS and FlowNetC: the preparation of the images, and all from conv4 on.

    Called with two batches of RGB images in [0, 1], any height and width from 1 up, floating point,
    it returns a `FlowOutput`, at least float32: where the pixels of the first image are in the
    second. A ValueError or a TypeError says what is wrong with the images.

    Args:
        options: Those of `NetworkConfig`, which checks them.

    Attributes:
        config: The options.
        metadata: Where the weights come from, as their file says.
    """

    name: str  # in files
    __signature__ = inspect.signature(NetworkConfig)  # for help() and completion

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.config = NetworkConfig(**options)
        self.metadata: dict[str, str] = {}

    def make_shared_layers(self) -> None:
        """Add conv4 to conv6_1 and the refinement after the first layers, and draw the weights."""
        c, bn, config = self.config.channels, self.config.batch_norm, self.config
        self.conv4 = conv(c(256), c(512), 3, 2, batch_norm=bn)
        self.conv4_1 = conv(c(512), c(512), 3, batch_norm=bn)
        self.conv5 = conv(c(512), c(512), 3, 2, batch_norm=bn)
        self.conv5_1 = conv(c(512), c(512), 3, batch_norm=bn)
        self.conv6 = conv(c(512), c(1024), 3, 2, batch_norm=bn)
        self.conv6_1 = conv(c(1024), c(1024), 3, batch_norm=bn)

        predict = partial(predict_flow, bias=config.predict_bias)
        up = partial(deconv, bias=config.deconv_bias)
        up_flow = partial(nn.ConvTranspose2d, 2, 2, kernel_size=4, stride=2, padding=1, bias=config.upsample_bias)
        # A level reads a skip connection, upconvolved features and an upsampled flow of 2 channels.
        concat5, concat4 = c(512) + c(512) + 2, c(512) + c(256) + 2
        concat3, concat2 = c(256) + c(128) + 2, c(128) + c(64) + 2
        self.deconv5 = up(c(1024), c(512))
        self.predict_flow6 = predict(c(1024))
        self.upsampled_flow6_to_5 = up_flow()
        self.deconv4 = up(concat5, c(256))
        self.predict_flow5 = predict(concat5)
        self.upsampled_flow5_to_4 = up_flow()
        self.deconv3 = up(concat4, c(128))
        self.predict_flow4 = predict(concat4)
        self.upsampled_flow4_to_3 = up_flow()
        self.deconv2 = up(concat3, c(64))
        self.predict_flow3 = predict(concat3)
        self.upsampled_flow3_to_2 = up_flow()
        self.predict_flow2 = predict(concat2)
        initialise(self)

    def prepare(self, img1: Images, img2: Images) -> Sequence[Prepared]:
        """Check the images, subtract the mean, and round height and width up to multiples of 64."""
        check_images(img1, img2, self.config.image_channels)
        if isinstance(self.config.mean, str):
            means = [image.mean((-2, -1), keepdim=True) for image in (img1, img2)]
            if self.config.mean == "pair":
                means = [(means[0] + means[1]) / 2] * 2
        else:
            # From single numbers: a CUDA graph cannot copy a tuple, and a tensor kept could be one of torch.func's.
            means = [torch.cat([img1.new_full((1, 1, 1), value) for value in self.config.mean])] * 2
        images = img1 - means[0], img2 - means[1]
        H, W = img1.shape[-2:]
        # Not -(-side // 64): ONNX divides towards zero.
        down, right = ((side + MULTIPLE - 1) // MULTIPLE * MULTIPLE - side for side in (H, W))
        if self.config.resize_mode == "resize":
            size = H + down, W + right
            return [F.interpolate(image, size=size, mode="bilinear", align_corners=False) for image in images]
        if not torch.compiler.is_compiling() and down == right == 0:
            return images
        return [F.pad(image, (0, right, 0, down), mode="replicate") for image in images]

    def refine(self, conv2: Tensor, conv3_1: Tensor, H: int, W: int) -> FlowOutput:
        """Contract further, then predict flows from coarse to fine; the images' size is H x W."""
        conv4_1 = self.conv4_1(self.conv4(conv3_1))
        conv5_1 = self.conv5_1(self.conv5(conv4_1))
        conv6_1 = self.conv6_1(self.conv6(conv5_1))

        flow6 = self.predict_flow6(conv6_1)
        concat5 = torch.cat([conv5_1, self.deconv5(conv6_1), self.upsampled_flow6_to_5(flow6)], dim=1)
        flow5 = self.predict_flow5(concat5)
        concat4 = torch.cat([conv4_1, self.deconv4(concat5), self.upsampled_flow5_to_4(flow5)], dim=1)
        flow4 = self.predict_flow4(concat4)
        concat3 = torch.cat([conv3_1, self.deconv3(concat4), self.upsampled_flow4_to_3(flow4)], dim=1)
        flow3 = self.predict_flow3(concat3)
        concat2 = torch.cat([conv2, self.deconv2(concat3), self.upsampled_flow3_to_2(flow3)], dim=1)
        flow2 = self.predict_flow2(concat2)

        scale = self.config.flow_scale
        # bfloat16 has 8 bits: at 100 pixels it could not tell one from the next.
        dtype = torch.promote_types(flow2.dtype, torch.float32)
        raw = [flow.to(dtype) for flow in (flow2, flow3, flow4, flow5, flow6)]
        pyramid = tuple(flow * (scale / 2 ** (level + 2)) for level, flow in enumerate(raw))
        return FlowOutput(self.at_size(raw[0] * scale, H, W), pyramid)

    def at_size(self, flow: Tensor, H: int, W: int) -> Tensor:
        """Bring a flow at a quarter of the size, in pixels of the prepared images, back to the images' own."""
        if self.config.resize_mode == "pad":
            return F.interpolate(flow, scale_factor=4.0, mode="bilinear", align_corners=False)[..., :H, :W]
        height, width = 4 * flow.shape[-2], 4 * flow.shape[-1]
        flow = F.interpolate(flow, size=(H, W), mode="bilinear", align_corners=False)
        return torch.stack([flow[:, 0] * (W / width), flow[:, 1] * (H / height)], dim=1)


class FlowNetS(Network):
    """FlowNetSimple of Fischer et al., 2015; 38,675,546 parameters.

    Both images go in as one stack of six channels (figure 2, above). Options are those of `NetworkConfig`.

    Example:
        >>> model = FlowNetS(width=0.25)
        >>> flow, pyramid = model(torch.rand(1, 3, 100, 200), torch.rand(1, 3, 100, 200))
        >>> flow.shape
        torch.Size([1, 2, 100, 200])
        >>> [tuple(level.shape[-2:]) for level in pyramid]
        [(32, 64), (16, 32), (8, 16), (4, 8), (2, 4)]
    """

    name = "flownets"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        c, bn = self.config.channels, self.config.batch_norm
        self.conv1 = conv(2 * self.config.image_channels, c(64), 7, 2, batch_norm=bn)
        self.conv2 = conv(c(64), c(128), 5, 2, batch_norm=bn)
        self.conv3 = conv(c(128), c(256), 5, 2, batch_norm=bn)
        self.conv3_1 = conv(c(256), c(256), 3, batch_norm=bn)
        self.make_shared_layers()

    def forward(self, img1: Images, img2: Images) -> FlowOutput:
        """Estimate where the pixels of `img1` are in `img2`; see `Network`."""
        conv2 = self.conv2(self.conv1(torch.cat([*self.prepare(img1, img2)], dim=1)))
        return self.refine(conv2, self.conv3_1(self.conv3(conv2)), *img1.shape[-2:])


class FlowNetC(Network):
    """FlowNetCorr of Fischer et al., 2015; 39,174,330 parameters.

    The images go through three layers each, with shared weights, and are then compared patch by patch (figure 2,
    below). Features have an eighth of the images' size, and the correlation compares them over 20 of their pixels in
    steps of 2: over 160 pixels of the image in steps of 16. In training with `batch_norm` the two images are
    normalised together. Options are those of `NetworkConfig`.

    Example:
        >>> model = FlowNetC(width=0.25)
        >>> model(torch.rand(1, 3, 100, 200), torch.rand(1, 3, 100, 200)).flow.shape
        torch.Size([1, 2, 100, 200])
        >>> model.conv3_1[0].in_channels  # conv_redir's 32 / 4 and the correlation's 441
        449
    """

    name = "flownetc"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        c, bn = self.config.channels, self.config.batch_norm
        self.conv1 = conv(self.config.image_channels, c(64), 7, 2, batch_norm=bn)
        self.conv2 = conv(c(64), c(128), 5, 2, batch_norm=bn)
        self.conv3 = conv(c(128), c(256), 5, 2, batch_norm=bn)
        self.conv_redir = conv(c(256), c(32), 1, batch_norm=bn)
        self.corr = Correlation(kernel_size=1, max_displacement=20, stride1=1, stride2=2, pad_size=20)
        self.corr_activation = nn.LeakyReLU(SLOPE)
        self.conv3_1 = conv(c(32) + self.corr.geometry.side**2, c(256), 3, batch_norm=bn)
        self.make_shared_layers()

    def forward(self, img1: Images, img2: Images) -> FlowOutput:
        """Estimate where the pixels of `img1` are in `img2`; see `Network`."""
        conv2 = self.conv2(self.conv1(torch.cat([*self.prepare(img1, img2)])))  # one batch for both
        B, _, H, W = img1.shape
        return self.refine(conv2[:B], self.compare(self.conv3(conv2), B), H, W)

    def compare(self, conv3: Tensor, B: int) -> Tensor:
        """Compute conv3_1 from conv3 of the B first and the B second images."""
        conv3a, conv3b = conv3[:B], conv3[B:]  # not chunk: ONNX splits by fixed sizes
        cost = self.corr_activation(self.corr(conv3a, conv3b))
        return self.conv3_1(torch.cat([self.conv_redir(conv3a), cost], dim=1))


def check_images(img1: Tensor, img2: Tensor, channels: int) -> None:
    """Refuse what is not a pair of image batches."""
    if img1.shape != img2.shape or img1.ndim != 4 or img1.shape[1] != channels:
        shapes = f"{tuple(img1.shape)} and {tuple(img2.shape)}"
        raise ValueError(
            f"the network takes two batches of images, (B, {channels}, H, W) each, got {shapes}; "
            "flowlab.predict takes single images, NumPy arrays and grey ones"
        )
    if 0 in img1.shape[-2:]:
        raise ValueError(f"the images are empty: {tuple(img1.shape)}; height and width must be at least 1")
    if not (img1.is_floating_point() and img2.is_floating_point()):
        raise TypeError(
            f"the network takes floats in [0, 1], got {img1.dtype} and {img2.dtype}; divide by 255, or use "
            "flowlab.predict, which does"
        )
