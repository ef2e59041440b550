"""The figures of chapter 02: errors from the best pixel to the worst; and the captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "which way": Caption(
        alt="A cup of coffee; the same shifted 40 pixels to the left by the warp, with a black band on the right.",
        see="the cup further left, and black at the right edge, where the warp asked for pixels beyond the picture.",
    ),
    "occlusions": Caption(
        alt="Three maps of the motorcycle: what the true warp leaves over, the pixels hidden in frame 2, and those "
        "that DIS loses.",
        see="the bright rims of the first map are the white ones of the second. The third, made without truth, is "
        "coarser.",
    ),
    "sorted errors": Caption(
        alt="The pixels' errors sorted, on a logarithmic axis: most lie far below the mean, a few percent far "
        "above it.",
        see="four pixels of five below the dashed line, and at the right end a few that lie ten times above it.",
    ),
    "fetch and push": Caption(
        alt="A row of eight pixels, fetched and pushed along one flow: fetching fills every pixel, pushing leaves"
        " a hole and puts two values into one pixel. Beside it a square between four pixels, cut into four "
        "areas: the weights.",
        see="above, one arrow ends in every pixel of the new row. Below, no arrow ends in the third and two end "
        "in the sixth. On the right, the nearer a pixel is to the target, the larger the area of its colour.",
    ),
}


def sorted_errors(ranked: np.ndarray, mean: float) -> Figure:
    """Draw errors in px, sorted from the best pixel to the worst, and their mean as a dashed line."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6, 2.6))
    ax.semilogy(np.linspace(0, 100, len(ranked)), np.maximum(ranked, 1e-2))
    ax.axhline(mean, color="k", ls="--")
    ax.annotate("the mean, EPE", (2, 1.15 * mean))
    ax.set(xlabel="% of the pixels, best first", ylabel="error in px", xlim=(0, 100))
    return fig
