"""Exercises of chapter 10."""

import numpy as np
import torch

from flowlab import Correlation, FlowNetC
from flowlab.models.layers import conv
from flowlab_course.chapters.ch10.mistakes import MISTAKES
from flowlab_course.chapters.ch10.solutions import in_image_pixels, merged, merged_channels, small_flownetc, streams
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _merged_cases():
    # Counted on squared paper; the first is the network's own.
    return [
        Case((32, 20, 2), 473, "FlowNetC: 32 redirected channels, max_displacement=20, stride2=2"),
        Case((32, 4, 1), 113, "nine displacements along each axis"),
        Case((8, 20, 2), 449, "the same layer in a network of a quarter width"),
        Case((16, 5, 2), 41, "max_displacement=5 with stride2=2: -4, -2, 0, 2, 4"),
        Case((8, 5, 3), 17, "max_displacement=5 with stride2=3: -3, 0, 3"),
        Case((4, 7, 2), 53, "max_displacement=7 with stride2=2: -6, -4, -2, 0, 2, 4, 6"),
    ]


def _pixels_cases():
    return [
        Case((8, 20, 2), (160, 16), "FlowNetC's: features 8 px apart, max_displacement=20, stride2=2"),
        Case((4, 4, 1), (16, 4), "features 4 px apart, max_displacement=4, stride2=1"),
        Case((8, 5, 2), (32, 16), "max_displacement=5 with stride2=2: the last step does not fit"),
        Case((4, 5, 3), (12, 12), "features 4 px apart, max_displacement=5 with stride2=3: one step fits"),
        Case((8, 7, 2), (48, 16), "max_displacement=7 with stride2=2: three steps fit"),
    ]


def _running_sums(images):
    """Stands for layers that are shared, learn, and see their neighbours: sums from the top left corner, twice."""
    if not torch.is_grad_enabled():
        raise RuntimeError("the layers were called without gradients")
    sums = images.sum(1, keepdim=True).cumsum(2).cumsum(3)
    return torch.cat([sums, 2 * sums], dim=1)


def _minus_the_mean(images):
    """Stands for batch normalisation: what is subtracted depends on the whole batch."""
    return images - images.mean()


def _sums_by_hand(image):
    """The running sums of images with one channel, place by place."""
    sums = torch.zeros(len(image), 2, *image.shape[2:])
    for b, y, x in np.ndindex(len(image), *image.shape[2:]):
        total = sum(float(image[b, 0, j, i]) for j, i in np.ndindex(y + 1, x + 1))
        sums[b, 0, y, x], sums[b, 1, y, x] = total, 2 * total
    return sums


def _times(weight):
    return lambda images: weight * images


def _streams_cases():
    img1 = torch.tensor([1.0, 3.0, 0.0, 4.0]).view(2, 2, 1, 1)
    img2 = torch.tensor([5.0, 11.0, 6.0, 10.0]).view(2, 2, 1, 1)
    expected = (img1 - 5, img2 - 5)  # the mean of all eight
    cases = [Case((_minus_the_mean, img1, img2), expected, "layers that subtract the mean of their batch")]
    for B in (2, 3):
        img1 = torch.arange(B * 6, dtype=torch.float32).view(B, 1, 3, 2)
        img2 = -10 * img1 - 1
        cases.append(Case((_running_sums, img1, img2), tuple(map(_sums_by_hand, (img1, img2))), f"batches of {B}"))
    return cases + _gradient_cases()


def _gradient_cases():
    """Layers that learn, and images that have a gradient: it must reach both results."""
    cases = []
    for of_layers in (True, False):
        weight = torch.tensor(3.0).requires_grad_(of_layers)
        img1, img2 = (torch.tensor([[[[x]]]]).requires_grad_(not of_layers) for x in (2.0, 5.0))
        expected = tuple(torch.tensor([[[[x]]]]).requires_grad_() for x in (6.0, 15.0))
        cases.append(
            Case((_times(weight), img1, img2), expected, f"a gradient for the {'layers' if of_layers else 'images'}")
        )
    return cases


def _three_scores(a, b):
    """Stands for a correlation of two channels: a score, its negative, and a difference that tells a from b."""
    score = (a * b).sum(1, keepdim=True)
    return torch.cat([score, -score, a[:, :1] - b[:, :1]], dim=1)


def _tenfold(features):
    return 10 * features[:, :1]


def _merged_maps_cases():
    # One place, by hand: 1 * 3 - 2 * 4 = -5 becomes -0.5, 1 - 3 = -2 becomes -0.2.
    f1, f2 = (torch.tensor(x).view(1, 2, 1, 1) for x in ([1.0, -2.0], [3.0, 4.0]))
    by_hand = torch.tensor([10.0, -0.5, 5.0, -0.2]).view(1, 4, 1, 1)
    cases = [Case((f1, f2, _tenfold, _three_scores), by_hand, "one place, one redirected channel and three scores")]
    network, read = _small_network(20, 2), []
    network.conv3.register_forward_hook(lambda m, i, out: read.append(out))
    network.conv3_1.register_forward_pre_hook(lambda m, i: read.append(i[0]))
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(1)
        network(*torch.rand(2, 2, 3, 64, 128))
    (f1, f2), expected = read[0].chunk(2), read[1]
    args = f1, f2, _calling(network.conv_redir), _calling(network.corr)
    return [*cases, Case(args, expected, "a FlowNetC at a sixteenth of the width, a batch of 2, 2 + 441 channels")]


def _small_network(max_displacement, stride2):
    """A narrow FlowNetC with another correlation, and conv3 centred: its scores have both signs."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = FlowNetC(width=1 / 16, mean=0.0).eval()
        corr = Correlation(max_displacement=max_displacement, stride2=stride2, pad_size=max_displacement)
        inputs, outputs = (network.config.channels(number) for number in (32, 256))
        network.corr, network.conv3_1 = corr, conv(inputs + corr.geometry.side**2, outputs, 3)
        network.conv3 = torch.nn.Sequential(network.conv3, torch.nn.InstanceNorm2d(outputs))
    return network.requires_grad_(False)


def _calling(layer):
    return lambda *x: layer(*x)  # a function compares equal to its copy, a module does not


def _small_cases():
    """FlowNetC itself, with another correlation, is what the assembled network must equal."""
    cases = []
    for B, reach, step in ((2, 32, 8), (1, 56, 8), (2, 40, 16), (3, 56, 56)):
        network = _small_network(reach // 8, step // 8)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(B)
            img1, img2 = torch.rand(2, B, 3, 64, 64)
        names = ("conv1", "conv2", "conv3", "conv_redir", "conv3_1")
        layers = {name: _calling(network.get_submodule(name)) for name in names}
        layers["rest"] = lambda conv2, conv3_1, network=network: network.refine(conv2, conv3_1, 64, 64).flow
        note = f"a batch of {B}, reach {reach} px in steps of {step} px"
        cases.append(Case((img1, img2, layers, reach, step), network(img1, img2).flow, note))
    return cases


EXERCISES = [
    Exercise(
        id="10.1",
        title="why 473?",
        hints=(
            "How many displacements are there along one axis? How many pairs of them?",
            (
                "There is a score for each pair of a vertical and a horizontal displacement. The redirected channels "
                "come on top, once."
            ),
            "D = 2 * (max_displacement // stride2) + 1 displacements along one axis, and D * D pairs.",
        ),
        solution=merged_channels,
        cases=_merged_cases,
        mistakes=read_mistakes(merged_channels, MISTAKES["10.1"]),
        bounds=NOT_NEGATIVE,
    ),
    Exercise(
        id="10.2",
        title="in pixels of the image",
        hints=(
            "How many pixels of the image lie between two neighbouring features?",
            (
                "One step of the correlation is stride2 features. The farthest displacement is the largest multiple "
                "of stride2 that max_displacement allows."
            ),
            "Both are features; times features_stride they are pixels. Return a pair: (reach, step).",
        ),
        solution=in_image_pixels,
        cases=_pixels_cases,
        mistakes=read_mistakes(in_image_pixels, MISTAKES["10.2"]),
    ),
    Exercise(
        id="10.3",
        title="two streams in one pass",
        hints=(
            "What do shared layers do otherwise with a batch that is twice as long?",
            "Join both images along the batch, and call layers once.",
            "torch.cat([img1, img2]) is the long batch. The first len(img1) of what comes out belong to img1.",
        ),
        solution=streams,
        cases=_streams_cases,
        mistakes=read_mistakes(streams, MISTAKES["10.3"]),
    ),
    Exercise(
        id="10.4",
        title="the merge",
        hints=(
            "Which of the two frames does the flow belong to, and what do the scores alone not tell about it?",
            (
                "Compare both maps, and redirect the first one. The scores go through LeakyReLU with a slope of 0.1; "
                "the redirected features have been through one already."
            ),
            (
                "torch.nn.functional.leaky_relu(scores, 0.1) is the activation. Join with torch.cat([...], dim=1), "
                "redirect(f1) first."
            ),
        ),
        solution=merged,
        cases=_merged_maps_cases,
        mistakes=read_mistakes(merged, MISTAKES["10.4"]),
        atol=1e-5,
    ),
    Exercise(
        id="10.5",
        title="a small FlowNetC",
        hints=(
            "Which layers see both images, which the first alone, and which the scores?",
            (
                "conv1 to conv3 run on both images in one batch (exercise 10.3). Keep what conv2 gives: its half of "
                "image 1 goes to `rest`. Then correlate, merge (exercise 10.4), and apply conv3_1."
            ),
            (
                "flowlab.correlation counts places of conv3, which are 8 px apart: max_displacement and pad_size are "
                'reach // 8, stride2 is step // 8. At the end layers["rest"](conv2 of image 1, conv3_1).'
            ),
        ),
        solution=small_flownetc,
        cases=_small_cases,
        mistakes=read_mistakes(small_flownetc, MISTAKES["10.5"]),
        atol=1e-4,
    ),
]
