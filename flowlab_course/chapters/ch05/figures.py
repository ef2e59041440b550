"""The figures of chapter 05: the lessons, two distributions of motion, how long flows are; and the captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab.field import color_wheel_legend, flow_to_image
from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowlab.chairs import Sample

CAPTIONS = {
    "box that slides": Caption(
        alt="A red box on coloured tiles, the same box further right, and the flow: white with a red square where the "
        "box was.",
        see="the flow has the box's shape and place in frame 1. No method computed the flow: we chose it.",
    ),
    "four lessons": Caption(
        alt="First frames of four lessons: boxes, polygons and ellipses, thin bars, chairs. Below each its flow in "
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
        "and larger; the flow in colours with its wheel; a mask with the outline of a chair.",
        see="the flow has the chair's outline in frame 1. Occluded are the ground that the chair covers in frame 2, "
        "and strips along three edges, which leave the picture.",
    ),
    "two laws": Caption(
        alt="Two histograms on a logarithmic axis: the heavy one with a tall peak at zero and long tails, the normal "
        "one a hump.",
        see="a narrow peak at zero, and tails that reach to 120 px. The normal distribution has the same standard "
        "deviation, a flatter middle, and hardly any values beyond 90 px.",
    ),
    "how long flows are": Caption(
        alt="Bars of four bands of flow length for nine real pairs and for ours. Most pixels move 1 to 40 px in both; "
        "over 40 px ours have about four times as many.",
        see="each dark line is the range of nine of ours. In the first three bands the original's bar ends within it; "
        "over 40 px it ends below.",
    ),
    "difference and occlusion": Caption(
        alt="A pair of flying chairs; the difference after warping frame 2, dark but for some regions; the occlusion "
        "mask, white there.",
        see="the difference is bright where the mask is white. Thin lines remain along outlines, where a pixel is "
        "part chair, part ground.",
    ),
    "beyond chairs": Caption(
        alt="Two frames with cut-outs and combs in front of a painted background, and the flow in colours.",
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
    fig, axes = plt.subplots(2, len(ratios), figsize=(9.6, 3.7), width_ratios=ratios)
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


def two_laws(draws: Mapping[str, np.ndarray]) -> Figure:
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
    """Draw the share of the pixels in four bands of flow length.

    Args:
        original: Of the nine real pairs, (4,).
        ours: Of each pair of the generator, (N, 4).
        of_nine: Means of nine pairs of the generator, drawn at random, (M, 4).
    """
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.8))
    places = np.arange(4)
    means = ours.mean(0)
    left = ax.bar(places - 0.2, original, 0.36, label="original, nine pairs", hatch="//", edgecolor="0.2")
    right = ax.bar(places + 0.2, means, 0.36, label=f"ours, {len(ours)} pairs")
    pale = {"bbox": {"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8}, "zorder": 5}
    ax.bar_label(left, [f"{share:.0%}" for share in original], padding=3, **pale)
    ax.bar_label(right, [f"{share:.0%}" for share in means], padding=3, **pale)
    low, high = np.percentile(of_nine, [2.5, 97.5], axis=0)
    for end in (low, high):
        ax.hlines(end, places - 0.39, places + 0.39, color="0.2", lw=1.5)
    ax.vlines(places, low, high, color="0.2", lw=2.5, label="95 % of the draws of nine of ours")
    ax.set(xticks=places, xticklabels=("under 1 px", "1 to 10", "10 to 40", "over 40"), ylim=(0, 1.1))
    ax.set(ylabel="share of the pixels", title="how long is the flow?")
    ax.legend()
    return fig
