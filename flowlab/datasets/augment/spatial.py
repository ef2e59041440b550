"""Spatial augmentation: the view of a crop on each frame, and the flow between two views.

A view is a 3 x 3 matrix T from a pixel (x, y, 1) of the crop to the point of the frame that is sampled for it:
``new(x) = frame(T x)``. Let T1 and T2 be the views of the two frames. Pixel x of the first crop shows the point T1 x of
frame 1. In frame 2 that point is at T1 x + w(T1 x), and the second crop shows it at pixel T2^-1 (T1 x + w(T1 x)). So

    new_flow(x) = T2^-1 (T1 x + w(T1 x)) - x

which is exact. Warping the flow like an image would be wrong: its vectors must be transformed, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.datasets.augment.config import AugmentConfig, SpatialConfig

MOTION_EDGE = 0.5  # px; at a motion boundary, interpolated and nearest flow differ by more


def view_matrix(
    size: tuple[int, int],
    frame_size: tuple[int, int],
    *,
    translation: Sequence[float | np.ndarray] = (0.0, 0.0),
    degrees: float | np.ndarray = 0.0,
    zoom: Sequence[float | np.ndarray] = (1.0, 1.0),
) -> Float[np.ndarray, "*N 3 3"]:
    """Return the view of a crop about the frame's middle: rotated, then translated, then zoomed.

    Args:
        size: Height and width of the crop.
        frame_size: Height and width of the frame.
        translation: Of the crop on the frame, right and down, in the crop's pixels.
        degrees: Clockwise rotation of the crop on the frame, which is flipped first; its content rotates the other way.
        zoom: Horizontal and vertical; above 1 enlarges, a negative value flips.

    Returns:
        3 x 3 float64, crop to frame; of N values each, N views.

    Example:
        >>> twice = view_matrix((3, 3), (5, 5), zoom=(2, 2))
        >>> (twice @ [0, 0, 1]).tolist()  # the crop's corner shows a point half as far out
        [1.5, 1.5, 1.0]
        >>> (twice @ [1, 1, 1]).tolist()  # its middle shows the middle
        [2.0, 2.0, 1.0]
    """
    (right, down), (zoom_x, zoom_y) = translation, zoom
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    cx, cy = (size[1] - 1) / 2, (size[0] - 1) / 2
    view = np.zeros((*np.shape(cos), 3, 3))
    view[..., 2, 2] = 1
    view[..., 0, 0], view[..., 0, 1] = cos / zoom_x, -sin / zoom_x
    view[..., 1, 0], view[..., 1, 1] = sin / zoom_y, cos / zoom_y
    view[..., 0, 2] = (frame_size[1] - 1) / 2 + (right - cos * cx + sin * cy) / zoom_x
    view[..., 1, 2] = (frame_size[0] - 1) / 2 + (down - sin * cx - cos * cy) / zoom_y
    return view


def fits(
    views: Float[np.ndarray, "N 3 3"], size: tuple[int, int], frame_size: tuple[int, int]
) -> Bool[np.ndarray, " N"]:
    """Return for each view whether the whole crop lies inside the frame, between its outermost pixels' centres."""
    right, bottom = size[1] - 1, size[0] - 1
    corners = np.array([[0, right, 0, right], [0, 0, bottom, bottom], [1, 1, 1, 1]], np.float64)
    points = views[:, :2] @ corners  # (N, 2, 4)
    limits = np.array([[frame_size[1] - 1], [frame_size[0] - 1]])
    return ((points >= -1e-6) & (points <= limits + 1e-6)).all(axis=(1, 2))


def draw_views(
    config: AugmentConfig,
    rng: np.random.Generator,
    size: tuple[int, int],
    frame_size: tuple[int, int],
    ramp: float = 1.0,
) -> tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3 3"]]:
    """Draw the views T1 and T2 of both frames, 3 x 3 float64 each.

    Of ``config.tries`` draws, the first whose crop lies inside the frame is used. If there is none, frame 1 is cropped
    in the middle without rotation and zoom, and frame 2 like frame 1. The crop must not be larger than the frame.
    """
    views = _draw_matrices(config.spatial, config.tries, rng, size, frame_size, frame_size, ramp)
    first = _first_that_fits(views, size, frame_size, view_matrix(size, frame_size))
    relative = _draw_matrices(config.relative_spatial, config.tries, rng, size, size, frame_size, ramp)
    return first, _first_that_fits(first @ relative, size, frame_size, first)


def view_flow(
    flow: Float[Tensor, "B 2 H W"],
    valid: Bool[Tensor, "B H W"],
    first: Float[np.ndarray, "B 3 3"],
    second: Float[np.ndarray, "B 3 3"],
    size: tuple[int, int],
) -> tuple[Float[Tensor, "B 2 h w"], Bool[Tensor, "B h w"]]:
    """Return the flow between two views.

    Where the flow is smooth, it is interpolated between pixels. At a motion boundary, interpolation would make motions
    that no object has: where it would change u or v by more than half a pixel, and beside unknown pixels, the flow of
    the nearest pixel is used. The new flow is known where that of the nearest pixel is known.

    Args:
        flow: Pixels, frame 1 to frame 2.
        valid: Mask of known flow.
        first: T1, from the crop to frame 1.
        second: T2, from the crop to frame 2.
        size: Height and width of the crop.

    Returns:
        The flow in the crop's pixels, 0 where it is unknown, and the mask of known flow.

    Example:
        >>> right = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 5, 5)
        >>> turned = view_matrix((3, 3), (5, 5), degrees=90)[None]
        >>> known = torch.ones(1, 5, 5, dtype=torch.bool)
        >>> view_flow(right, known, turned, turned, (3, 3))[0][0, :, 1, 1].round().tolist()  # right became up
        [0.0, -1.0]
    """
    back = np.linalg.inv(second)
    grid = sampling_grid(first, size, flow.shape[-2:], flow.device)
    all_known = flow.device.type == "cpu" and bool(valid.all())  # a GPU would wait here
    if not all_known:
        # Interpolation with a NaN is NaN: this finds pixels whose four neighbours are not all known.
        flow = flow.masked_fill(~valid[:, None], torch.nan)
    nearest, smooth = (F.grid_sample(flow, grid, mode, "border", True) for mode in ("nearest", "bilinear"))
    # hardshrink keeps differences above MOTION_EDGE: there w is the nearest flow, else the smooth.
    w = smooth - F.hardshrink(smooth - nearest, MOTION_EDGE)  # (B, 2, h, w): w(T1 x)
    w = w if all_known else torch.where(w.isnan(), nearest, w)
    moved = torch.from_numpy(back[:, :2, :2]).to(flow)[:, :, :, None, None]  # (B, 2, 2, 1, 1)
    new = torch.empty_like(w)
    for row, still in enumerate(_affine(back @ first - np.eye(3), size, flow.device)):
        new[:, row] = still.addcmul_(moved[:, row, 0], w[:, 0]).addcmul_(moved[:, row, 1], w[:, 1])
    if all_known:
        return new, torch.ones_like(w[:, 0], dtype=torch.bool)
    return new.nan_to_num_(0.0), ~w[:, 0].isnan()


def sampling_grid(
    views: Float[np.ndarray, "B 3 3"], size: tuple[int, int], frame_size: tuple[int, int], device: torch.device
) -> Float32[Tensor, "B h w xy"]:
    """Return the sampling points of crops as ``grid_sample`` (with align_corners) expects them, in [-1, 1]."""
    H, W = frame_size
    to_unit = np.diag([2 / max(W - 1, 1), 2 / max(H - 1, 1), 1.0])
    to_unit[:2, 2] = -1
    grid = torch.empty(len(views), *size, 2, device=device)
    for row, values in enumerate(_affine(to_unit @ views, size, device)):
        grid[..., row] = values
    return grid


def _affine(
    matrices: Float[np.ndarray, "B 3 3"], size: tuple[int, int], device: torch.device
) -> Iterator[Float32[Tensor, "B h w"]]:
    """Yield the first, then the second component of M (x, y, 1) at every pixel of a crop."""
    y, x = (torch.arange(side, dtype=torch.float32, device=device) for side in size)
    rows = torch.from_numpy(matrices[:, :2]).to(device, torch.float32)[..., None, None]  # (B, 2, 3, 1, 1)
    for row in (0, 1):
        a, b, c = rows[:, row].unbind(dim=1)  # (B, 1, 1) each
        yield (a * x + c) + b * y[:, None]  # a row and a column first: one pass over the crop


def _draw_matrices(config: SpatialConfig, count: int, rng, size, target_size, frame_size, ramp: float) -> np.ndarray:
    """Draw views from a crop of ``size`` to an image of ``target_size``, (count, 3, 3)."""
    unit = [[size[1]], [size[0]]] if config.translation_unit == "crop" else frame_size[1]
    shift = config.translation.sample(rng, (2, count), ramp) * unit
    degrees = config.rotation.sample(rng, (count,), ramp)
    zoom, squeeze = config.zoom.sample(rng, (count,), ramp), config.squeeze.sample(rng, (count,), ramp)
    flip = np.where(rng.random((2, count)) < [[config.flip_x], [config.flip_y]], -1.0, 1.0)
    zooms = flip[0] * zoom * squeeze, flip[1] * zoom / squeeze
    return view_matrix(size, target_size, translation=tuple(shift), degrees=degrees, zoom=zooms)


def _first_that_fits(views: np.ndarray, size, frame_size, otherwise: np.ndarray) -> np.ndarray:
    inside = fits(views, size, frame_size)
    return views[inside.argmax()] if inside.any() else otherwise
