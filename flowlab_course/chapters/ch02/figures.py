"""The figures of chapter 02: what a check for occlusions finds, errors as a map and sorted; and the captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import MAP_COLOURS, row_of_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "which way": Caption(
        alt="A cup of coffee; the same shifted 40 pixels to the left by the warp, with a black band on the right.",
        see="the cup further left by 40 px, and a black band at the right edge, where the targets lie outside the "
        "picture.",
    ),
    "occlusions": Caption(
        alt="Three maps of the motorcycle: what the true warp leaves over, dark for 0 and light for 60 grey levels; "
        "the hidden pixels and a band at the left that leaves the picture; and the pixels that the check reports: that "
        "band, few hidden pixels, many others.",
        see="most of the bright rims of the first map are the white ones of the second. In the third, white pixels are "
        "hits, red ones false alarms. Many white rims of the second map are missing there, and the orange band at the "
        "left is whole.",
    ),
    "sorted errors": Caption(
        alt="A map of the error, bright along outlines; and the pixels' errors sorted, on a logarithmic axis: most lie "
        "far below the mean, a few percent far above it.",
        see="in the map, large errors along the outlines. In the curve, about eight pixels of ten below the dashed "
        "line, and at the right end some that lie more than five times above it.",
    ),
    "fetch and push": Caption(
        alt="A row of eight pixels, fetched and pushed along one flow: fetching fills every pixel, pushing leaves"
        " a hole and puts two values into one pixel. Beside it a square between four pixels, cut into four "
        "areas: the weights.",
        see="the same flow used in two ways. Above, a backward warp: one arrow ends in every pixel of the new row. "
        "Below, a forward warp: no arrow ends in the third pixel, two end in the sixth. On the right, the nearer a "
        "pixel is to the target, the larger the area of its colour, which is its weight.",
    ),
}


def occlusions(left_over: np.ndarray, covered: np.ndarray, leaves: np.ndarray, reported: np.ndarray) -> Figure:
    """Draw what a warp leaves over in grey levels, the pixels that frame 2 does not show, and those reported."""
    from matplotlib.patches import Patch

    hidden, away, alarm, dark = (255, 255, 255), (255, 160, 0), (220, 40, 80), (30, 30, 60)
    truth, check = (np.full((*covered.shape, 3), dark, np.uint8) for _ in range(2))
    truth[covered], truth[leaves] = hidden, away
    check[reported] = alarm
    check[reported & covered], check[reported & leaves] = hidden, away
    panels = {"left over, 0 to 60 levels": left_over, "not in frame 2": truth, "reported by the check": check}
    fig = row_of_pictures(panels, limit=60, axes=True)
    for ax in fig.axes[1:]:
        ax.set(ylabel="", yticks=[])
    names = {"hidden in frame 2": hidden, "leaves the picture": away, "false alarm": alarm, "neither": dark}
    keys = [Patch(fc=np.array(colour) / 255, ec="black", label=name) for name, colour in names.items()]
    fig.set_figheight(fig.get_figheight() + 0.5)  # room for the legend
    fig.legend(handles=keys, ncols=4, loc="outside lower center", frameon=False)
    return fig


def sorted_errors(error_map: np.ndarray, ranked: np.ndarray, mean: float) -> Figure:
    """Draw errors in px as a map, NaN grey, and sorted from the best pixel to the worst with their mean as a line."""
    from matplotlib import pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 2.9), layout="constrained")
    left.set_facecolor("grey")
    shown = left.imshow(error_map, cmap=MAP_COLOURS, vmin=0, vmax=10)
    left.set(title="error of DIS; unknown is grey", xlabel="x in px", ylabel="y in px")
    fig.colorbar(shown, ax=left, label="px", extend="max")
    right.semilogy(np.linspace(0, 100, len(ranked)), np.maximum(ranked, 1e-2))
    right.axhline(mean, color="k", ls="--")
    right.annotate("the mean, EPE", (2, 1.15 * mean))
    right.set(title="sorted", xlabel="% of the pixels, best first", ylabel="error in px", xlim=(0, 100))
    return fig
