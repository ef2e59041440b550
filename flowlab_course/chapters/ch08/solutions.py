"""Solutions of the exercises of chapter 08."""

import torch

import flowlab


def score(a, b, y1, x1, y2, x2, K):
    """Mean product of two K x K patches with C channels each, centred at (y1, x1) and (y2, x2)."""
    k = K // 2
    patch1 = a[:, y1 - k : y1 + k + 1, x1 - k : x1 + k + 1]
    patch2 = b[:, y2 - k : y2 + k + 1, x2 - k : x2 + k + 1]
    return (patch1 * patch2).mean()


def displacement(channel, max_displacement, stride2):
    """The displacement (dx, dy) in pixels of a channel of the correlation layer."""
    r = max_displacement // stride2
    D = 2 * r + 1
    return (channel % D - r) * stride2, (channel // D - r) * stride2


def multiplications(Ho, Wo, C, K, max_displacement, stride2):
    """Multiplications of the correlation layer by its definition."""
    D = 2 * (max_displacement // stride2) + 1
    return Ho * Wo * D * D * K * K * C


def strided(a, b, max_displacement, stride2):
    """Correlation (B, D * D, H, W) with displacements in steps of stride2 pixels."""
    H, W = a.shape[2:]
    reach = max_displacement // stride2 * stride2
    padded = torch.nn.functional.pad(b, (reach, reach, reach, reach))
    steps = range(0, 2 * reach + 1, stride2)
    return torch.stack([(a * padded[:, :, y : y + H, x : x + W]).mean(1) for y in steps for x in steps], 1)


def cosines(a, b, d):
    """Cosines (B, D * D, H, W) of features with neighbours up to d pixels away."""
    a, b = (torch.nn.functional.normalize(features, dim=1) for features in (a, b))
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d) * a.shape[1]
