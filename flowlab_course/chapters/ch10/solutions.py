"""Solutions of the exercises of chapter 10: what course.solution shows."""

import torch

import flowlab


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


def merged(f1, f2, redirect, correlate):
    """What conv3_1 reads: the redirected features of image 1, then the activated scores, (B, 32 + 441, H, W)."""
    scores = torch.nn.functional.leaky_relu(correlate(f1, f2), 0.1)
    return torch.cat([redirect(f1), scores], dim=1)


def small_flownetc(img1, img2, layers, reach, step):
    """Flow (B, 2, H, W) of a FlowNetC whose correlation reaches `reach` pixels of the image, in steps of `step`."""
    both = layers["conv2"](layers["conv1"](torch.cat([img1, img2])))
    f1, f2 = layers["conv3"](both).chunk(2)
    d, stride2 = reach // 8, step // 8
    scores = flowlab.correlation(f1, f2, max_displacement=d, stride2=stride2, pad_size=d)
    scores = torch.nn.functional.leaky_relu(scores, 0.1)
    stack = torch.cat([layers["conv_redir"](f1), scores], dim=1)
    return layers["rest"](both[: len(img1)], layers["conv3_1"](stack))
