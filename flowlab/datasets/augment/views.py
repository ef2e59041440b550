"""Where a crop lies on each frame, and what becomes of the flow.

A view is a 3 x 3 matrix T that takes a pixel (x, y, 1) of the crop to the place in the frame where it looks; the new
frame is ``new(x) = frame(T x)``. With T1 and T2 for the two frames, a pixel x of the first crop shows what is at
T1 x in frame 1; that went to T1 x + w(T1 x) in frame 2; and there the second crop sees it at T2^-1 of it. Hence

    new_flow(x) = T2^-1 (T1 x + w(T1 x)) - x

which is exact: a view of a flow is not a picture of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.datasets.augment.config import AugmentConfig, Number, ViewConfig

MOTION_EDGE = 0.5  # px: where interpolation moves a vector farther from its nearest pixel's, a motion ends there


def view_matrix(
    size: tuple[int, int],
    frame_size: tuple[int, int],
    *,
    translation: tuple[Number, Number] = (0.0, 0.0),
    degrees: Number = 0.0,
    zoom: tuple[Number, Number] = (1.0, 1.0),
) -> Float[np.ndarray, "3 3"]:
    """Return the view of a crop about the middle of the frame: turned, then moved, then zoomed.

    Args:
        size: Height and width of the crop.
        frame_size: Height and width of what it looks at.
        translation: Right and down, in the crop's pixels, of the place that it looks at.
        degrees: Turns the crop on the frame, clockwise on the screen; what it shows turns the other way.
        zoom: Horizontal and vertical; above 1 things grow, negative flips.

    Returns:
        3 x 3 float64, crop to frame.

    Example:
        >>> twice = view_matrix((3, 3), (5, 5), zoom=(2, 2))
        >>> (twice @ [0, 0, 1]).tolist()  # the crop's corner looks at a place half as far from the middle
        [1.5, 1.5, 1.0]
    """
    values = (translation[0], translation[1], degrees, zoom[0], zoom[1])
    return _matrices(*(np.array([v], np.float64) for v in values), size, frame_size)[0]


def fits(
    views: Float[np.ndarray, "N 3 3"], size: tuple[int, int], frame_size: tuple[int, int]
) -> Bool[np.ndarray, " N"]:
    """Say for which views the whole crop lies inside the frame, between its outermost pixels' centres."""
    right, bottom = size[1] - 1, size[0] - 1
    corners = np.array([[0, right, 0, right], [0, 0, bottom, bottom], [1, 1, 1, 1]], np.float64)
    seen = views[:, :2] @ corners  # (N, 2, 4)
    limits = np.array([[frame_size[1] - 1], [frame_size[0] - 1]])
    return ((seen >= -1e-6) & (seen <= limits + 1e-6)).all(axis=(1, 2))


def draw_views(
    config: AugmentConfig,
    rng: np.random.Generator,
    size: tuple[int, int],
    frame_size: tuple[int, int],
    ramp: Number = 1.0,
) -> tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3 3"]]:
    """Draw the views of both frames.

    Of ``config.tries`` draws the first is taken whose crop lies inside. If none does, frame 1 is looked at in the
    middle, straight and unzoomed; frame 2 as frame 1 is. The crop must be no larger than the frame.

    Returns:
        (T1, T2), 3 x 3 float64 each.

    Example:
        >>> T1, T2 = draw_views(AugmentConfig(), np.random.default_rng(0), (320, 448), (384, 512))
        >>> fits(np.stack([T1, T2]), (320, 448), (384, 512)).tolist()
        [True, True]
    """
    views = _draw(config.view, config.tries, rng, size, frame_size, frame_size, ramp)
    first = _first_that_fits(views, size, frame_size)
    if first is None:
        first = view_matrix(size, frame_size)
    within = _draw(config.relative, config.tries, rng, size, size, frame_size, ramp)
    second = _first_that_fits(first @ within, size, frame_size)
    return first, first if second is None else second


def view_flow(
    flow: Float[Tensor, "B 2 H W"],
    valid: Bool[Tensor, "B H W"],
    first: Float[np.ndarray, "B 3 3"],
    second: Float[np.ndarray, "B 3 3"],
    size: tuple[int, int],
) -> tuple[Float[Tensor, "B 2 h w"], Bool[Tensor, "B h w"]]:
    """Return the flow between two views.

    Between pixels the flow is interpolated where it is smooth. Where that would change u or v by more than half a pixel
    from the nearest pixel's, at the edge of a motion, it would make motions that nothing has: there, and beside unknown
    pixels, the nearest pixel's is taken. A pixel is known where its nearest one is.

    Args:
        flow: Pixels, frame 1 to frame 2.
        valid: Where it is known.
        first: T1, crop to frame 1.
        second: T2, crop to frame 2.
        size: Height and width of the crop.

    Returns:
        The flow in the crop's pixels, 0 where it is not known; and where it is known.

    Example:
        >>> right = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 5, 5)
        >>> turned = view_matrix((3, 3), (5, 5), degrees=90)[None]
        >>> known = torch.ones(1, 5, 5, dtype=torch.bool)
        >>> view_flow(right, known, turned, turned, (3, 3))[0][0, :, 1, 1].round().tolist()  # right became up
        [0.0, -1.0]
    """
    back = np.linalg.inv(second)
    grid = sampling_grid(first, size, flow.shape[-2:], flow.device)
    all_known = flow.device.type == "cpu" and bool(valid.all())  # on a GPU the question would hold up the work
    if not all_known:
        # NaN spreads to whatever it touches, and so finds the pixels whose four neighbours are not all known.
        flow = flow.masked_fill(~valid[:, None], torch.nan)
    nearest, smooth = (F.grid_sample(flow, grid, mode, "border", True) for mode in ("nearest", "bilinear"))
    # What is left of the difference where it is larger than MOTION_EDGE, else 0.
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
    """Return where crops look as ``grid_sample`` (with align_corners) wants it: from -1 to 1 in the frame."""
    H, W = frame_size
    to_unit = np.diag([2 / max(W - 1, 1), 2 / max(H - 1, 1), 1.0])
    to_unit[:2, 2] = -1
    grid = torch.empty(len(views), *size, 2, device=device)
    for row, place in enumerate(_affine(to_unit @ views, size, device)):
        grid[..., row] = place
    return grid


def _affine(
    matrices: Float[np.ndarray, "B 3 3"], size: tuple[int, int], device: torch.device
) -> Iterator[Float32[Tensor, "B h w"]]:
    """Yield the first, then the second component of M (x, y, 1) at every pixel of a crop."""
    y, x = (torch.arange(side, dtype=torch.float32, device=device) for side in size)
    rows = torch.from_numpy(matrices[:, :2]).to(device, torch.float32)[..., None, None]  # (B, 2, 3, 1, 1)
    for row in (0, 1):
        a, b, c = rows[:, row].unbind(dim=1)  # (B, 1, 1) each
        yield (a * x + c) + b * y[:, None]  # a row and a column first: one pass over the picture


def _draw(config: ViewConfig, count: int, rng, size, seen_size, frame_size, ramp: Number) -> np.ndarray:
    """Draw views from a crop of ``size`` onto something of ``seen_size``, (count, 3, 3)."""
    shift = config.translation.sample(rng, (2, count), ramp)
    if config.translation_unit == "crop":
        shift *= np.array([[size[1]], [size[0]]])
    else:
        shift *= frame_size[1]
    degrees = config.rotation.sample(rng, (count,), ramp)
    zoom, squeeze = config.zoom.sample(rng, (count,), ramp), config.squeeze.sample(rng, (count,), ramp)
    flip = np.where(rng.random((2, count)) < [[config.flip_x], [config.flip_y]], -1.0, 1.0)
    return _matrices(*shift, degrees, flip[0] * zoom * squeeze, flip[1] * zoom / squeeze, size, seen_size)


def _matrices(right, down, degrees, zoom_x, zoom_y, size, seen_size) -> np.ndarray:
    """Centre, turn, move, zoom, and centre on what is seen: (N, 3, 3) from N values each."""
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    cx, cy = (size[1] - 1) / 2, (size[0] - 1) / 2
    matrices = np.zeros((len(cos), 3, 3))
    matrices[:, 2, 2] = 1
    matrices[:, 0, 0], matrices[:, 0, 1] = cos / zoom_x, -sin / zoom_x
    matrices[:, 1, 0], matrices[:, 1, 1] = sin / zoom_y, cos / zoom_y
    matrices[:, 0, 2] = (seen_size[1] - 1) / 2 + (right - cos * cx + sin * cy) / zoom_x
    matrices[:, 1, 2] = (seen_size[0] - 1) / 2 + (down - sin * cx - cos * cy) / zoom_y
    return matrices


def _first_that_fits(views: np.ndarray, size, frame_size) -> np.ndarray | None:
    inside = fits(views, size, frame_size)
    return views[inside.argmax()] if inside.any() else None
