"""The figures of chapter 11: the loss, activations, optimisers, learning rates, curves; their captions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLES = ("-", "--", ":")

CAPTIONS = {
    "one step": Caption(
        alt="A step of training as boxes: eight pairs, their augmentation, the network, five predicted flows with "
        "their weights, the loss, and the true flow that each of them is compared with; dashed arrows lead back "
        "from the loss through Adam to the network.",
        see="solid arrows compute the loss; the dashed way back changes the weights. The numbers are the paper's "
        "schedule, as flowlab's configuration has them.",
    ),
    "activations": Caption(
        alt="Spread of the activations of 14 layers on a logarithmic axis. With the initial weights of He and others "
        "it stays between 0.01 and 0.3; with half of them it falls below 0.0001 in the deepest layers; with twice "
        "as large ones it climbs to about 70.",
        see="the solid curve stays within a band. The dashed one sinks at each convolution, and the dotted one grows. "
        "At the right, skip connections bring in larger features again.",
    ),
    "three optimisers": Caption(
        alt="Left, contour lines of a long valley with three paths from the same start: gradient descent jumps from "
        "side to side and creeps along the floor, momentum swings and arrives, Adam curves in. Right, the loss "
        "over 60 steps on a logarithmic axis: gradient descent ends highest.",
        see="gradient descent jumps across the valley, since one rate has to serve both directions. Momentum and Adam "
        "reach the middle.",
    ),
    "find the rate": Caption(
        alt="Left, the loss while the learning rate grows from 0.000001 to 1: flat, then falling, then exploding; a "
        "line marks the chosen rate, a dashed one zero flow's loss. Right, the loss of one batch over 100 steps: "
        "with a hundredth of the rate it has barely passed zero flow's, with the chosen rate it falls far below, "
        "with ten times the rate it does not.",
        see="left, the loss falls, becomes jagged and explodes. Right, the chosen rate is the one that learns the "
        "batch.",
    ),
    "held-out error": Caption(
        alt="Left, the loss of the training over its steps: a steep fall, then a slow one. Right, the error on 16 "
        "held-out pairs beside zero flow's dashed line: it begins at that line and then falls below it.",
        see="left, more than half of the fall is over within 50 steps. Right, hardly anything is gained on zero flow "
        "by then. The network begins to match where the curve leaves the dashed line.",
    ),
    "sixteen pairs": Caption(
        alt="Left, the loss of two trainings on 16 pairs over 150 steps: without augmentation it falls to about a "
        "fifth, with augmentation hardly. Right, both held-out errors lie near zero flow's dashed line.",
        see="left, the loss without augmentation falls far: these pairs are learnt by heart. Right, nothing of that "
        "helps on new pairs.",
    ),
    "photograph": Caption(
        alt="A photograph of a cat, the true flow of its rotation with all colours of the wheel, the flow of the "
        "network that was trained in this chapter, and that of the shipped network.",
        see="the shipped network shows the turning wheel of colours; yours has hardly any of it.",
    ),
    "shares of the loss": Caption(
        alt="Bars of each level's share of the loss: as a sum the finest level has 0.44 and the coarsest 0.11, as a "
        "mean 0.01 and 0.74.",
        see="two stairs, one going down and one going up, made of the same five weights.",
    ),
    "learning rates": Caption(
        alt="Learning rates over 600,000 steps: the paper's is a staircase of three steps down, FlowNetC's climbs "
        "first, the modern one rises and falls in a curve.",
        see="a staircase, the same with a ramp in front of it, and a hill.",
    ),
    "directions of a step": Caption(
        alt="Lengths of the 128 directions of a layer's gradient on a logarithmic axis: the gradient falls at once to "
        "about a tenth and in the end to about a thousandth, Adam's step to a thirtieth, Muon's to a half.",
        see="three curves that start at 1: one falls steeply, one less so, and one hardly at all.",
    ),
}


def shares_of_loss(as_sum: Sequence[float], as_mean: Sequence[float], strides: Sequence[int]) -> Figure:
    """Draw each level's share of the loss as two bars, for a sum and for a mean over pixels."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
    forms = ((-0.2, as_sum, "sum over pixels", ""), (0.2, as_mean, "mean over pixels", "//"))
    for offset, values, name, hatch in forms:
        bars = ax.bar(np.arange(len(values)) + offset, values, 0.4, label=name, hatch=hatch, edgecolor="black")
        ax.bar_label(bars, fmt="%.2f")
    ax.set(xticks=range(len(strides)), xticklabels=[f"1/{s}" for s in strides], xlabel="level", ylim=(0, 0.9))
    ax.set(ylabel="share of the loss")
    ax.legend()
    return fig


def learning_rates(steps: np.ndarray, rates: Mapping[str, Sequence[float]]) -> Figure:
    """Draw learning rates, one curve for each plan, over the steps."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
    for (name, values), style in zip(rates.items(), STYLES, strict=True):
        ax.semilogy(steps, values, style, label=name)
    ax.set(xlabel="step", ylabel="learning rate", ylim=(5e-7, 1e-3))
    ax.legend()
    return fig


def directions(lengths: Mapping[str, np.ndarray]) -> Figure:
    """Draw the lengths of each matrix's directions, longest first, as multiples of the longest."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
    for (name, length), style in zip(lengths.items(), STYLES, strict=True):
        ax.semilogy(length / length[0], style, label=name)
    ax.set(xlabel="direction, longest first", ylabel="length")
    ax.legend()
    return fig


def activations(spreads: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the spread of each layer's activations, a curve for each size of the initial weights."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6.5, 2.6), layout="constrained")
    for (name, spread), style in zip(spreads.items(), STYLES, strict=True):
        ax.semilogy(list(spread), list(spread.values()), style, marker="o", markersize=3, label=name)
    ax.set(ylabel="standard deviation", title="activations before the first step")
    ax.tick_params(axis="x", rotation=40)
    ax.legend(loc="lower left")
    return fig


def three_optimisers(paths: Mapping[str, np.ndarray], losses: Mapping[str, np.ndarray], valley: Callable) -> Figure:
    """Draw paths (steps, 2) through a valley, a function of (x, y), and the loss over the steps."""
    from matplotlib import pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6), width_ratios=(1.4, 1), layout="constrained")
    x, y = np.meshgrid(np.linspace(-9, 4, 200), np.linspace(-1.6, 1.6, 100))
    left.contour(x, y, np.sqrt(valley(x, y)), levels=5, colors="0.8")
    for (name, path), style in zip(paths.items(), STYLES, strict=True):
        (line,) = left.plot(*path.T, style, marker=".", markersize=4, label=name)
        right.semilogy(losses[name], style, color=line.get_color(), label=name)
    left.plot(0, 0, "k+", markersize=12)
    left.set(xlabel="weight 1", ylabel="weight 2", xlim=(-9, 4), ylim=(-1.6, 1.6), title="60 steps")
    right.set(xlabel="step", title="loss", ylim=(1e-3, 1e2))
    right.legend(loc="lower left")
    return fig


def find_the_rate(
    rates: np.ndarray, losses: Sequence[float], chosen: float, batch: Mapping[str, Sequence[float]], zero: float
) -> Figure:
    """Draw the losses while the rate grows, and those of one batch with three rates, beside zero flow's."""
    from matplotlib import pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained", sharey=True)
    left.semilogx(rates, losses, "k.-")
    left.axvline(chosen, color="C0", label="chosen")
    left.set(xlabel="learning rate, growing from step to step", ylabel="loss", ylim=(0, 0.6))
    for (name, loss), style in zip(batch.items(), STYLES[1:] + STYLES[:1], strict=True):
        right.plot(loss, style, label=name)
    right.set(xlabel="step, with one rate")
    for ax in (left, right):
        ax.axhline(zero, color="0.5", linestyle="--", label="zero flow")
        ax.legend(loc="upper right", fontsize="small")
    return fig


def curves(logs: Mapping[str, Sequence[Mapping]], first: float | None = None) -> Figure:
    """Draw trainings' losses, with a first one before any step, and beside them their errors with zero flow's."""
    from matplotlib import pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
    zero = 0.0
    for (name, log), style in zip(logs.items(), STYLES, strict=False):
        for ax, event, value in ((left, "train", "loss"), (right, "validation", "epe")):
            rows = [row for row in log if row["event"] == event]
            x, y = [row["step"] for row in rows], [row[value] for row in rows]
            if event == "train" and first is not None:
                x, y = [0, *x], [first, *y]
            ax.plot(x, y, style, marker=".", label=name)
            zero = row["zero_epe"] if (row := rows[-1])["event"] == "validation" else zero
    right.axhline(zero, color="0.5", linestyle="--", label="zero flow")
    left.set(xlabel="step", title="loss", ylim=(0, None))
    right.set(xlabel="step", title="error on held-out pairs, px", xlim=left.get_xlim(), ylim=(0, 1.3 * zero))
    right.legend(loc="lower left")
    return fig
