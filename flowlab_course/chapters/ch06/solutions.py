"""Solutions of the exercises of chapter 06."""

import cv2
import numpy as np


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


def crop_apart(flow, corner1, corner2, height, width):
    """The flow between a crop of frame 1 at corner1 and one of frame 2 at corner2, corners (x, y)."""
    (x1, y1), (x2, y2) = corner1, corner2
    part = flow[y1 : y1 + height, x1 : x1 + width]
    return part + np.array([x1 - x2, y1 - y2])
