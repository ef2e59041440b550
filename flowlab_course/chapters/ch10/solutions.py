"""Solutions of the exercises of chapter 10: what course.solution shows."""

import torch


def merged_channels(redirected, max_displacement, stride2):
    """Channels that conv3_1 reads: redirected features and one score for each displacement."""
    D = 2 * (max_displacement // stride2) + 1
    return redirected + D * D


def in_image_pixels(features_stride, max_displacement, stride2):
    """Reach of the correlation and its step, both in pixels of the image."""
    return features_stride * (max_displacement // stride2) * stride2, features_stride * stride2


def streams(layers, img1, img2):
    """Features of both images by the same layers in one pass: a pair of (B, C, H, W)."""
    both = layers(torch.cat([img1, img2]))
    return both[: len(img1)], both[len(img1) :]
