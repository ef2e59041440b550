"""What chapter 03 measures: how lines cross, how noise scatters a window's result, and where depth jumps are."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

import flowlab
from flowlab.classical import lucas_kanade
from flowlab.classical.constancy import constraint, derivatives, grey_float
from flowlab.classical.lucas_kanade import solve_window
from flowlab.datasets.samples import Pair, moving_photograph
from flowlab_course.chapters.ch03.widgets import windows

RADIUS = 3  # px: a window of 7 x 7
AROUND = 5  # px more, so that slopes inside the window do not see the cut


def window(Ix: np.ndarray, Iy: np.ndarray, It: np.ndarray, place: tuple[int, int]) -> list[np.ndarray]:
    """Return slopes and change in time of the 7 x 7 pixels around a place (y, x)."""
    y, x = place
    return [f[y - RADIUS : y + RADIUS + 1, x - RADIUS : x + RADIUS + 1] for f in (Ix, Iy, It)]


def spread_of_lines(Ix: np.ndarray, Iy: np.ndarray, place: tuple[int, int]) -> float:
    """Return the circular standard deviation of the directions of a window's lines in degrees, weighted by slope.

    A line turned by 180 degrees is the same line.
    """
    a, b, _ = window(Ix, Iy, Ix, place)
    mean = np.average(np.exp(2j * np.arctan2(b, a)), weights=np.hypot(a, b))
    return float(np.degrees(np.sqrt(-2 * np.log(np.abs(mean))) / 2))


def distance_to_line(
    Ix: np.ndarray, Iy: np.ndarray, It: np.ndarray, motion: tuple[float, float]
) -> Float[np.ndarray, "H W"]:
    """Return the distance in pixels from a motion (u, v) to each pixel's line.

    The normal flow lies on the line and at right angles to it: this is also by how much it differs from the motion's
    part in its direction.
    """
    u, v = motion
    return np.abs(Ix * u + Iy * v + It) / np.hypot(Ix, Iy)


def least_squares(Ix: np.ndarray, Iy: np.ndarray, It: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the motion (u, v) of one window in which all weights are 1, and its structure tensor (2, 2)."""
    rows = np.stack([Ix.ravel(), Iy.ravel()], axis=1)
    return np.linalg.lstsq(rows, -It.ravel(), rcond=None)[0], rows.T @ rows


def solved_with_noise(
    pair: Pair, place: tuple[int, int], times: int = 200, *, only_in_time: bool = False
) -> tuple[np.ndarray, np.ndarray, Float[np.ndarray, "N 2"]]:
    """Solve the 7 x 7 window around a place without noise, and then with noise of one grey level in both frames.

    With ``only_in_time`` the noise changes It alone, and the slopes are those without noise.

    Returns:
        The motion without noise, the structure tensor without noise, and the motions with noise.
    """
    far = RADIUS + AROUND
    y, x = place
    grey = [grey_float(img)[y - far : y + far + 1, x - far : x + far + 1] for img in (pair.img1, pair.img2)]
    still = window(*constraint(*grey), (far, far))
    clean, T = least_squares(*still)
    rng = np.random.default_rng(0)
    results = []
    for _ in range(times):
        noisy = [g + rng.normal(0, 1 / 255, g.shape).astype(np.float32) for g in grey]
        Ix, Iy, It = window(*constraint(*noisy), (far, far))
        slopes = still[:2] if only_in_time else (Ix, Iy)
        results.append(least_squares(*slopes, It)[0])
    return clean, T, np.array(results)


def with_noise(pair: Pair, grey_levels: float) -> list[UInt8[np.ndarray, "H W 3"]]:
    """Return both frames with Gaussian noise of this standard deviation in grey levels."""
    rng = np.random.default_rng(0)
    frames = [img + rng.normal(0, grey_levels, img.shape) for img in (pair.img1, pair.img2)]
    return [frame.clip(0, 255).astype(np.uint8) for frame in frames]


def distance_to_jump(flow: np.ndarray, valid: np.ndarray, jump: float) -> Float[np.ndarray, "H W"]:
    """Return each pixel's distance in pixels to the nearest pair of neighbours whose flows differ by over ``jump`` px.

    Pixels without a known flow make no jump.
    """
    known = np.where(valid[..., None], flow, np.nan)
    here = np.zeros(valid.shape, bool)
    right, down = (np.linalg.norm(np.diff(known, axis=axis), axis=-1) > jump for axis in (1, 0))
    for side in (here[:, 1:], here[:, :-1]):
        side |= right
    for side in (here[1:], here[:-1]):
        side |= down
    return cv2.distanceTransform((~here).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _far_slide() -> Pair:
    """The cat that slides by 16 px."""
    return moving_photograph("chelsea", translation=(16.0, 0.0), size=(144, 208))


def after_many_steps(*steps: int) -> list[Float[np.ndarray, "H W 2"]]:
    """Return Lucas-Kanade's flow of the cat that slides by 16 px, at one level, after each of these counts of steps."""
    pair = _far_slide()
    return [lucas_kanade(pair.img1, pair.img2, levels=1, iterations=count).flow for count in steps]


def share_without_average(steps: int, sigma: float = 4.0) -> float:
    """Return the share of the same cat's pixels found to 1 px if the flow is not averaged before each step."""
    pair = _far_slide()
    I1, I2 = grey_float(pair.img1), grey_float(pair.img2)
    w = np.zeros_like(pair.flow)
    for _ in range(steps):
        w = w + solve_window(*constraint(I1, I2, w), sigma=sigma)
    return float((flowlab.epe_map(w, pair.flow)[pair.valid] < 1).mean())


def error_by_crossing(sigma: float) -> list[float]:
    """Return the mean EPE of the widget's scene without noise, in quarters by how parallel a window's lines are.

    The first quarter has the smallest ratio of the two eigenvalues. Pixels within 12 px of the disc's edge are left
    out: there a window holds two motions.
    """
    first, second, truth = windows.scene()
    Ix, Iy = derivatives(grey_float(first))
    xx, xy, yy = (cv2.GaussianBlur(f, (0, 0), sigma) for f in (Ix * Ix, Ix * Iy, Iy * Iy))
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    far = _far_from_the_edge()
    ratio = ((middle - half) / (middle + half + 1e-9))[far]
    error = flowlab.epe_map(lucas_kanade(first, second, sigma=sigma, levels=2).flow, truth)[far]
    return [float(part.mean()) for part in np.array_split(error[np.argsort(ratio)], 4)]


def _far_from_the_edge() -> Bool[np.ndarray, "H W"]:
    y, x = np.mgrid[: windows.SIZE[0], : windows.SIZE[1]]
    return np.abs(np.hypot(x - windows.CENTRE[0], y - windows.CENTRE[1]) - windows.RADIUS) > 12
