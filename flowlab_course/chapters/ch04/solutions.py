"""Solutions of the exercises of chapter 04."""

import numpy as np

import flowlab


def step(w, Ix, Iy, It, alpha):
    """The next flow (H, W, 2): the neighbours' mean, moved towards each pixel's line."""
    edged = np.pad(w, ((1, 1), (1, 1), (0, 0)), mode="edge")
    mean = (edged[:-2, 1:-1] + edged[2:, 1:-1] + edged[1:-1, :-2] + edged[1:-1, 2:]) / 4
    miss = (Ix * mean[..., 0] + Iy * mean[..., 1] + It) / (alpha**2 + Ix**2 + Iy**2)
    return mean - miss[..., None] * np.stack([Ix, Iy], axis=-1)


def weight(s, e):
    """The weight of a miss s (any array) under Charbonnier's penalty with constant e."""
    return 1 / np.sqrt(1 + s**2 / e**2)


def climb(pyramid1, pyramid2, improve):
    """The flow of the finest level, (H, W, 2), from the coarsest upwards."""
    w = np.zeros((*pyramid1[-1].shape, 2), np.float32)
    for I1, I2 in zip(pyramid1[::-1], pyramid2[::-1], strict=True):
        w = improve(I1, I2, flowlab.resize_flow(w, I1.shape))
    return w
