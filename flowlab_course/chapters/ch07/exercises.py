"""Exercises of chapter 07."""

import torch

from flowlab import FlowNetS
from flowlab_course.chapters.ch07.mistakes import MISTAKES
from flowlab_course.chapters.ch07.solutions import contracting_parameters, field, raised_size, refined, way_up
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _raised_cases():
    # Counted by laying kernels side by side on paper.
    return [
        Case((5, 4, 2, 1), 10, "5 rows through FlowNet's upconvolution (kernel 4, stride 2, padding 1)"),
        Case((1, 4, 2, 1), 2, "a single row through the same"),
        Case((3, 3, 2, 0), 7, "3 rows, kernel 3, stride 2, no padding"),
        Case((6, 3, 1, 1), 6, "6 rows, kernel 3, stride 1, padding 1"),
        Case((4, 5, 3, 2), 10, "4 rows, kernel 5, stride 3, padding 2"),
    ]


_CONTRACTING = [(7, 2), (5, 2), (5, 2), (3, 1), (3, 2), (3, 1), (3, 2), (3, 1), (3, 2), (3, 1)]


def _field_cases():
    # 127 and 383 are what gradients reach in FlowNetS (tests/models/test_networks.py).
    return [
        Case((_CONTRACTING[:7],), 127, "FlowNetS up to conv5"),
        Case((_CONTRACTING,), 383, "FlowNetS up to conv6_1"),
        Case(([(5, 3)],), 5, "a single kernel of 5"),
        Case(([(3, 1), (3, 1)],), 5, "two kernels of 3 without strides"),
        Case(([(2, 2), (2, 2), (2, 2)],), 8, "three kernels of 2 with stride 2"),
    ]


def _doubled(x):
    if not torch.is_grad_enabled():
        raise RuntimeError("a layer was called without gradients")
    return x.repeat_interleave(2, -1).repeat_interleave(2, -2)


# Stand-ins for the two layers: their factors tell them from each other, and from an interpolation.
def _deconv(x):
    return 3 * _doubled(x)


def _upsample(x):
    return 0.25 * _doubled(x)


def _refined_cases():
    cases = []
    for B, H, W in ((1, 2, 3), (2, 1, 2)):
        expected = torch.empty(B, 7, 2 * H, 2 * W)
        skip, features, flow = torch.empty(B, 3, 2 * H, 2 * W), torch.empty(B, 2, H, W), torch.empty(B, 2, H, W)
        for b in range(B):
            for c in range(3):
                skip[b, c] = expected[b, c] = 10 * b + c + 1
            for c in range(2):
                features[b, c], expected[b, 3 + c] = -(10 * b + c + 1), -3 * (10 * b + c + 1)
                flow[b, c], expected[b, 5 + c] = 100 + 10 * b + c, 25 + (10 * b + c) / 4
        note = f"a batch of {B}, {H} x {W} coarse pixels, 3 + 2 + 2 channels"
        cases.append(Case((skip, features, flow, _deconv, _upsample), expected, note))
    # All sizes equal: here a layer that was left out, or another dimension, raises nothing and shows in the numbers.
    skip, features, flow = (torch.tensor(x).view(1, 2, 1, 1) for x in ([1.0, 2.0], [5.0, 6.0], [100.0, 104.0]))
    expected = torch.tensor([1.0, 2.0, 15.0, 18.0, 25.0, 26.0]).view(1, 6, 1, 1)
    layers = (lambda x: 3 * x, lambda x: 0.25 * x)
    cases.append(
        Case((skip, features, flow, *layers), expected, "layers that keep a size of 1 x 1, 2 + 2 + 2 channels")
    )
    return cases + _gradient_cases()


def _gradient_cases():
    """One thing at a time learns or has a gradient: it must reach the result, whatever becomes of the others."""
    inputs, cases = (("skip", 2.0), ("features", 5.0), ("flow", 100.0)), []
    for name in ("deconv's weights", "upsample's weights", "skip", "features", "flow"):
        skip, features, flow = (torch.tensor([[[[x]]]]).requires_grad_(n == name) for n, x in inputs)
        deconv, upsample = (
            _learning(w, n == name) for n, w in (("deconv's weights", 3.0), ("upsample's weights", 0.25))
        )
        expected = torch.tensor([2.0, 15.0, 25.0]).view(1, 3, 1, 1).requires_grad_()
        cases.append(Case((skip, features, flow, deconv, upsample), expected, f"single numbers, a gradient for {name}"))
    return cases


def _learning(weight, learns):
    weight = torch.tensor(weight).requires_grad_(learns)
    return lambda x: weight * x


_CHANNELS = [64, 128, 256, 256, 512, 512, 512, 512, 1024, 1024]


def _parameters_cases():
    """FlowNetS itself, built and not computed with, is asked for its layers' parameters."""
    kernels, cases = [kernel for kernel, _ in _CONTRACTING], []
    for width in (1, 0.25, 0.5):
        with torch.device("meta"):
            layers = [layer for name, layer in FlowNetS(width=width).named_children() if name.startswith("conv")]
        expected = tuple(sum(p.numel() for p in layer.parameters()) for layer in layers)
        cases.append(Case((kernels, _CHANNELS, width), expected, f"FlowNetS, width {width}"))
    # By hand: 25 x 6 x 4 + 4, then 9 x 4 x 8 + 8, then 1 x 8 x 2 + 2.
    return [*cases, Case(([5, 3, 1], [4, 8, 2], 1), (604, 296, 18), "three layers of 4, 8 and 2 channels, width 1")]


_READ = ("conv2", "conv3_1", "conv4_1", "conv5_1", "conv6_1")


def _way_up_cases():
    """FlowNetS itself, narrow and with random weights, is what the assembled way up must equal."""
    cases = []
    for seed, (B, H, W) in enumerate(((1, 64, 128), (2, 128, 64))):
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(seed)
            network = FlowNetS(width=1 / 16).eval().requires_grad_(False)
            features = {}
            for name in _READ:
                layer = network.get_submodule(name)
                layer.register_forward_hook(lambda m, i, out, name=name, kept=features: kept.update({name: out}))
            expected = network(*torch.rand(2, B, 3, H, W)).flow
        layers = {name: _calling(layer) for name, layer in network.named_children() if not name.startswith("conv")}
        note = f"FlowNetS at a sixteenth of the width, {B} picture{'s' * (B > 1)} of {H} x {W}"
        cases.append(Case((*(features[name] for name in _READ), layers), expected, note))
    return cases


def _calling(layer):
    return lambda x: layer(x)  # a function compares equal to its copy, a module does not


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
        mistakes=read_mistakes(raised_size, MISTAKES["7.1"]),
        bounds=NOT_NEGATIVE,
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
        mistakes=read_mistakes(field, MISTAKES["7.2"]),
        bounds=NOT_NEGATIVE,
    ),
    Exercise(
        id="7.3",
        title="put the concatenation back",
        hints=(
            "Which three tensors does the paper join, and which two of them have half of the size?",
            "Two of the three come from below and are raised first: deconv(features) and upsample(flow).",
            "torch.cat([...], dim=1) joins channels. The order is the table's: skip, then features, then flow.",
        ),
        solution=refined,
        cases=_refined_cases,
        mistakes=read_mistakes(refined, MISTAKES["7.3"]),
    ),
    Exercise(
        id="7.4",
        title="the whole way up",
        hints=(
            "Exercise 7.3 is one level. What does a level hand on to the next finer one?",
            (
                "Two things go up: the stack and the flow. At the bottom the stack is conv6_1 and the flow is what "
                "predict_flow6 makes of it. For levels 5, 4, 3 and 2 make the next stack from both, then predict."
            ),
            (
                'In the loop: raise the flow with layers[f"upsampled_flow{level + 1}_to_{level}"], join the new stack as '
                "in exercise 7.3, and predict the next flow from it. At the end 20 * flow, enlarged four times at once, "
                "as in the section on units."
            ),
        ),
        solution=way_up,
        cases=_way_up_cases,
        mistakes=read_mistakes(way_up, MISTAKES["7.4"]),
        atol=1e-4,
    ),
    Exercise(
        id="7.5",
        title="the contracting part at any width",
        hints=(
            "Which weights does one output channel have, and how many output channels are there?",
            (
                "An output channel has a kernel for each input channel, and one bias. A layer's inputs are the outputs "
                "of the layer before; only the frames do not follow the width."
            ),
            (
                "Keep the number of inputs in a variable, 6 before the loop. In the loop multiply the channels by the "
                "width, append k * k * inputs * outputs and a bias for each output, then let the outputs be the inputs "
                "of the next layer."
            ),
        ),
        solution=contracting_parameters,
        cases=_parameters_cases,
        mistakes=read_mistakes(contracting_parameters, MISTAKES["7.5"]),
    ),
]
