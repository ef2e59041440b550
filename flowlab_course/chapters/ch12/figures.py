"""The figures of chapter 12: errors by pixel, by pair, by speed, by cost and by training data; and their captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from flowlab_course.chapters.ch12.records import by_world, over_all
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
    "far and close": Caption(
        alt="The pair with the most fast pixels: frame 1, the true flow, and the flows by DIS, by FlowNetC, and by "
        "both, chosen at each pixel and refined, in the same colours.",
        see="a stool in purple and red that moves far. DIS has lost it, the network has found it as a soft blot, and "
        "both together keep the blot, beside ground that has the firm flow of DIS.",
    ),
    "cost": Caption(
        alt="Three scatter plots with logarithmic axes: error against milliseconds on generated pairs and on real "
        "ones, and error against GFLOP on real ones. S and C are the shipped networks, triangles classical methods.",
        see="S and C, FlowNetS and FlowNetC, alone, with +v, and both together with DIS. On generated pairs the "
        "networks lie below all triangles, and C+v lowest. On real pairs DIS is ahead of both networks alone at less "
        "time, and the lowest marks lie far to the right: the last tenths of a pixel are paid with hundreds of ms.",
    ),
    "worth of the data": Caption(
        alt="Marks for each training that is done, on generated and real sets: its error as a part of zero flow's, one "
        "mark for each seed; dashes for DIS.",
        see="where the marks stand beside the dashes of DIS, which was not trained at all. Compare two kinds of pairs "
        "only where both have two marks: the distance between these is what another seed does.",
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


def worth(record: Mapping[str, Any]) -> Figure:
    """Draw the error of each training of `records.ablation` as a part of zero flow's: a mark for each seed."""
    from matplotlib import pyplot as plt

    sets, still = record["pairs"], record["beside"]["zero flow"]
    fig, ax = plt.subplots(figsize=(8, 2.8))
    places = np.arange(len(sets))
    for i, (world, by_set) in enumerate(by_world(record).items()):
        marks = [(x, value) for x, name in zip(places, sets, strict=True) for value in by_set.get(name, ())]
        x, parts = np.transpose(marks)
        ax.plot(x + 0.14 * (i - 2), parts, "osD^v"[i], ms=5, label=world)
    dis = [record["beside"]["DIS"][name] / still[name] for name in sets]
    ax.hlines(dis, places - 0.4, places + 0.4, color="k", ls="--", lw=1, label="DIS")
    ax.set_xticks(places, [f"{name}\nn = {n}" for name, n in sets.items()], fontsize=8)
    ax.set(ylabel="error / zero flow's", ylim=(0, None))
    ax.legend(ncols=6, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1))
    return fig


def cost(results: Mapping[str, Any], real: Sequence[str]) -> Figure:
    """Draw the error of the methods of COSTS against time, and of networks against GFLOP; `real` names columns."""
    from matplotlib import pyplot as plt
    from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

    fig, axes = plt.subplots(1, 3, figsize=(10, 3.6), layout="constrained")
    of_real = f"{sum(results['columns'][name]['pairs'] for name in real)} real pairs"
    of_chairs = f"{results['columns']['chairs']['pairs']} generated pairs"
    rows = [row for row in results["rows"] if row["method"] in COSTS]
    for ax, (x, title) in zip(axes, (("ms", of_chairs), ("ms", of_real), ("gflop", of_real)), strict=True):
        for row in rows:
            if not row.get(x):
                continue
            method, on_chairs = row["method"], row["epe"]["chairs"]
            error = on_chairs if title == of_chairs else over_all(results, method, list(real))
            short, left, colour, marker = COSTS[method]
            ax.plot(row[x], error, marker, color=colour, ms=5)
            place = {"xytext": (-5 if left else 5, -2), "ha": "right" if left else "left"}
            ax.annotate(short, (row[x], error), textcoords="offset points", fontsize=7, **place)
        ax.set(xscale="log", yscale="log", title=title)
        ax.set_xlabel("ms on one core, 512 x 384" if x == "ms" else "GFLOP of the network, 512 x 1024")
        ax.yaxis.set_major_locator(LogLocator(10, (1, 2, 3, 4, 5, 7)))
        ax.yaxis.set_major_formatter(ScalarFormatter())
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.margins(x=0.35, y=0.1)
    axes[0].set_ylabel("EPE, px")
    return fig


# Which methods are drawn, by their name in docs/results.json: label, whether it stands on the left, colour, marker.
COSTS = {
    "lucas-kanade": ("Lucas-Kanade", True, "C2", "^"),
    "horn-schunck": ("Horn-Schunck", False, "C2", "^"),
    "farneback": ("Farneback", True, "C2", "^"),
    "dis-ultrafast": ("DIS ultrafast", False, "C2", "^"),
    "dis-fast": ("DIS fast", False, "C2", "^"),
    "dis": ("DIS", True, "C2", "^"),
    "dis+v": ("DIS+v", True, "C2", "^"),
    "tvl1": ("TV-L1", False, "C2", "^"),
    "flownets-small": ("S", True, "C0", "o"),
    "flownets-small+v": ("S+v", True, "C0", "o"),
    "flownets-small+flips+fuse+v": ("S, both", False, "C0", "o"),
    "flownetc-small": ("C", False, "C1", "s"),
    "flownetc-small+v": ("C+v", False, "C1", "s"),
    "flownetc-small+flips+fuse+v": ("C, both", False, "C1", "s"),
}
