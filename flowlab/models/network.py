"""What FlowNetS and FlowNetC share: the images' preparation, the layers from conv4 on, and the refinement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.models.config import CHAIRS_MEAN, NetworkConfig
from flowlab.models.layers import FlowOutput, conv, deconv, initialise, predict_flow, upsample_flow

MULTIPLE = 64  # conv6 has one pixel for 64 x 64 of the image

Images = Float[Tensor, "B C H W"]
Prepared = Float[Tensor, "B C Hp Wp"]  # without their mean, height and width multiples of 64


class Network(nn.Module):
    """A FlowNet without its first layers, which FlowNetS and FlowNetC add, each its own.

    Args:
        width: As for `NetworkConfig`, and so are the others.
        batch_norm: Normalise after each convolution of the contracting part.
        predict_bias: Give the predictions a bias.
        deconv_bias: Give the upconvolutions a bias.
        upsample_bias: Give the upsamplings of a flow a bias.
        image_channels: Channels of each of the two inputs.
        mean: Subtracted from the images: numbers, "pair" or "image".
        fit: "pad" or "resize", for sides that 64 does not divide.
        flow_scale: Pixels that the network calls 1.

    Raises:
        ValueError: If a choice is out of its range.
    """

    name: str  # in files

    def __init__(
        self,
        *,
        width: float | int = 1.0,
        batch_norm: bool = False,
        predict_bias: bool = True,
        deconv_bias: bool = False,
        upsample_bias: bool = False,
        image_channels: int = 3,
        mean: float | int | Sequence[float] | Literal["pair", "image"] = CHAIRS_MEAN,
        fit: Literal["pad", "resize"] = "pad",
        flow_scale: float | int = 20.0,
    ) -> None:
        super().__init__()
        self.config = NetworkConfig(
            width, batch_norm, predict_bias, deconv_bias, upsample_bias, image_channels, mean, fit, flow_scale
        )
        self._means: dict[tuple[torch.device, torch.dtype], Tensor] = {}
        self.metadata: dict[str, str] = {}  # where the weights come from, as their file says
        self.make_first_layers()
        self.make_contracting_part()
        self.make_refinement()
        initialise(self)
        self.to(memory_format=torch.channels_last)  # twice as fast on a CPU, in training and after

    def make_first_layers(self) -> None:
        """Add conv1 to conv3_1."""
        raise NotImplementedError

    def make_contracting_part(self) -> None:
        """Add conv4 to conv6_1."""
        c, bn = self.config.channels, self.config.batch_norm
        self.conv4 = conv(c(256), c(512), 3, 2, batch_norm=bn)
        self.conv4_1 = conv(c(512), c(512), 3, batch_norm=bn)
        self.conv5 = conv(c(512), c(512), 3, 2, batch_norm=bn)
        self.conv5_1 = conv(c(512), c(512), 3, batch_norm=bn)
        self.conv6 = conv(c(512), c(1024), 3, 2, batch_norm=bn)
        self.conv6_1 = conv(c(1024), c(1024), 3, batch_norm=bn)

    def make_refinement(self) -> None:
        """Add predict_flow6 to predict_flow2, and between each two what leads from one to the next."""
        c, config = self.config.channels, self.config
        skips = {5: c(512), 4: c(512), 3: c(256), 2: c(128)}
        ups = {5: c(512), 4: c(256), 3: c(128), 2: c(64)}
        features = c(1024)
        for level in (5, 4, 3, 2):
            setattr(self, f"deconv{level}", deconv(features, ups[level], bias=config.deconv_bias))
            setattr(self, f"predict_flow{level + 1}", predict_flow(features, bias=config.predict_bias))
            setattr(self, f"upsampled_flow{level + 1}_to_{level}", upsample_flow(bias=config.upsample_bias))
            features = skips[level] + ups[level] + 2
        self.predict_flow2 = predict_flow(features, bias=config.predict_bias)

    def forward(self, img1: Images, img2: Images) -> FlowOutput:
        """Estimate where the pixels of `img1` are in `img2`.

        Args:
            img1: RGB in [0, 1], any height and width from 1 up, floating point.
            img2: The same, of the same shape.

        Returns:
            The flow at the images' size and the five predictions that it grew from, at least float32.

        Raises:
            ValueError: If the shapes differ, or are no images'.
            TypeError: If the images are not of floating point.
        """
        check_images(img1, img2, self.config.image_channels)
        H, W = img1.shape[-2:]
        raw = self.refine(self.contract(*self.prepare(img1, img2)))
        # bfloat16 has 8 bits: at 100 pixels it could not tell one from the next.
        raw = [flow.to(torch.promote_types(flow.dtype, torch.float32)) for flow in raw]
        pyramid = tuple(flow * (self.config.flow_scale / 2 ** (level + 2)) for level, flow in enumerate(raw))
        return FlowOutput(self.at_size(raw[0] * self.config.flow_scale, H, W), pyramid)

    def prepare(self, img1: Images, img2: Images) -> tuple[Prepared, Prepared]:
        """Subtract the mean, and make 64 divide height and width."""
        mean = self.config.mean
        if isinstance(mean, str):
            levels = [image.mean((-2, -1), keepdim=True) for image in (img1, img2)]
            if mean == "pair":
                levels = [(levels[0] + levels[1]) / 2] * 2
        else:
            levels = [self.mean_like(img1)] * 2
        return self.fitted(img1 - levels[0]), self.fitted(img2 - levels[1])

    def mean_like(self, image: Tensor) -> Tensor:
        """Give the mean as a tensor beside an image; copied there once, for a CUDA graph may not wait for a copy."""
        if torch.compiler.is_compiling():
            return image.new_tensor(self.config.mean).view(-1, 1, 1)
        kind = image.device, image.dtype
        if kind not in self._means:
            with torch.inference_mode(False):
                self._means[kind] = torch.tensor(self.config.mean, device=kind[0], dtype=kind[1]).view(-1, 1, 1)
        return self._means[kind]

    def fitted(self, images: Images) -> Prepared:
        """Round height and width up to multiples of 64."""
        H, W = images.shape[-2:]
        # Not -(-side // 64): ONNX divides towards zero.
        down, right = ((side + MULTIPLE - 1) // MULTIPLE * MULTIPLE - side for side in (H, W))
        if self.config.fit == "resize":
            return F.interpolate(images, size=(H + down, W + right), mode="bilinear", align_corners=False)
        if not torch.compiler.is_compiling() and down == right == 0:
            return images
        return F.pad(images, (0, right, 0, down), mode="replicate")

    def at_size(self, flow: Tensor, H: int, W: int) -> Tensor:
        """Bring a flow at a quarter of the size, in pixels of the prepared images, back to the images' own."""
        if self.config.fit == "pad":
            return F.interpolate(flow, scale_factor=4.0, mode="bilinear", align_corners=False)[..., :H, :W]
        height, width = 4 * flow.shape[-2], 4 * flow.shape[-1]
        flow = F.interpolate(flow, size=(H, W), mode="bilinear", align_corners=False)
        return torch.stack([flow[:, 0] * (W / width), flow[:, 1] * (H / height)], dim=1)

    def contract(self, a: Prepared, b: Prepared) -> list[Tensor]:
        """Compute the features that the refinement reads: conv2, conv3_1, conv4_1, conv5_1 and conv6_1."""
        conv2, conv3_1 = self.first_layers(a, b)
        conv4_1 = self.conv4_1(self.conv4(conv3_1))
        conv5_1 = self.conv5_1(self.conv5(conv4_1))
        conv6_1 = self.conv6_1(self.conv6(conv5_1))
        return [conv2, conv3_1, conv4_1, conv5_1, conv6_1]

    def first_layers(self, a: Prepared, b: Prepared) -> tuple[Tensor, Tensor]:
        """Compute conv2 and conv3_1 from two prepared images."""
        raise NotImplementedError

    def refine(self, features: list[Tensor]) -> list[Tensor]:
        """Predict flows from coarse to fine, in units of `flow_scale` pixels of the image; the finest comes first."""
        x, flows = features[-1], []
        for level, skip in zip((6, 5, 4, 3), features[-2::-1], strict=True):
            flow = getattr(self, f"predict_flow{level}")(x)
            up = getattr(self, f"upsampled_flow{level}_to_{level - 1}")(flow)
            x = torch.cat([skip, getattr(self, f"deconv{level - 1}")(x), up], dim=1)
            flows.append(flow)
        return [self.predict_flow2(x), *reversed(flows)]


def check_images(img1: Tensor, img2: Tensor, channels: int) -> None:
    """Refuse what is no pair of images, in words.

    Raises:
        ValueError: If the shapes differ, or are no images'.
        TypeError: If the images are not of floating point.
    """
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
