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
        see="lengths are enough here, since the true flow points to the left everywhere. The network's is long on the "
        "motorcycle and the floor and short on the wall. Its shapes are soft, "
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
        alt="Left, bars of parameters per layer: conv6_1 and deconv5 are the longest, conv6 and deconv4 half as long, "
        "the others shorter, some hardly visible; conv6, conv6_1 and deconv5 are marked. Right, for each layer the "
        "part of them that a network of a quarter of the width has: a sixteenth for most layers, a quarter for conv1 "
        "and the predictions, all for the enlarged flows.",
        see="the parameters lie around the bottom of the network: the three dark bars hold more than half of them. "
        "Right, dots at three places.",
    ),
    "error over the steps": Caption(
        alt="The error on the batch over the steps, on a logarithmic axis: it starts above zero flow's dashed line and "
        "falls far below it. Five thin lines are the levels' errors against the true flow at their size, in "
        "pixels of the picture; the coarse ones end lower.",
        see="a start above the dashed line, since an untrained network does worse than predicting no motion; then a "
        "fall with some jitter. Thin: each level against the true flow at its size, in pixels of the picture. "
        "The coarse levels fall first and farthest.",
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

    fig, (first, second) = plt.subplots(1, 2, figsize=(9, 5), sharey=True, width_ratios=(3, 2), layout="constrained")
    names = list(full)
    bottom = ("conv6", "conv6_1", "deconv5")
    share = sum(full[name] for name in bottom) / sum(full.values())
    for chosen, color, label in (
        (True, "#004488", f"these three: {share:.0%} of all"),
        (False, "#8fb4d9", "the others"),
    ):
        lengths = [full[name] / 1e6 if (name in bottom) == chosen else 0 for name in names]
        first.barh(names, lengths, color=color, label=label)
    first.set(xlabel="million parameters")
    first.invert_yaxis()
    first.legend()
    second.semilogx([left[name] for name in names], names, "o", color="tab:orange")
    second.set(xlim=(1 / 32, 2), xlabel="left at a quarter of the width")
    second.set_xticks([1 / 16, 1 / 4, 1], ["1/16", "1/4", "all"])
    second.minorticks_off()
    second.grid(axis="x")
    return fig


def error_over_steps(errors: Sequence[float], zero: float, by_level: Sequence[Sequence[float]]) -> Figure:
    """Draw over the steps the error on the batch, those of the levels at their sizes, and zero flow's, in pixels."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7.5, 2.6), layout="constrained")
    for level, line in enumerate(zip(*by_level, strict=True), start=2):
        color, few = plt.get_cmap("viridis")((level - 2) / 4.5), line[::4]  # every fourth step: a small picture
        ax.semilogy(range(0, len(line), 4), few, color=color, lw=0.8, label=f"level {level}")
    ax.semilogy(errors, color="k", lw=1.8, label="at full size")
    ax.axhline(zero, color="k", ls="--", label="zero flow")
    ax.set(xlabel="step", ylabel="error on the batch, px")
    lowest, highest = ax.get_ylim()
    ticks = [tick for tick in (0.001, 0.01, 0.1, 1, 10) if lowest <= tick <= highest]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    fig.legend(loc="outside right center")
    return fig
