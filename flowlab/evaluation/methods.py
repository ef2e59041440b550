"""The methods that can be evaluated: networks, classical methods by name, any function; with or without '+v'."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from flowlab import classical
from flowlab.field import resize_flow
from flowlab.models import load_model, predict, shipped
from flowlab.models.predictor import OVERLAP, Size

Estimate = Callable[[np.ndarray, np.ndarray], np.ndarray]
ZERO = "zero"
REFINED = "+v"


@dataclass(frozen=True)
class Method:
    """A function from two images to a flow, with a name.

    Attributes:
        name: The name in tables.
        estimate: Takes both frames, (H, W, 3) uint8 RGB, returns (H, W, 2) in pixels.
        digest: Hash of a network's weights, which tells its results from those of other weights; "" for other methods.
    """

    name: str
    estimate: Estimate
    digest: str = ""

    def __call__(self, img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
        """Estimate the flow.

        Raises:
            ValueError: If the result is not a flow of the images' size.
        """
        flow = np.asarray(self.estimate(img1, img2))
        if flow.shape != (*img1.shape[:2], 2):
            raise ValueError(f"{self.name} returned shape {flow.shape}, expected {(*img1.shape[:2], 2)}")
        return flow


def method_of(
    model: Any,
    *,
    scale: float = 1.0,
    device: torch.device | str | None = None,
    tile: Size | None = None,
) -> Method:
    """Return the method of a network, a name or a function.

    Args:
        model: A network that takes two batches in [0, 1] and returns a flow or something with
            ``.flow``; a function of two images (H, W, 3) uint8; or a name: "zero", one of
            ``flowlab.classical.METHODS``, a network that is shipped, or its file. "+v" at a name's
            end refines the flow (``flowlab.classical.refine``), as the paper's '+v' does.
        scale: Enlarge the images by this factor, and scale the flow back: the paper takes 1.25 for FlowNetC.
        device: Device of a network that is given by name; None for the CPU.
        tile: Height and width of the tiles in which a network processes the images
            (``flowlab.predict``); None for whole images, if they fit into memory.

    Raises:
        ValueError: If the name is unknown, ``scale`` is not above 0, tiles are too small, or not for a network.
        TypeError: If ``model`` is none of these.

    Example:
        >>> method_of("dis+v").name, method_of("zero")(*np.zeros((2, 4, 5, 3), np.uint8)).shape
        ('dis+v', (4, 5, 2))
    """
    if not scale > 0:
        raise ValueError(f"scale must be above 0, got {scale}; 1.25 enlarges both sides by 25 %")
    refined = isinstance(model, str) and model.endswith(REFINED)
    if refined:
        model = model.removesuffix(REFINED)
    method = _plain(model, device, tile)
    name, estimate = method.name, method.estimate
    if tile is not None:
        if isinstance(model, Method) or not method.digest:
            raise ValueError(f"tiles are for networks, and {name} is not one; leave them out")
        if min(tile) <= OVERLAP:
            raise ValueError(f"tiles of {tile[0]}x{tile[1]} must be larger than their overlap of {OVERLAP} pixels")
        name = f"{name} in tiles of {tile[0]}x{tile[1]}"
    if scale != 1:
        name, estimate = f"{name} x {scale:g}", partial(_scaled, estimate, scale)
    if refined:
        name, estimate = name + REFINED, partial(_refined, estimate)
    return Method(name, estimate, method.digest)


def _plain(model: Any, device: torch.device | str | None, tile: Size | None) -> Method:
    """Return the method without refinement, at the images' own size."""
    if isinstance(model, Method):
        return model
    name = getattr(model, "__name__", type(model).__name__)
    if isinstance(model, str | Path):
        name = str(model)
        if name == ZERO:
            return Method(name, lambda img1, _: np.zeros((*img1.shape[:2], 2), np.float32))
        if name in classical.METHODS:
            return Method(name, partial(classical.run, name))
        if not Path(name).suffix and name not in shipped():
            known = ", ".join([ZERO, *classical.METHODS, *shipped()])
            raise ValueError(f"unknown method {name!r}; choose one of {known}, or give the file of a network")
        model = load_model(name, device=device or "cpu")
    if isinstance(model, nn.Module):
        return Method(name, partial(predict, model, tile=tile), _digest(model))
    if callable(model):
        return Method(name, model)
    raise TypeError(
        f"cannot judge a {type(model).__name__}: give a network, a function of two images, or a name such as 'dis'"
    )


def _scaled(estimate: Estimate, scale: float, img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
    H, W = img1.shape[:2]
    size = max(1, round(scale * W)), max(1, round(scale * H))
    large = (cv2.resize(img, size, interpolation=cv2.INTER_LINEAR) for img in (img1, img2))
    return resize_flow(np.ascontiguousarray(estimate(*large), np.float32), (H, W))


def _refined(estimate: Estimate, img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
    return classical.refine(img1, img2, estimate(img1, img2))


def _digest(model: nn.Module) -> str:
    sha = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        sha.update(name.encode())
        # Flat, so that channels last and scalars have the same order in memory as the rest.
        sha.update(tensor.detach().cpu().flatten().contiguous().view(torch.uint8).numpy().tobytes())
    return sha.hexdigest()[:16]
