"""Solutions of the exercises of chapter 14: what course.solution shows."""

import flowlab


def chained(first, rest):
    """The flow (H, W, 2) of two looks, one behind the other."""
    return rest + flowlab.warp(first, rest, padding="border")


def reach(levels, d):
    """The largest motion in pixels of the image."""
    return sum(d * 2**level for level in range(levels))


def limited(features, most):
    """Features (B, C, H, W), none of whose vectors is longer than most."""
    length = features.norm(dim=1, keepdim=True)
    return features * (most / length).clamp(max=1)
