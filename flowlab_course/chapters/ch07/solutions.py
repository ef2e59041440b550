"""Solutions of the exercises of chapter 07."""

import torch


def raised_size(n, kernel, stride, padding):
    """Rows that an upconvolution makes of n rows."""
    return (n - 1) * stride + kernel - 2 * padding


def field(layers):
    """Side in pixels of what one output of the last layer sees; layers: (kernel, stride), first to last."""
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


def refined(skip, features, flow, deconv, upsample):
    """The features of the next finer level, (B, C, 2H, 2W)."""
    return torch.cat([skip, deconv(features), upsample(flow)], dim=1)
