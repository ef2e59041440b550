"""The energy of Horn and Schunck, term by term, over the iterations and over alpha."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

import flowlab
from flowlab.classical.constancy import constraint
from flowlab.classical.horn_schunck import relax
from flowlab_course.chapters.ch04.widgets.smoothing import ALPHAS, scene

Line = tuple[np.ndarray, np.ndarray, np.ndarray]  # Ix, Iy, It


def data_and_smoothness(w: np.ndarray, Ix: np.ndarray, Iy: np.ndarray, It: np.ndarray, alpha: float) -> list[float]:
    """Return the data term and the smoothness term of a flow (H, W, 2).

    Example:
        >>> flat = np.zeros((1, 2))
        >>> data_and_smoothness(np.array([[[0.0, 0.0], [3.0, 4.0]]]), flat, flat, flat + 1, alpha=2.0)
        [2.0, 25.0]
    """
    w = w.astype(float)
    residuals = (Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2
    differences = sum((np.diff(w, axis=axis) ** 2).sum() for axis in (0, 1))
    return [float(residuals.sum()), float(alpha**2 / 4 * differences)]


def energy_curve(line: Line, alpha: float, counts: Sequence[int], radius: float) -> Float[np.ndarray, "N 2"]:
    """Return data and smoothness term after each of these counts of iterations, from zero flow.

    ``radius`` is `relax`'s: 0 for Jacobi's iteration.
    """
    zero = np.zeros((*line[0].shape, 2), np.float32)
    flows = (relax(zero, *line, alpha=alpha, iterations=count, radius=radius) for count in counts)
    return np.array([data_and_smoothness(w, *line, alpha) for w in flows])


def best_alpha(name: str) -> float:
    """Return the alpha of the widget's slider whose flow has the least EPE in one of its scenes."""
    I1, I2, truth = scene(name)
    line, zero = constraint(I1, I2), np.zeros_like(truth)
    ends = {alpha: relax(zero, *line, alpha=alpha, iterations=1000, radius=0.98) for alpha in ALPHAS}
    return min(ALPHAS, key=lambda alpha: float(flowlab.epe(ends[alpha], truth)))
