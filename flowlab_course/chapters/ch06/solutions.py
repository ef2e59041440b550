"""Solutions of the exercises of chapter 06."""

import cv2
import numpy as np

import flowlab


def turned(vectors, degrees, zoom):
    """What vectors (..., 2) become when both frames turn clockwise by degrees and grow by zoom."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[c, -s], [s, c]])
    return zoom * vectors @ turn.T


def turn_flow(flow, degrees):
    """The flow (H, W, 2) after both frames were turned by degrees, as OpenCV counts: counter-clockwise."""
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    moved = cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
    return moved @ matrix[:, :2].T


def between_views(w, T1, T2, height, width):
    """The flow (height, width, 2) between the views T1 and T2 of a pair with flow w."""
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    shown = points @ T1.T
    column, row = np.moveaxis(np.rint(shown[..., :2]).astype(int), -1, 0)
    arrives = shown.copy()
    arrives[..., :2] += w[row, column]
    return (arrives @ np.linalg.inv(T2).T - points)[..., :2]


def grown(root, split, transform):
    """By how many grey levels the mean photometric error of each pair of a split grows under transform, (n,)."""

    def mean_error(sample):
        img1, img2, flow = (part.permute(1, 2, 0).numpy() for part in sample[:3])
        difference = 255 * np.abs(flowlab.warp(img2, flow) - img1).mean(axis=-1)
        return difference[flowlab.inside(flow)].mean()

    before = [mean_error(sample) for sample in flowlab.datasets.FlyingChairs(root, split)]
    after = [mean_error(sample) for sample in flowlab.datasets.FlyingChairs(root, split, transform)]
    return np.subtract(after, before)
