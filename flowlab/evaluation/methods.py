"""The methods that can be evaluated: networks, classical methods by name, any function; with suffixes such as '+v'."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from flowlab import classical
from flowlab.field import resize_flow
from flowlab.field.arrays import filled
from flowlab.models import load_model, predict, shipped
from flowlab.models.predictor import OVERLAP, Size

Estimate = Callable[[np.ndarray, np.ndarray], np.ndarray]
ZERO = "zero"
IMPORTED = re.compile(r"[A-Za-z_][\w.]+:[A-Za-z_]\w*")  # at least two letters before the colon: no drive of Windows
SUFFIXES = ("+flips", "+dis", "+fuse", "+v")  # in the order in which they may follow a name


@dataclass(frozen=True)
class Method:
    """A function from two images to a flow, with a name.

    Attributes:
        name: The name in tables.
        estimate: Takes both frames, (H, W, 3) uint8 RGB, returns (H, W, 2) in pixels.
        digest: Hash of a network's weights or of the file of "module:function"; "" for others.
    """

    name: str
    estimate: Estimate
    digest: str = ""

    def __call__(self, img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
        """Estimate the flow.

        Raises:
            ValueError: If the result is not a flow of the images' size.
        """
        flow = np.asarray(filled(self.estimate(img1, img2)))
        if flow.shape != (*img1.shape[:2], 2):
            raise ValueError(f"{self.name} returned shape {flow.shape}, expected {(*img1.shape[:2], 2)}")
        return flow


def method_of(
    model: Any,
    *,
    scale: float = 1.0,
    max_side: int | None = None,
    device: torch.device | str | None = None,
    tile: Size | None = None,
    dtype: torch.dtype | None = None,
) -> Method:
    """Return the method of a network, a name or a function.

    Args:
        model: A network that takes two batches in [0, 1] and returns a flow or something with
            ``.flow``; a function of two images (H, W, 3) uint8; or a name: "zero", one of
            ``flowlab.classical.METHODS``, a network that is shipped, or its file. "+v" at a name's
            end refines the flow (``flowlab.classical.refine``), as the paper's '+v' does.
        scale: Enlarge the images by this factor, and scale the flow back: the paper takes 1.25 for FlowNetC.
        max_side: Reduce images whose longer side is above so many pixels to that, and scale the flow back.
        device: Device of a network that is given by name; None for the CPU.
        tile: Height and width of the tiles in which a network processes the images
            (``flowlab.predict``); None for whole images, if they fit into memory.
        dtype: Precision of a network, such as torch.bfloat16; None for its own.

    Raises:
        ValueError: If the name is unknown, suffixes stand in another order, ``scale`` or ``max_side`` is out of
            range, or tiles are too small, or not for a network.
        TypeError: If ``model`` is none of these.
        ModuleNotFoundError: If the module of "module:name" is not there.

    Example:
        >>> method_of("dis+v").name, method_of("zero")(*np.zeros((2, 4, 5, 3), np.uint8)).shape
        ('dis+v', (4, 5, 2))
    """
    if not 0.01 <= scale <= 100:
        raise ValueError(f"scale must be from 0.01 to 100, got {scale}; 1.25 enlarges by 25 %")
    if max_side is not None and max_side < 1:
        raise ValueError(f"max_side must be at least 1 pixel, got {max_side}")
    model, suffixes = _split(model) if isinstance(model, str) else (model, [])
    method = _plain(model, device, tile, dtype)
    name, estimate = method.name, method.estimate
    is_network = isinstance(estimate, partial) and estimate.func is predict
    if tile is not None:
        if isinstance(model, Method) or not is_network:
            raise ValueError(f"tiles are for networks, and {name} is not one; leave them out")
        if min(tile) <= OVERLAP:
            raise ValueError(f"tiles of {tile[0]}x{tile[1]} must be larger than their overlap of {OVERLAP} pixels")
        name = f"{name} in tiles of {tile[0]}x{tile[1]}"
    if dtype is not None and is_network:
        name = f"{name} in {str(dtype).removeprefix('torch.')}"
    if scale != 1:
        name, estimate = f"{name} x {scale:g}", partial(_scaled, estimate, scale, None)
    if max_side is not None:
        name, estimate = f"{name} at {max_side} px", partial(_scaled, estimate, 1.0, max_side)
    for suffix in suffixes:
        name, estimate = name + suffix, partial(_AFTER[suffix], estimate)
    return Method(name, estimate, method.digest)


def _split(name: str) -> tuple[str, list[str]]:
    """Split a name from its suffixes: "dis+flips+v" into "dis" and ["+flips", "+v"]."""
    suffixes: list[str] = []
    for suffix in reversed(SUFFIXES):
        if name.endswith(suffix):
            name, suffixes = name.removesuffix(suffix), [suffix, *suffixes]
    if name.endswith(SUFFIXES) or {"+dis", "+fuse"} <= set(suffixes):
        order = "each once, in the order +flips, +dis or +fuse, +v"
        raise ValueError(f"cannot use the suffixes of {name + ''.join(suffixes)!r}: {order}")
    return name, suffixes


def _plain(model: Any, device: torch.device | str | None, tile: Size | None, dtype: torch.dtype | None) -> Method:
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
        if IMPORTED.fullmatch(name) and not Path(name).exists():
            model = _imported(name)
        elif not Path(name).suffix and name not in shipped():
            known = ", ".join([ZERO, *classical.METHODS, *shipped()])
            raise ValueError(
                f"unknown method {name!r}; choose one of {known}, or give the file of a network, or module:function"
            )
        else:
            model = load_model(name, device=device or "cpu")
    if isinstance(model, nn.Module):
        return Method(name, partial(predict, model, tile=tile, dtype=dtype), _digest(model))
    if callable(model):
        file = getattr(sys.modules.get(name.partition(":")[0]), "__file__", "") if ":" in name else ""
        digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16] if file else ""
        return Method(name, model, digest)
    raise TypeError(
        f"cannot judge a {type(model).__name__}: give a network, a function of two images, or a name such as 'dis'"
    )


def _imported(name: str) -> Any:
    """Import "module:name", also from the current folder."""
    module, _, attribute = name.partition(":")
    if "" not in sys.path and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        raise ValueError(f"there is no module {module!r}, here or among the installed packages")
    found = getattr(importlib.import_module(module), attribute, None)
    if found is None:
        raise ValueError(f"the module {module} has no {attribute!r}")
    if isinstance(found, type) or not callable(found):
        raise ValueError(f"{name} is {found!r:.80}; it must be a function of two images, or a network")
    return found


def _scaled(estimate: Estimate, scale: float, max_side: int | None, img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
    H, W = img1.shape[:2]
    scale = min(scale, max_side / max(H, W)) if max_side else scale
    if scale == 1:
        return estimate(img1, img2)
    size = max(1, round(scale * W)), max(1, round(scale * H))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR  # area: without it fine texture aliases
    large = (cv2.resize(img, size, interpolation=how) for img in (img1, img2))
    return resize_flow(np.ascontiguousarray(estimate(*large), np.float32), (H, W))


def _flipped(estimate: Estimate, img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
    """Average the flows of the pair as it is, mirrored, upside down and both."""
    total = np.zeros((*img1.shape[:2], 2), np.float32)
    for sign_x, sign_y in product((1, -1), repeat=2):
        flips = slice(None, None, sign_y), slice(None, None, sign_x)
        flow = estimate(*(np.ascontiguousarray(img[flips]) for img in (img1, img2)))
        total += np.float32((sign_x, sign_y)) * flow[flips]
    return total / 4


def _fused(estimate: Estimate, img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
    directions = (img1, img2), (img2, img1)
    flows = [estimate(*pair) for pair in directions]
    closer = [classical.run("dis", *pair, initial=flow) for pair, flow in zip(directions, flows, strict=True)]
    alone = [classical.run("dis", *pair) for pair in directions]
    return classical.fuse(img1, img2, [flows, closer, alone])


_AFTER: dict[str, Callable[..., np.ndarray]] = {
    "+flips": _flipped,
    "+dis": lambda estimate, a, b: classical.run("dis", a, b, initial=estimate(a, b)),
    "+fuse": _fused,
    "+v": lambda estimate, a, b: classical.refine(a, b, estimate(a, b)),
}  # in the order of SUFFIXES


def _digest(model: nn.Module) -> str:
    sha = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        sha.update(name.encode())
        # Flat, so that channels last and scalars have the same order in memory as the rest.
        sha.update(tensor.detach().cpu().flatten().contiguous().view(torch.uint8).numpy().tobytes())
    return sha.hexdigest()[:16]
