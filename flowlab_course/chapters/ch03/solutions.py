"""Solutions of the exercises of chapter 03."""

import cv2
import numpy as np

import flowlab


def tensor(Ix, Iy, radius):
    """Sums of [[Ix Ix, Ix Iy], [Ix Iy, Iy Iy]] over squares of 2 radius + 1 pixels; (H, W, 2, 2)."""
    n = 2 * radius + 1

    def summed(f):
        return cv2.boxFilter(f, -1, (n, n), normalize=False, borderType=cv2.BORDER_CONSTANT)

    xx, xy, yy = summed(Ix * Ix), summed(Ix * Iy), summed(Iy * Iy)
    return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)


def kind(T, threshold):
    """2 for a corner, 1 for an edge, 0 for nothing; (H, W)."""
    return (np.linalg.eigvalsh(T) > threshold).sum(axis=-1)


def warping_step(I1, I2, w, solve):
    """A better flow (H, W, 2) than w; I1 and I2 are (H, W)."""
    back = flowlab.warp(I2, w, padding="border")
    Iy, Ix = np.gradient(back)
    return w + solve(Ix, Iy, back - I1)


def one_window(Ix, Iy, It, g):
    """The (u, v) with the least sum of g (Ix u + Iy v + It)^2 over one window; shape (2,)."""
    xx, xy, yy = (g * Ix * Ix).sum(), (g * Ix * Iy).sum(), (g * Iy * Iy).sum()
    xt, yt = (g * Ix * It).sum(), (g * Iy * It).sum()
    T = np.array([[xx, xy], [xy, yy]])
    return np.linalg.solve(T, [-xt, -yt])
