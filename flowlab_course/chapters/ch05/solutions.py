"""Solutions of the exercises of chapter 05."""

import numpy as np


def own_motion(background, chair):
    """The 3 x 3 matrix of the motion that the chair adds to the background's."""
    return np.linalg.inv(background) @ chair


def backward(matrix, height, width):
    """The flow (height, width, 2) from frame 2 back to frame 1, on frame 2's grid."""
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    back = points @ np.linalg.inv(matrix).T
    return (back - points)[..., :2]


def hidden(flow, layers1, layers2):
    """True where frame 2 does not show what frame 1 shows; (H, W)."""
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    return ~there | (layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] > layers1)


def compose(drawn1, drawn2, motions):
    """Frame 1 and frame 2, (H, W, 3) each, and the flow (H, W, 2)."""
    L, H, W = drawn1.shape[:3]
    y, x = np.mgrid[:H, :W]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    img1, img2, front = drawn1[0, ..., :3], drawn2[0, ..., :3], np.zeros((H, W), int)
    for i in range(1, L):
        alpha1, alpha2 = drawn1[i, ..., 3:], drawn2[i, ..., 3:]
        img1 = (1 - alpha1) * img1 + drawn1[i, ..., :3]
        img2 = (1 - alpha2) * img2 + drawn2[i, ..., :3]
        front[alpha1[..., 0] > 0.5] = i
    moved = (motions[front] @ points[..., None])[..., 0]
    flow = moved - points
    return img1, img2, flow[..., :2]


def heavy_tailed(z, power, reach, norm):
    """The shifts that the numbers z give, as many as z has, and their kurtosis."""
    shifts = np.sign(z) * np.abs(z) ** power * reach / norm
    kept = np.where(np.abs(shifts) <= reach, shifts, 0)
    standardised = (kept - kept.mean()) / kept.std()
    return kept, (standardised**4).mean()
