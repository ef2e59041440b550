"""The figures of chapter 07: a network at work, its predictions, its parameters, an error over the steps; captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "at work": Caption(
        alt="Four panels: frame 1 of the motorcycle; the length of the true flow, longer on the motorcycle and the "
        "floor than on the wall; the length of the trained network's flow, similar in soft shapes; and the "
        "network's error.",
        see="the network's flow is long on the motorcycle and the floor and short on the wall. Its shapes are soft, "
        "and the error is large at thin parts such as the handlebar. The error has a scale of its own. White: the true "
        "flow is unknown.",
    ),
    "hourglass": Caption(
        alt="All layers of FlowNetS. On the left ten convolutions lead from two frames of 384 by 512 down to 1024"
        " channels of 6 by 8. On the right four levels lead up again; each joins a skip connection, "
        "upconvolved features and an enlarged flow. Five layers predict a flow.",
        see="the number after a layer's name counts its output channels, the bold number on an arrow the channels that "
        "the next layer reads. A frame surrounds each stack: both arrows that leave it read all three parts. From row "
        "to row height and width change by a factor of 2.",
    ),
    "five predictions": Caption(
        alt="Six maps of the length of the motorcycle's flow: five predictions of the trained network, from blocks of "
        "64 pixels to soft shapes, and the true flow.",
        see="the coarsest prediction is already longer at the bottom than at the top. Finer ones show more of the "
        "motorcycle; none has its thin parts.",
    ),
    "parameters": Caption(
        alt="Above, bars of parameters per layer: conv6_1 and deconv5 are the highest, conv6 and deconv4 half as high, "
        "the others lower, some hardly visible; conv6, conv6_1 and deconv5 are marked. Below, for each layer the part "
        "of them that a network of a quarter of the width has: a sixteenth for most layers, a quarter for conv1 and "
        "the predictions, all for the enlarged flows.",
        see="the parameters lie around the bottom of the network: the three dark bars hold more than half of them. "
        "Below, three rows of dots.",
    ),
    "error over the steps": Caption(
        alt="The error on the batch over the steps, on a logarithmic axis: it starts above zero flow's dashed line and "
        "falls far below it.",
        see="a start above the dashed line, since an untrained network does worse than predicting no motion; then a "
        "fall, steep at first and slower later, with some jitter.",
    ),
}


def at_work(frame: np.ndarray, flow: np.ndarray, truth: np.ndarray, longest: float) -> Figure:
    """Draw frame 1, the lengths of the true flow (NaN where unknown) and of a network's, and the network's error."""
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(9, 5.8), layout="constrained")
    error = np.linalg.norm(flow - truth, axis=-1)
    titles = ("true flow: length in px", "FlowNetS, trained: length in px", "error of FlowNetS in px")
    axes.flat[0].imshow(frame)
    axes.flat[0].set(title="frame 1")
    for ax, title, number in zip(axes.flat[1:], titles, (*map(_length, (truth, flow)), error), strict=True):
        highest = longest / 2 if number is error else longest
        drawn = ax.imshow(number, cmap="magma", vmin=0, vmax=highest)
        ax.set(title=title)
        fig.colorbar(drawn, ax=ax, shrink=0.9, extend="max")
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    return fig


def five_predictions(flows: Mapping[str, np.ndarray], longest: float) -> Figure:
    """Draw the lengths of six flows (H, W, 2) on one scale, in two rows."""
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, 3, figsize=(9, 4.2), layout="constrained")
    for ax, (title, flow) in zip(axes.flat, flows.items(), strict=True):
        drawn = ax.imshow(_length(flow), cmap="magma", vmin=0, vmax=longest)
        ax.set(title=title, xticks=[], yticks=[])
    fig.colorbar(drawn, ax=axes, label="length in px", shrink=0.8)
    return fig


def _length(flow: np.ndarray) -> np.ndarray:
    return np.linalg.norm(flow, axis=-1)


def parameters(full: Mapping[str, float], left: Mapping[str, float]) -> Figure:
    """Draw for each layer its parameters in millions, and the part of them at a quarter of the width."""
    from matplotlib import pyplot as plt

    fig, (above, below) = plt.subplots(2, 1, figsize=(9, 4.4), sharex=True, height_ratios=(3, 2))
    names = list(full)
    bottom = ("conv6", "conv6_1", "deconv5")
    share = sum(full[name] for name in bottom) / sum(full.values())
    for chosen, color, label in ((True, "#004488", f"{share:.0%} of all"), (False, "#8fb4d9", "the others")):
        heights = [full[name] / 1e6 if (name in bottom) == chosen else 0 for name in names]
        above.bar(names, heights, color=color, label=label)
    above.set(ylabel="million parameters")
    above.legend()
    below.semilogy(names, [left[name] for name in names], "o", color="tab:orange")
    below.set(ylim=(1 / 32, 2), ylabel="left at a\nquarter width")
    below.set_yticks([1, 1 / 4, 1 / 16], ["all", "1/4", "1/16"])
    below.minorticks_off()
    below.grid(axis="y")
    below.tick_params(axis="x", rotation=75, labelsize=8)
    return fig


def error_over_steps(errors: Sequence[float], zero: float) -> Figure:
    """Draw the error on the batch over the steps, and that of zero flow, in pixels."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.4))
    ax.semilogy(errors)
    ax.axhline(zero, color="k", ls="--", label="zero flow")
    ax.set(xlabel="step", ylabel="EPE on the batch, px")
    lowest, highest = ax.get_ylim()
    ticks = [tick for tick in (0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32) if lowest <= tick <= highest]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.legend()
    return fig
