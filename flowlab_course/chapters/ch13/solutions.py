"""Solutions of the exercises of chapter 13: what course.solution shows."""

import numpy as np
import torch


def believed_within(distance, limit):
    """Mask (H, W) of the pixels to believe; distance (H, W) in pixels, perhaps inf or NaN."""
    return distance <= limit


def own_motion(flow, valid):
    """Own motion (H, W) in pixels, of a flow (H, W, 2) and a mask (H, W)."""
    camera = np.median(flow[valid], axis=0)
    return np.linalg.norm(flow - camera, axis=-1)


def mean_disparity(scores, sharpness):
    """Disparity (H, W), a tensor, from scores (D, H, W)."""
    share = torch.softmax(sharpness * scores, dim=0)
    return (share * torch.arange(float(len(scores))).view(-1, 1, 1)).sum(dim=0)
