"""Solutions of the exercises of chapter 07."""

import torch


def raised_size(n, kernel, stride, padding):
    """Rows that an upconvolution makes of n rows."""
    return (n - 1) * stride + kernel - 2 * padding


def field(layers):
    """Side in pixels of the field that one output of the last layer sees; layers: (kernel, stride), first to last."""
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


def refined(skip, features, flow, deconv, upsample):
    """The features of the next finer level, (B, C, 2H, 2W)."""
    return torch.cat([skip, deconv(features), upsample(flow)], dim=1)


def way_up(conv2, conv3_1, conv4_1, conv5_1, conv6_1, layers):
    """The flow (B, 2, H, W) in pixels; conv2 is (B, C, H/4, W/4)."""
    stack, flow = conv6_1, layers["predict_flow6"](conv6_1)
    for level, skip in ((5, conv5_1), (4, conv4_1), (3, conv3_1), (2, conv2)):
        flow = layers[f"upsampled_flow{level + 1}_to_{level}"](flow)
        stack = torch.cat([skip, layers[f"deconv{level}"](stack), flow], dim=1)
        flow = layers[f"predict_flow{level}"](stack)
    return torch.nn.functional.interpolate(20 * flow, scale_factor=4, mode="bilinear")


def contracting_parameters(kernels, channels, width):
    """Parameters of each layer of the contracting part, first to last."""
    inputs, counts = 6, []
    for kernel, full in zip(kernels, channels, strict=True):
        outputs = round(full * width)
        counts.append(kernel**2 * inputs * outputs + outputs)
        inputs = outputs
    return counts
