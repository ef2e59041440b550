"""Solutions of the exercises of chapter 04."""

import cv2
import numpy as np

import flowlab


def step(w, Ix, Iy, It, alpha):
    """The next flow (H, W, 2): the neighbours' mean, moved towards each pixel's line."""
    edged = np.pad(w, ((1, 1), (1, 1), (0, 0)), mode="edge")
    mean = (edged[:-2, 1:-1] + edged[2:, 1:-1] + edged[1:-1, :-2] + edged[1:-1, 2:]) / 4
    residual = (Ix * mean[..., 0] + Iy * mean[..., 1] + It) / (alpha**2 + Ix**2 + Iy**2)
    return mean - residual[..., None] * np.stack([Ix, Iy], axis=-1)


def weight(s, e):
    """The weight of a residual s (any array) under Charbonnier's penalty with constant e."""
    return 1 / np.sqrt(1 + s**2 / e**2)


def descend(pyramid1, pyramid2, improve):
    """The flow of the finest level, (H, W, 2), from the coarsest upwards."""
    w = np.zeros((*pyramid1[-1].shape, 2), np.float32)
    for I1, I2 in zip(pyramid1[::-1], pyramid2[::-1], strict=True):
        w = improve(I1, I2, flowlab.resize_flow(w, I1.shape))
    return w


def block_match(I1, I2, reach, radius):
    """The whole-pixel flow (H, W, 2) with the least mean absolute difference over a block."""
    wide = np.pad(I2, reach, mode="edge")
    (H, W), n = I1.shape, 2 * radius + 1
    least, flow = np.full((H, W), np.inf), np.zeros((H, W, 2))
    for v in range(-reach, reach + 1):
        for u in range(-reach, reach + 1):
            moved = wide[reach + v : reach + v + H, reach + u : reach + u + W]
            error = cv2.blur(np.abs(I1 - moved), (n, n))
            better = error < least
            least[better], flow[better] = error[better], (u, v)
    return flow


def energy(w, Ix, Iy, It, alpha):
    """The data term plus the smoothness term of the flow w, (H, W, 2); one number."""
    data = ((Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2).sum()
    right = ((w[:, 1:] - w[:, :-1]) ** 2).sum()
    down = ((w[1:] - w[:-1]) ** 2).sum()
    return data + alpha**2 / 4 * (right + down)
