"""The figures of chapter 05: a pair, the lessons, two distributions, how long flows are; and the captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab.field import color_wheel_legend, flow_to_image
from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import wheel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowlab.chairs import Sample

CAPTIONS = {
    "a training pair": Caption(
        alt="Two frames with white, wooden and metal chairs over mountains, in frame 2 each at another place, and "
        "the flow in colours with its wheel.",
        see="each chair has colours of its own in the flow, thin slats and legs too. Several colours in one chair mean "
        "that it turns or grows.",
    ),
    "box that slides": Caption(
        alt="A red box on coloured tiles, the same box further right, and the flow: white with a red square where the "
        "box was.",
        see="the flow has the box's shape and place in frame 1. No method computed the flow: we chose it.",
    ),
    "three lessons": Caption(
        alt="First frames of three lessons: boxes, polygons and ellipses, thin bars. Below each its flow in "
        "colours on a scale of its own, with the colour wheel.",
        see="flat colours where things only slide, and shades within one thing where it turns or grows.",
    ),
    "layers of a scene": Caption(
        alt="Three sheets above each other: a row of houses, a couch, a chair, each with an arrow for its "
        "motion. Beside them the two frames, the flow in colours and the occluded pixels that follow from "
        "them.",
        see="the chair moves to the left in front of the couch, which moves to the right. In the flow each pixel "
        "has the motion of the layer in front. White pixels of the last picture are covered in frame 2, or "
        "have left it.",
    ),
    "a pair of your own": Caption(
        alt="A cat's face with a wooden chair in front of it; the same a little turned, with the chair further left "
        "and larger; below, the flow in colours with its wheel, and a mask with the outline of the larger chair.",
        see="the flow has the chair's outline in frame 1. Occluded are the ground that the chair covers in frame 2, "
        "and strips along three edges, which leave the picture.",
    ),
    "two distributions": Caption(
        alt="Two histograms on a logarithmic axis: the heavy one with a tall peak at zero and long tails, the normal "
        "one a hump.",
        see="a narrow peak at zero, and tails that reach to 120 px. The normal distribution has the same standard "
        "deviation, a flatter middle, and hardly any values beyond 90 px.",
    ),
    "how long flows are": Caption(
        alt="Four rows, one for each band of flow length, on a logarithmic axis of shares: a line for nine of ours, a "
        "dot for all of ours, a cross for the original. In the last row the cross lies left of the line.",
        see="in the first three rows the original's cross lies on the line, the range of nine of ours. Over 40 px it "
        "lies to the left of it: the original has less of such flow.",
    ),
    "difference and control": Caption(
        alt="Two maps of the difference between frame 1 and the warped frame 2, bright in some regions, and the mask "
        "of occluded pixels. In the second map the chairs' edges and stripes are bright as well.",
        see="with the exact flow the difference is bright where the mask is white, and thin lines remain along "
        "outlines. With the wrong flow the edges within the chairs are bright, too.",
    ),
    "beyond chairs": Caption(
        alt="A frame with cut-outs and combs in front of a painted town, and the flow in colours.",
        see="pieces of pictures with round or jagged outlines, and combs whose bars have the flow's colour, with the "
        "background between them.",
    ),
}


def lessons(pairs: Mapping[str, Sample], longest: Sequence[int]) -> Figure:
    """Draw frame 1 of each lesson, below it the flow, and the colour wheel.

    Args:
        pairs: Name of a lesson to a pair of it.
        longest: The length in pixels that has full colour, of each lesson.
    """
    from matplotlib import pyplot as plt

    ratios = len(pairs) * [1.0] + [0.5]
    fig, axes = plt.subplots(2, len(ratios), figsize=(6.4, 3.1), width_ratios=ratios)
    for (above, below), (name, pair), full in zip(axes.T[:-1], pairs.items(), longest, strict=True):
        above.imshow(pair.img1)
        above.set_title(name)
        below.imshow(flow_to_image(pair.flow, max_flow=full))
        below.set_xlabel(f"full colour: {full} px")
    axes[0, 0].set_ylabel("frame 1")
    axes[1, 0].set_ylabel("flow")
    axes[1, -1].imshow(color_wheel_legend(160))
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    for ax in axes[:, -1]:
        ax.axis("off")
    return fig


def two_by_two(pictures: Mapping[str, np.ndarray], longest: float | int) -> Figure:
    """Draw frames 1 and 2, below them the flow and the occluded pixels, and the colour wheel.

    Args:
        pictures: Title to picture: four, of which the third is the flow.
        longest: The length in pixels that has full colour.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, 3, figsize=(7.2, 4.5), width_ratios=(1, 1, 0.22))
    for ax, (title, picture) in zip(axes[:, :2].flat, pictures.items(), strict=True):
        shown = flow_to_image(picture, max_flow=longest) if picture.shape[2:] == (2,) else picture
        ax.imshow(shown, cmap="gray")
        ax.set(title=title, xticks=[], yticks=[])
    axes[0, 2].axis("off")
    axes[1, 2].imshow(wheel(longest, zoom=2))
    axes[1, 2].axis("off")
    return fig


def two_distributions(draws: Mapping[str, np.ndarray]) -> Figure:
    """Draw the histograms of the shifts that each distribution gives, in pixels at 512 x 384."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.6))
    for style, (name, values) in zip(("-", "--"), draws.items(), strict=True):
        label = "normal" if name == "gaussian" else name
        ax.hist(values, bins=np.linspace(-120, 120, 81), histtype="step", lw=1.6, label=label, ls=style)
    ax.set(yscale="log", xlabel="shift in px, at 512 x 384", ylabel="draws")
    ax.set_title("two distributions with the same standard deviation")
    ax.legend()
    return fig


def bands(original: np.ndarray, ours: np.ndarray, of_nine: np.ndarray) -> Figure:
    """Draw the share of the pixels in four bands of flow length, on a logarithmic axis.

    Args:
        original: Of the nine real pairs, (4,).
        ours: Of each pair of the generator, (N, 4).
        of_nine: Means of nine pairs of the generator, drawn at random, (M, 4).
    """
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 2.7))
    rows, means = np.arange(4), 100 * ours.mean(axis=0)
    low, high = 100 * np.percentile(of_nine, [2.5, 97.5], axis=0)
    ax.hlines(rows, low, high, color="0.65", lw=7, label="nine of ours, 95 % of the draws")
    ax.plot(means, rows, "o", ms=8, color="C0", label=f"ours, {len(ours)} pairs")
    ax.plot(100 * original, rows, "X", ms=10, color="C1", mec="black", label="original, nine pairs")
    for row, (left, right) in enumerate(zip(100 * original, means, strict=True)):
        ax.annotate(f"original {left:.0f} %\nours {right:.0f} %", (110, row), va="center", annotation_clip=False)
    ax.set(xscale="log", xlim=(0.5, 100), ylim=(3.5, -0.5), xlabel="share of the pixels in %")
    ax.set(xticks=(1, 2, 5, 10, 20, 50, 100), xticklabels=("1", "2", "5", "10", "20", "50", "100"))
    ax.minorticks_off()
    ax.set(yticks=rows, yticklabels=("under 1 px", "1 to 10 px", "10 to 40 px", "over 40 px"))
    ax.set_ylabel("length of the flow")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    return fig
