"""Flows, images and masks as the caller has them, in NumPy's layout or in torch's: types, checks, conversions.

Inside ``flowlab.field`` a flow is a tensor (B, 2, H, W). A caller's NumPy array (H, W, 2) or (B, H, W, 2) is
viewed as one, without a copy where possible, and ``Layout`` records how to return the answer.
Masked pixels (``numpy.ma``) are NaN; a flow or a map computed from them is masked where it is NaN.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor

Number = float | np.number
UNKNOWN_ABOVE = 1e9  # px: Middlebury's convention for a pixel whose flow is unknown
Kind = TypeVar("Kind", np.ndarray, Tensor)
if TYPE_CHECKING:  # to a type checker all are one: a call takes and returns one kind
    from flowlab.field.arrays import Kind as FloatMap
    from flowlab.field.arrays import Kind as Flow
    from flowlab.field.arrays import Kind as Image
    from flowlab.field.arrays import Kind as Mask
    from flowlab.field.arrays import Kind as Resized
else:
    Flow = Float[np.ndarray, "*B H W 2"] | Float[Tensor, "*B 2 H W"]
    Mask = Bool[np.ndarray, "*B H W"] | Bool[Tensor, "*B H W"]
    FloatMap = Float[np.ndarray, "*B H W"] | Float[Tensor, "*B H W"]
    # (H, W), (H, W, C) or a batch of either; torch: (H, W), (C, H, W) or a batch of either.
    Image = Shaped[np.ndarray, "..."] | Shaped[Tensor, "..."]
    Resized = Float[np.ndarray, "*B newH newW 2"] | Float[Tensor, "*B 2 newH newW"]
FlowBatch = Float[Tensor, "B 2 H W"]
MaskBatch = Bool[Tensor, "B H W"]

_FLOW_SHAPES = {
    True: "(H, W, 2) or (B, H, W, 2) as a NumPy array",
    False: "(2, H, W) or (B, 2, H, W) as a tensor",
}
_IMAGE_SHAPES = {
    True: "(H, W), (H, W, C) or (B, H, W, C) as a NumPy array, with C = 1, 3 or 4",
    False: "(H, W), (C, H, W) or (B, C, H, W) as a tensor, with C = 1, 3 or 4",
}
_UNSIGNED = (torch.uint8, torch.uint16)
SLIVER = 8192  # of 65536 levels: an image of 12 bits uses 4096, and would be almost black


@dataclass(frozen=True)
class Layout:
    """Whether the caller's array is NumPy's, a batch, masked (``numpy.ma``); its shape for messages."""

    numpy: bool
    batched: bool
    shape: tuple[int, ...]
    masked: bool = False

    @property
    def grid(self) -> tuple[int, ...]:
        """The shape without its channels: that of a mask."""
        return self.shape[:-1] if self.numpy else (*self.shape[:-3], *self.shape[-2:])

    def give_image(self, batch: Shaped[Tensor, "B C H W"], *, no_channels: bool = False) -> Image:
        """Return (B, C, H, W) in the caller's layout: channels last for NumPy, no batch if it had none."""
        if no_channels:
            return self.give_map(batch[:, 0])
        image = batch if self.batched else batch[0]
        return self._array(image.movedim(-3, -1).contiguous()) if self.numpy else image

    def give_map(self, batch: Shaped[Tensor, "B H W"]) -> Shaped[np.ndarray, "*B H W"] | Shaped[Tensor, "*B H W"]:
        """Return (B, H, W) as the caller's kind."""
        values = batch if self.batched else batch[0]
        return self._array(values) if self.numpy else values

    def _array(self, values: Tensor) -> np.ndarray:
        array = values.numpy()
        return np.ma.masked_where(np.isnan(array), array) if self.masked and array.dtype.kind == "f" else array


def flow_batch(flow: Flow, name: str = "flow") -> tuple[FlowBatch, Layout]:
    """View a flow as (B, 2, H, W), with the layout for the answer; masked pixels are NaN.

    A TypeError if it is not an array of floating point, a ValueError if its shape is not a flow's or it is empty.
    """
    numpy = isinstance(flow, np.ndarray)
    tensor, shape = _tensor(filled(flow), name), tuple(flow.shape)
    if tensor.ndim not in (3, 4) or shape[-1 if numpy else -3] != 2:
        swapped = len(shape) in (3, 4) and shape[-3 if numpy else -1] == 2
        hint = f"; that is {'torch' if numpy else 'NumPy'}'s order of axes" if swapped else ""
        raise ValueError(f"{name} must be {_FLOW_SHAPES[numpy]}, got shape {shape}{hint}")
    if not tensor.is_floating_point():
        raise TypeError(f"{name} must be of floating point (float32), got {flow.dtype}; convert it")
    if 0 in shape:
        raise ValueError(f"{name} is empty: shape {shape}; height and width must be at least 1")
    layout = Layout(numpy, tensor.ndim == 4, shape, isinstance(flow, np.ma.MaskedArray))
    return _as_batch(tensor, layout), layout


def filled(flow: Kind) -> Kind:
    """Return a flow without a mask, with NaN for masked numbers; other arrays as they are."""
    masked = isinstance(flow, np.ma.MaskedArray) and flow.dtype.kind == "f"
    return flow.filled(np.nan) if masked else flow


def flow_pair(first: Flow, second: Flow, names: tuple[str, str]) -> tuple[FlowBatch, FlowBatch, Layout]:
    """View two flows as (B, 2, H, W).

    A ValueError gives both shapes if they differ, a TypeError both kinds.
    """
    a, layout = flow_batch(first, names[0])
    b, other = flow_batch(second, names[1])
    same_kind(layout.numpy, other.numpy, names)
    if layout.shape != other.shape:
        raise ValueError(f"{names[0]} and {names[1]} must have the same shape, got {layout.shape} and {other.shape}")
    return a, b, replace(layout, masked=layout.masked or other.masked)


def check_image(image: Image, name: str = "image") -> Layout:
    """Refuse an array that is not an image, and return the layout of one that is.

    An image is grey (H, W), or has 1 (grey), 3 (RGB) or 4 (RGB and alpha) channels, last in NumPy and first in torch,
    with or without a batch. Its values are uint8, uint16, or floats in [0, 1]; since noise and filters may exceed this
    range a little, floats from -0.5 to 1.5 pass. uint16 below an eighth of its range is warned of.
    No pixel may be masked. The error is a TypeError for another kind or dtype, else a ValueError.
    """
    numpy = isinstance(image, np.ndarray)
    if not numpy and not isinstance(image, Tensor):
        raise TypeError(f"{name} must be a NumPy array or a torch tensor, got {type(image).__name__}")
    shape = tuple(image.shape)
    if not (len(shape) == 2 or (len(shape) in (3, 4) and shape[-1 if numpy else -3] in (1, 3, 4))):
        raise ValueError(f"{name} must be {_IMAGE_SHAPES[numpy]}, got shape {shape}")
    if 0 in shape:
        raise ValueError(f"{name} is empty: shape {shape}; height, width and batch must be above 0")
    refuse_masked(image, name)
    if image.dtype.kind == "f" if numpy else image.is_floating_point():
        low, high = float(image.min()), float(image.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ValueError(f"{name} has NaN or infinite values; expected values in [0, 1]")
        if low < -0.5 or high > 1.5:
            what = f"{name} has floats from {low:.4g} to {high:.4g}"
            remedy = f"Divide by {white_of(high):g}, or give uint8"
            signed = f"If black is -1 and white is 1, give ({name} + 1) / 2"
            raise ValueError(f"{what}; expected values in [0, 1]. {remedy if low >= -0.5 else signed}")
    elif (image.dtype.kind, image.itemsize) not in (("u", 1), ("u", 2)) if numpy else image.dtype not in _UNSIGNED:
        expected = f"uint8 or uint16, or floats in [0, 1]: give {name} / 255, if 255 is white"
        raise TypeError(f"{name} is {image.dtype}; expected {expected}")
    elif image.itemsize == 2 and 0 < (brightest := int(image.max() if numpy else image.int().max())) < SLIVER:
        white = white_of(brightest)
        what = f"{name} is {image.dtype} with a brightest value of {brightest} of 65535, almost black"
        warnings.warn(f"{what}. If white is {white}, give {name} / {white}", stacklevel=4)
    return Layout(numpy, len(shape) == 4, shape)


def white_of(brightest: float) -> float:
    """Return the largest value of as many bits (8, 10, 12, 14 or 16) as a brightest value needs."""
    return next((2**bits - 1 for bits in (8, 10, 12, 14, 16) if brightest < 2**bits), brightest)


def rgb_batch(image: Image, name: str = "image") -> tuple[Float[Tensor, "B 3 H W"], Layout]:
    """View an image as RGB in [0, 1], with the caller's layout; errors as in ``check_image``.

    Grey is repeated on three channels, transparent parts stand on white, integers are divided by
    the largest of their type.
    """
    layout = check_image(image, name)
    pixels = _as_batch(_tensor(image, name), layout, no_channels=image.ndim == 2)
    if pixels.is_floating_point():
        pixels = pixels.to(torch.promote_types(pixels.dtype, torch.float32))
    else:
        pixels = pixels.float() / torch.iinfo(pixels.dtype).max
    if pixels.shape[1] == 4:
        color, alpha = pixels[:, :3], pixels[:, 3:]
        pixels = color * alpha + (1 - alpha)
    return pixels.expand(-1, 3, -1, -1), layout


def image_batch(image: Image, layout: Layout, name: str = "image") -> tuple[Shaped[Tensor, "B C H W"], bool]:
    """View an image that belongs to a flow as (B, C, H, W); the flag is True if it has no channels.

    It may have any number of channels and any dtype. A ValueError gives both shapes if height,
    width or batch differ from the flow's, a TypeError both kinds.
    """
    numpy = isinstance(image, np.ndarray)
    tensor, shape = _tensor(image, name), tuple(image.shape)
    same_kind(numpy, layout.numpy, (name, "flow"))
    no_channels = tensor.ndim == len(layout.grid)
    grid = shape if no_channels else Layout(numpy, layout.batched, shape).grid
    if 0 in shape or grid != layout.grid:
        raise ValueError(f"{name} of shape {shape} does not fit flow of shape {layout.shape}: batch, H and W differ")
    return _as_batch(tensor, layout, no_channels=no_channels), no_channels


def mask_batch(valid: Mask, layout: Layout, name: str = "valid") -> MaskBatch:
    """View a mask that belongs to a flow as (B, H, W).

    A TypeError if it is not bool or of the other library than the flow, a ValueError with both
    shapes if they differ.
    """
    tensor, shape = _tensor(valid, name), tuple(valid.shape)
    same_kind(isinstance(valid, np.ndarray), layout.numpy, (name, "flow"))
    if tensor.dtype != torch.bool:
        raise TypeError(f"{name} must be bool, got {valid.dtype}; write `{name} > 0` or the like")
    if shape != layout.grid:
        raise ValueError(f"{name} of shape {shape} does not fit flow of shape {layout.shape}: expected {layout.grid}")
    return tensor if layout.batched else tensor[None]


def without_masked(mask: MaskBatch, *flows: Flow) -> MaskBatch:
    """Return a mask that is also False where one of the flows is masked (``numpy.ma``)."""
    for flow in flows:
        if isinstance(flow, np.ma.MaskedArray):
            mask = mask & ~torch.from_numpy(np.ma.getmaskarray(flow).any(axis=-1))
    return mask


def known(flow: Float[np.ndarray, "H W 2"]) -> Bool[np.ndarray, "H W"]:
    """Return which pixels are known: neither component NaN nor beyond 1e9."""
    # Most flows have no unknown pixel, and two reductions are faster than a mask; NaN fails both.
    if flow.min() >= -UNKNOWN_ABOVE and flow.max() <= UNKNOWN_ABOVE:
        return np.ones(flow.shape[:2], np.bool_)
    u, v = flow[..., 0], flow[..., 1]
    return (np.abs(u) <= UNKNOWN_ABOVE) & (np.abs(v) <= UNKNOWN_ABOVE)


def same_kind(first_is_numpy: bool, second_is_numpy: bool, names: tuple[str, str]) -> None:
    """Refuse a NumPy array with a tensor: a conversion would hide a copy or a wrong axis order."""
    if first_is_numpy != second_is_numpy:
        kinds = ["a NumPy array" if numpy else "a tensor" for numpy in (first_is_numpy, second_is_numpy)]
        what = f"{names[0]} is {kinds[0]} but {names[1]} is {kinds[1]}"
        raise TypeError(f"{what}; give both as the same (NumPy has channels last, torch first)")


def _tensor(array: np.ndarray | Tensor, name: str) -> Tensor:
    """Return a tensor that shares the array's memory where possible, in its own axis order."""
    if isinstance(array, Tensor):
        return array
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} must be a NumPy array or a torch tensor, got {type(array).__name__}")
    refuse_masked(array, name)
    # torch cannot share read-only memory, negative strides or foreign byte order: those are copied.
    shareable = array.flags.writeable and array.dtype.isnative and all(s >= 0 for s in array.strides)
    return torch.from_numpy(array if shareable else array.astype(array.dtype.newbyteorder("=")))


def refuse_masked(array: np.ndarray | Tensor, name: str) -> None:
    """Refuse an array of ``numpy.ma`` with masked elements; the ValueError says how to fill them."""
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise ValueError(f"{name} has masked pixels; give them a value: {name}.filled(0)")


def _as_batch(tensor: Tensor, layout: Layout, *, no_channels: bool = False) -> Shaped[Tensor, "B C H W"]:
    if no_channels:
        tensor = tensor.unsqueeze(-3)
    elif layout.numpy:
        tensor = tensor.movedim(-1, -3)
    return tensor if layout.batched else tensor[None]
