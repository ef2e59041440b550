"""Exercises of chapter 07."""

import torch

from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def raised_size(n, kernel, stride, padding):
    """Rows that an upconvolution makes of n rows."""
    return (n - 1) * stride + kernel - 2 * padding


@mistake(
    "7.1",
    "times the stride",
    "Right for FlowNet's numbers, and only for those: kernel and padding count as well. Draw three kernels side by side.",
)
def _times_the_stride(n, kernel, stride, padding):
    return n * stride


@mistake(
    "7.1",
    "a convolution's",
    "That is what a convolution leaves. An upconvolution goes the other way: it spreads each input.",
)
def _a_convolutions(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) // stride + 1


@mistake("7.1", "padding forgotten", "The padding is missing: it cuts rows off at both ends.")
def _padding_forgotten(n, kernel, stride, padding):
    return (n - 1) * stride + kernel


@mistake("7.1", "padding once", "The padding is cut off above and below, not only once.")
def _padding_once(n, kernel, stride, padding):
    return (n - 1) * stride + kernel - padding


@mistake("7.1", "padding added", "In an upconvolution padding takes rows away; you added them.")
def _padding_added(n, kernel, stride, padding):
    return (n - 1) * stride + kernel + 2 * padding


@mistake("7.1", "n steps", "Between n inputs there are n - 1 steps.")
def _n_steps(n, kernel, stride, padding):
    return n * stride + kernel - 2 * padding


def _raised_cases():
    # Counted by laying kernels side by side on paper.
    return [
        Case((5, 4, 2, 1), 10, "5 rows through FlowNet's upconvolution (kernel 4, stride 2, padding 1)"),
        Case((1, 4, 2, 1), 2, "a single row through the same"),
        Case((3, 3, 2, 0), 7, "3 rows, kernel 3, stride 2, no padding"),
        Case((4, 5, 3, 2), 10, "4 rows, kernel 5, stride 3, padding 2"),
    ]


def field(layers):
    """Side in pixels of what one output of the last layer sees; layers: (kernel, stride), first to last."""
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side


@mistake("7.2", "sum of kernels", "Kernels overlap, and their inputs are strides apart: a sum knows neither.")
def _sum_of_kernels(layers):
    return sum(kernel for kernel, _ in layers)


@mistake(
    "7.2",
    "no strides",
    "That is right where all strides are 1. After a stride of 2 each further tap reaches twice as far.",
)
def _no_strides(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@mistake(
    "7.2",
    "own stride first",
    "A layer's own stride does not widen what it sees, it only moves its outputs apart. Multiply afterwards.",
)
def _own_stride_first(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        side += (kernel - 1) * step
    return side


@mistake("7.2", "whole kernels", "A kernel of K adds K - 1 taps to the one that is there already.")
def _whole_kernels(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += kernel * step
        step *= stride
    return side


@mistake("7.2", "from zero", "Begin with 1: with no layer at all an output is one pixel.")
def _from_zero(layers):
    return field(layers) - 1


@mistake("7.2", "product", "Kernels do not multiply: two kernels of 3 see 5 pixels, not 9.")
def _product(layers):
    side = 1
    for kernel, _ in layers:
        side *= kernel
    return side


@mistake("7.2", "only the previous stride", "All strides below a layer count, multiplied; you used the last one alone.")
def _only_the_previous_stride(layers):
    side, before = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * before
        before = stride
    return side


_CONTRACTING = [(7, 2), (5, 2), (5, 2), (3, 1), (3, 2), (3, 1), (3, 2), (3, 1), (3, 2), (3, 1)]


def _field_cases():
    # 127 and 383 are what gradients reach in FlowNetS (tests/models/test_networks.py).
    return [
        Case((_CONTRACTING[:7],), 127, "FlowNetS up to conv5"),
        Case((_CONTRACTING,), 383, "FlowNetS up to conv6_1"),
        Case(([(3, 1), (3, 1)],), 5, "two kernels of 3 without strides"),
        Case(([(2, 2), (2, 2), (2, 2)],), 8, "three kernels of 2 with stride 2"),
    ]


def refined(skip, features, flow, deconv, upsample):
    """The features of the next finer level, (B, C, 2H, 2W)."""
    return torch.cat([skip, deconv(features), upsample(flow)], dim=1)


@mistake("7.3", "skip forgotten", "The skip is missing: it alone still knows where outlines are.")
def _skip_forgotten(skip, features, flow, deconv, upsample):
    return torch.cat([deconv(features), upsample(flow)], dim=1)


@mistake("7.3", "flow forgotten", "The coarse flow is missing: the next level would start from nothing.")
def _flow_forgotten(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features)], dim=1)


@mistake("7.3", "another order", "The right three in another order: published weights expect skip, features, flow.")
def _another_order(skip, features, flow, deconv, upsample):
    return torch.cat([deconv(features), skip, upsample(flow)], dim=1)


@mistake("7.3", "flow first", "The flow comes last: published weights expect skip, features, flow.")
def _flow_first(skip, features, flow, deconv, upsample):
    return torch.cat([upsample(flow), skip, deconv(features)], dim=1)


@mistake(
    "7.3",
    "values doubled",
    "You doubled the flow's values. Inside the network all levels count in the same unit, 20 pixels of the image.",
)
def _values_doubled(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), 2 * upsample(flow)], dim=1)


@mistake("7.3", "along rows", "You joined along the rows. Channels are dimension 1, and all of them are kept.")
def _along_rows(skip, features, flow, deconv, upsample):
    wide = [skip, deconv(features), upsample(flow)]
    return torch.cat([t[:, :1] for t in wide], dim=2)


def _doubled(x):
    """Stands for an upconvolution: each pixel four times."""
    return x.repeat_interleave(2, -1).repeat_interleave(2, -2)


def _halved_and_doubled(x):
    """Stands for the upsampling of a flow, with other values, so that the two are told apart."""
    return 0.5 * _doubled(x)


def _refined_cases():
    cases = []
    for B, H, W in ((1, 2, 3), (2, 1, 2)):
        expected = torch.empty(B, 7, 2 * H, 2 * W)
        skip, features, flow = torch.empty(B, 3, 2 * H, 2 * W), torch.empty(B, 2, H, W), torch.empty(B, 2, H, W)
        for b in range(B):
            for c in range(3):
                skip[b, c] = expected[b, c] = 10 * b + c + 1
            for c in range(2):
                features[b, c] = expected[b, 3 + c] = -(10 * b + c + 1)
                flow[b, c] = 100 + 10 * b + c
                expected[b, 5 + c] = 0.5 * (100 + 10 * b + c)
        note = f"a batch of {B}, {H} x {W} coarse pixels, 3 + 2 + 2 channels"
        cases.append(Case((skip, features, flow, _doubled, _halved_and_doubled), expected, note))
    return cases


EXERCISES = [
    Exercise(
        id="7.1",
        title="how large does it get?",
        hints=(
            "How many rows does one input cover? How many more does the second input add?",
            (
                "The first kernel covers `kernel` rows; each further input adds `stride` rows. n inputs cover kernel "
                "+ (n - 1) * stride."
            ),
            "Padding cuts rows off here, at both ends.",
        ),
        solution=raised_size,
        cases=_raised_cases,
        mistakes=mistake.of("7.1"),
    ),
    Exercise(
        id="7.2",
        title="what does conv5 see?",
        hints=(
            "How many pixels of the image lie between two neighbouring outputs of a layer?",
            (
                "With no layer an output is a pixel, and outputs are a pixel apart: side, step = 1, 1. A kernel of K "
                "takes in K - 1 outputs more of the layer below."
            ),
            "side += (kernel - 1) * step, and only then step *= stride.",
        ),
        solution=field,
        cases=_field_cases,
        mistakes=mistake.of("7.2"),
    ),
    Exercise(
        id="7.3",
        title="put the concatenation back",
        hints=(
            "Which three tensors does the paper join, and which of them are too small?",
            "Two of the three come from below and are raised first: deconv(features) and upsample(flow).",
            "torch.cat([...], dim=1) joins channels. The order is the table's: skip, then features, then flow.",
        ),
        solution=refined,
        cases=_refined_cases,
        mistakes=mistake.of("7.3"),
    ),
]
