"""The figures of chapter 12: errors by pixel, by pair, by speed and by what the training lacked; and their captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "first pair": Caption(
        alt="Frame 1 and 2 of a generated pair, furniture before a textured ground, and its true flow in colours.",
        see="furniture that has moved, each piece by itself, and the colours that say where to.",
    ),
    "pixels below an error": Caption(
        alt="Three rising curves: the share of pixels whose error is below a value, on a logarithmic axis; dots mark "
        "the means.",
        see="each method's mean, the dot, far up its curve. Most pixels have a smaller error than the mean; a few are "
        "off by tens of pixels and raise it. Where two curves cross, the better method depends on the error that you "
        "accept.",
    ),
    "error by pair": Caption(
        alt="The error of three methods on each pair, on a logarithmic axis, pairs in the order of DIS's error.",
        see="easy pairs on the left and hard ones on the right, with several times the error. The order of the methods "
        "changes from pair to pair.",
    ),
    "error by speed": Caption(
        alt="Bars of the error of six methods in three bands of speed, on a logarithmic axis; errors grow with speed.",
        see="errors that grow with speed for every method, and an order of the methods that is not the same in each "
        "band.",
    ),
    "thin parts": Caption(
        alt="A scene of furniture; its thin parts, legs and bars, in white; and FlowNetC's error, dark where it is "
        "small.",
        see="legs, bars and rims in white, and large errors along them.",
    ),
    "polished": Caption(
        alt="The motorcycle; FlowNetC's flow in soft blotches; refined, with firm borders; and the true flow, in the "
        "same colours, beside their colour wheel.",
        see="one hue for leftward motion. Soft blotches become areas with borders, and flow that was about right takes "
        "the shape of things. Flow that was far from the truth stays wrong.",
    ),
    "worth of the data": Caption(
        alt="Bars for four trainings, each without one thing, on generated and real data sets: their error as a "
        "multiple of the training with everything.",
        see="most bars within a tenth of the line, which says little. On Sintel final all four lie below it: there the "
        "training with everything was unlucky. Far above the line stand Sintel clean, the fastest pair, without heavy "
        "tails and without augmentation, and Middlebury without heavy tails. Far below it stands chairs-spynet, the "
        "set most like the training's pairs, without augmentation.",
    ),
}


def pixels_below(errors: Mapping[str, Sequence[np.ndarray]]) -> Figure:
    """Draw the share of pixels whose error is below a value, with a dot at each mean; by method, maps (H, W)."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.8))
    for (name, maps), style in zip(errors.items(), ("-", "--", ":"), strict=True):
        values = np.sort(np.concatenate([m.ravel() for m in maps]))
        share = np.linspace(0, 100, len(values))
        (line,) = ax.semilogx(values[::500], share[::500], style, label=name)
        ax.plot(values.mean(), 100 * (values < values.mean()).mean(), "o", color=line.get_color(), mec="k")
    ax.set(xlabel="error of a pixel, px", ylabel="% of the pixels below it", xlim=(0.05, 200), ylim=(0, 100))
    ax.legend()
    return fig


def by_pair(errors: Mapping[str, np.ndarray], order: np.ndarray) -> Figure:
    """Draw a mark for the error of each method on each pair, the pairs in this order."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.6))
    for (name, values), marker in zip(errors.items(), "osx", strict=True):
        ax.semilogy(np.arange(len(order)), values[order], marker, label=name, ms=7, alpha=0.8)
    ax.set(xlabel="pair, in the order of DIS's error", ylabel="EPE, px", xticks=range(len(order)))
    ax.legend()
    return fig


def by_speed(errors: Mapping[str, Sequence[float]], bands: Sequence[str]) -> Figure:
    """Draw a group of bars for each band of speed, a bar for each method."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 2.8))
    for i, (name, values) in enumerate(errors.items()):
        ax.bar(np.arange(3) + 0.14 * (i - 2.5), values, width=0.13, label=name)
    ax.set(yscale="log", ylabel="EPE, px", xticks=range(3), xticklabels=[f"{band} px" for band in bands])
    ax.legend(ncols=3, loc="upper left")
    ax.set_ylim(top=400)
    return fig


def worth(multiples: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw, for each data set, how many times the whole training's error each training has."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 2.6))
    for i, (name, by_set) in enumerate(multiples.items()):
        ax.bar(np.arange(len(by_set)) + 0.2 * (i - 1.5), list(by_set.values()), width=0.18, label=name)
    sets = list(next(iter(multiples.values())))
    ax.axhline(1, color="k", lw=1)
    ax.set_xticks(range(len(sets)), sets, fontsize=8)
    ax.set(ylabel="error / everything's")
    ax.legend(ncols=4, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1))
    return fig
