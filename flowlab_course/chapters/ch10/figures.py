"""The figures of chapter 10: scores as squares, flows, errors over steps and over slides; and their captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CAPTIONS = {
    "two streams": Caption(
        alt="FlowNetC from left to right: conv1 to conv3 for each frame, with the same weights; their correlation"
        " of 441 channels and the 32 channels of conv_redir, laid side by side as 473 channels; conv3_1, and "
        "the rest as in FlowNetS.",
        see="both frames enter the correlation, frame 1 alone enters conv_redir and the skip connection. In the "
        "bar of 473 channels the 32 are drawn true to scale.",
    ),
    "at work": Caption(
        alt="Three panels: frame 1 of the motorcycle with a cross on its engine; a square of 21 by 21 scores of "
        "the place under the cross, with a ring at the true displacement; the length of the flow of the trained "
        "FlowNetC, longer on the motorcycle and the floor than on the wall.",
        see="a bright score at the ring or beside it, and weaker ones elsewhere: the layers behind have to weigh them, "
        "with those of the neighbours. The even band at the bottom belongs to displacements that leave the frame.",
    ),
    "a sliding texture": Caption(
        alt="The same coloured texture twice, slid by some pixels from the first square to the second.",
        see="one texture, in the second frame a little elsewhere. There are no objects and no outlines: the flow can "
        "be found by matching alone.",
    ),
    "scores of three": Caption(
        alt="Three squares of 21 by 21 mean scores of one pair. Untrained features as they are: one broad bright "
        "spot in the middle. The same features centred: a small bright spot at the ring. Trained "
        "features as they are: a small bright spot at the ring, too.",
        see="left, a hill around displacement zero, wherever the texture slid. In the middle and right, a spot "
        "in the ring, which marks the true slide.",
    ),
    "without a part": Caption(
        alt="Four maps of the length of a flow of the motorcycle, on one scale: the true flow, the trained FlowNetC, "
        "the network without its scores, which is nearly one even colour, and the network without its redirected "
        "features, which looks much like the whole network.",
        see="without scores hardly any shape is left. Without the redirected features the map still looks like that of "
        "the whole network.",
    ),
    "the race": Caption(
        alt="Errors on unseen slides over the training steps, in two panels, each with zero flow's dashed line. Solid "
        "lines with squares are FlowNetS, dotted lines with circles FlowNetC, one line for each seed. Left, short "
        "slides; right, far slides.",
        see="two panels with scales of their own. Compare both kinds of line with each other, and with the dashed one.",
    ),
    "slides of a photograph": Caption(
        alt="Error over the length of a slide, both axes logarithmic: FlowNetS with squares and FlowNetC with "
        "circles, trained, and zero flow as a dashed diagonal. Both networks are far below the diagonal for short "
        "slides, and near it for the longest. A vertical line marks 160 px, the reach of the correlation.",
        see="both curves leave the diagonal for short slides, and come back to it for long ones, before the "
        "correlation's reach ends: longer slides were rare in their training.",
    ),
}


def race(curves: Mapping[tuple[str, int, int], Sequence[float]], zero: Mapping[int, float], every: int) -> Figure:
    """Draw errors over the steps of a training, a panel for each reach, a line for each network and seed.

    Args:
        curves: Network, reach in px and seed, to errors in px.
        zero: Reach to the mean error of zero flow in px.
        every: Steps from one error to the next.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, len(zero), figsize=(9, 3), layout="constrained")
    styles = {"FlowNetS": ("#b34700", "s-"), "FlowNetC": ("#004488", "o:")}
    for ax, (reach, level) in zip(axes, zero.items(), strict=True):
        for (name, far, seed), errors in curves.items():
            if far == reach:
                color, style = styles[name]
                steps = range(every, every * len(errors) + 1, every)
                ax.plot(steps, errors, style, color=color, label=name if seed == 0 else None)
        ax.axhline(level, color="k", ls="--", label="zero flow")
        ax.set(title=f"slides up to {reach} px", xlabel="step", ylim=(0, 1.6 * level))
    axes[0].set(ylabel="EPE on unseen slides, px")
    axes[0].legend()
    return fig


def score_squares(scores: Mapping[str, np.ndarray], slide: tuple[float, float], step: int = 16) -> Figure:
    """Draw squares of scores (D, D), dy downwards, with a ring at the true slide in px; each has its own scale."""
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, len(scores), figsize=(9, 3.1), layout="constrained")
    for ax, (title, square) in zip(axes, scores.items(), strict=True):
        _square(ax, square, slide, step)
        ax.set(title=title)
    return fig


def _square(ax: Axes, square: np.ndarray, slide: tuple[float, float], step: int) -> None:
    edge = step * len(square) / 2
    ax.imshow(square, cmap="magma", extent=(-edge, edge, edge, -edge))
    ax.plot(*slide, "o", mfc="none", mec="#00c0a0", ms=13, mew=2)
    ax.set(xlabel="dx, px", xticks=(-160, 0, 160), yticks=(-160, 0, 160))


def at_work(
    frame: np.ndarray, place: tuple[int, int], scores: np.ndarray, true: tuple[float, float], flow: np.ndarray
) -> Figure:
    """Draw frame 1 with a cross at a place (x, y), its scores with a ring at the true displacement, and the flow."""
    from matplotlib import pyplot as plt

    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(9, 2.9), layout="constrained", width_ratios=(4, 3, 4.4))
    left.imshow(frame)
    left.plot(*place, "P", color="#00c0a0", mec="k", ms=12)
    left.set(title="frame 1", xticks=[], yticks=[])
    _square(middle, scores, true, 16)
    middle.set(title="441 scores of the cross")
    drawn = right.imshow(np.linalg.norm(flow, axis=-1), cmap="magma", vmin=0, vmax=30)
    right.set(title="flow: length in px", xticks=[], yticks=[])
    fig.colorbar(drawn, ax=right, shrink=0.7, extend="max")
    return fig


def lengths(flows: Mapping[str, np.ndarray], longest: float) -> Figure:
    """Draw the lengths of four flows (H, W, 2) on one scale."""
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(8, 5.2), layout="constrained")
    for ax, (title, flow) in zip(axes.flat, flows.items(), strict=True):
        drawn = ax.imshow(np.linalg.norm(flow, axis=-1), cmap="magma", vmin=0, vmax=longest)
        ax.set(title=title, xticks=[], yticks=[])
    fig.colorbar(drawn, ax=axes, label="length in px", shrink=0.8, extend="max")
    return fig


def over_slides(slides: Sequence[int], errors: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the errors of two networks over the length of a slide, zero flow's, and the correlation's reach."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7.5, 3), layout="constrained")
    for (name, line), color, style in zip(errors.items(), ("#b34700", "#004488"), ("s-", "o:"), strict=True):
        ax.loglog(slides, line, style, color=color, label=name)
    ax.loglog(slides, slides, "k--", label="zero flow")
    ax.axvline(160, color="0.5", lw=1)
    ax.text(156, 0.6, "reach of the correlation", ha="right", color="0.3")
    ax.set(xlabel="slide, px", ylabel="EPE, px")
    ax.set_xticks(slides, [str(slide) for slide in slides])
    ax.set_yticks((1, 10, 100), ("1", "10", "100"))
    ax.minorticks_off()
    ax.legend(loc="upper left")
    return fig
