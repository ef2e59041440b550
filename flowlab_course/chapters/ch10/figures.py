"""The figures of chapter 10: the curves of a race; and their captions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "two streams": Caption(
        alt="FlowNetC from left to right: conv1 to conv3 for each frame, with the same weights; their correlation"
        " of 441 channels and the 32 channels of conv_redir, laid side by side as 473 channels; conv3_1, and "
        "the rest as in FlowNetS.",
        see="both frames enter the correlation, frame 1 alone enters conv_redir and the skip connection. In the "
        "bar of 473 channels the 32 are drawn true to scale.",
    ),
    "a sliding texture": Caption(
        alt="The same coloured texture twice, slid by some pixels from the first square to the second.",
        see="one texture, in the second frame a little elsewhere. There are no objects and no outlines: the flow can "
        "be found by matching alone.",
    ),
    "the race": Caption(
        alt="Errors on unseen pairs over the steps: FlowNetS, squares, stays near zero flow's dashed line; FlowNetC, "
        "circles, falls below it.",
        see="the circles of FlowNetC fall, and the squares of FlowNetS stay near zero flow: it has not begun to "
        "compare.",
    ),
    "what they look at": Caption(
        alt="Activity of conv3_1 in both networks as maps from dark to light, and the correlation's 21 by 21 mean "
        "scores with a bright spot.",
        see="two maps of activity, and on the right what only FlowNetC has: a square of scores that is brightest near "
        "the displacement by which the texture slid.",
    ),
}


def race(curves: Mapping[str, list[float]], zero: float, every: int) -> Figure:
    """Draw the errors of networks over the steps of their training, beside the error of zero flow.

    Args:
        curves: Name to errors in px, the first one before training.
        zero: The error of zero flow in px.
        every: Steps from one error to the next.
    """
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.6))
    for (name, errors), marker in zip(curves.items(), "so", strict=True):
        ax.plot(range(0, every * len(errors), every), errors, marker=marker, label=name)
    ax.axhline(zero, color="k", ls="--", label="zero flow")
    ax.set(xlabel="step", ylabel="EPE on unseen pairs, px", ylim=(0, 1.5 * zero))
    ax.legend()
    return fig
