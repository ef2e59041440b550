"""Pairs with their truth, in one form, whatever they came in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8


class Pair(NamedTuple):
    """Two frames and what is known about the motion between them.

    Attributes:
        name: What the pair is called in its set.
        img1: (H, W, 3) uint8 RGB.
        img2: (H, W, 3) uint8 RGB.
        flow: (H, W, 2) float32 in pixels, from frame 1 to frame 2.
        valid: (H, W) bool, where the flow is known.
        occlusion: (H, W) bool, which pixels of frame 1 are hidden in frame 2; None where nobody says.
    """

    name: str
    img1: UInt8[np.ndarray, "H W 3"]
    img2: UInt8[np.ndarray, "H W 3"]
    flow: Float[np.ndarray, "H W 2"]
    valid: Bool[np.ndarray, "H W"]
    occlusion: Bool[np.ndarray, "H W"] | None = None


class Pairs:
    """The pairs of a data set, each read when it is asked for.

    Args:
        dataset: One of flowlab's data sets, any sequence of ``(img1, img2, flow, valid)`` in torch's layout or
            NumPy's, or of tuples with these names, such as ``SamplePair`` and the chairs' ``Sample``.

    Raises:
        TypeError: If it has no length or cannot be indexed.
        ValueError: If it is empty.

    Example:
        >>> from flowlab.datasets.samples import moving_disc
        >>> pairs = Pairs([moving_disc(8, 3)])
        >>> pairs.name, pairs[0].name, pairs[0].flow.shape
        ('pairs', 'disc of radius 8 px by 3 px', (128, 192, 2))
    """

    def __init__(self, dataset: Any) -> None:
        if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
            raise TypeError(
                f"a data set has a length and items by number, got {type(dataset).__name__}; give a list of pairs, a "
                "torch Dataset, or the name of one (see flowlab.evaluation.DATA)"
            )
        if not len(dataset):
            raise ValueError("the data set is empty: there is nothing to take a mean of")
        self.dataset = dataset
        self.name = str(getattr(dataset, "name", None) or "pairs")

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, i: int) -> Pair:
        """Read pair ``i``.

        Raises:
            ValueError: If it is no pair, or its parts differ in size; the message names it.
        """
        name, occlusion = f"{i:05d}", None
        # flowlab's data sets give bytes as they are on disk, and know more than four things about a pair.
        if hasattr(self.dataset, "read") and hasattr(self.dataset, "pairs"):
            files = self.dataset.pairs[i]
            name, item = files.name, self.dataset.read(i)
            if files.occlusion is not None:
                occlusion = self.dataset.occlusion(i)
        else:
            item = self.dataset[i]
        return as_pair(item, name, occlusion)

    def __iter__(self) -> Iterator[Pair]:
        return (self[i] for i in range(len(self)))


def pairs_of(dataset: Any) -> Pairs:
    """Return the pairs of a data set, or of the one that a name or a folder means (see ``open_data``)."""
    from flowlab.evaluation.data import open_data

    if isinstance(dataset, Pairs):
        return dataset
    return Pairs(open_data(dataset) if isinstance(dataset, str) or hasattr(dataset, "__fspath__") else dataset)


def as_pair(item: Any, name: str, occlusion: np.ndarray | None = None) -> Pair:
    """Bring an item of a data set into one form.

    Raises:
        ValueError: If it is no pair, or its parts differ in size.
    """
    if hasattr(item, "img1") and hasattr(item, "flow"):
        name = getattr(item, "name", name)
        occlusion = getattr(item, "occlusion", occlusion)
        item = (item.img1, item.img2, item.flow, getattr(item, "valid", None))
    if not isinstance(item, tuple | list) or len(item) not in (3, 4):
        raise ValueError(f"pair {name} is no (img1, img2, flow, valid), it is a {type(item).__name__}")
    img1, img2, flow, valid = (*item, None)[:4]
    img1, img2 = (_image(img, name) for img in (img1, img2))
    flow = np.ascontiguousarray(_last(flow, 2), np.float32)
    valid = np.ones(flow.shape[:2], bool) if valid is None else np.asarray(valid, bool)
    sizes = [part.shape[:2] for part in (img1, img2, flow, valid, *(() if occlusion is None else (occlusion,)))]
    if len(set(sizes)) != 1 or flow.shape[2:] != (2,):
        said = ", ".join(f"{h} x {w}" for h, w in sizes)
        raise ValueError(f"pair {name}: frames, flow (two channels) and masks must have one size, got {said}")
    return Pair(name, img1, img2, flow, valid, None if occlusion is None else np.asarray(occlusion, bool))


def _last(array: Any, channels: int) -> np.ndarray:
    """Return an array with its channels last; a tensor of torch's has them first."""
    first = isinstance(array, torch.Tensor)
    array = array.detach().cpu().numpy() if first else np.asarray(array)
    return np.moveaxis(array, 0, -1) if first and array.ndim == 3 and array.shape[0] == channels else array


def _image(img: Any, name: str) -> UInt8[np.ndarray, "H W 3"]:
    img = _last(img, 3)
    if img.ndim == 2:
        img = img[..., None].repeat(3, axis=2)
    if img.ndim != 3 or img.shape[2] != 3:
        raise ValueError(f"pair {name}: a frame is (H, W, 3) RGB or (H, W) grey, got shape {img.shape}")
    if img.dtype != np.uint8:
        img = (255 * img.clip(0, 1)).round().astype(np.uint8)
    return np.ascontiguousarray(img)
