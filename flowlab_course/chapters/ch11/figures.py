"""The figures of chapter 11: shares of the loss, learning rates, lengths of a step's directions; and their captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "one step": Caption(
        alt="A step of training as boxes: eight pairs, their augmentation, the network, five predicted flows with"
        " their weights, the loss, and the true flow that each of them is compared with; dashed arrows lead "
        "back from the loss through Adam to the network.",
        see="solid arrows compute the loss; the dashed way back changes the weights. The numbers are the paper's "
        "schedule, as flowlab's configuration has them.",
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
        "a fifth and in the end to a two-hundredth, Adam's step to a twelfth, Muon's stays within a half.",
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
    for (name, values), style in zip(rates.items(), ("-", "--", ":"), strict=True):
        ax.semilogy(steps, values, style, label=name)
    ax.set(xlabel="step", ylabel="learning rate", ylim=(5e-7, 1e-3))
    ax.legend()
    return fig


def directions(lengths: Mapping[str, np.ndarray]) -> Figure:
    """Draw the lengths of each matrix's directions, longest first, as multiples of the longest."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
    for (name, length), style in zip(lengths.items(), ("-", "--", ":"), strict=True):
        ax.semilogy(length / length[0], style, label=name)
    ax.set(xlabel="direction, longest first", ylabel="length")
    ax.legend()
    return fig
