"""The figures of chapter 07: parameters per layer, the error over the steps; and the captions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "hourglass": Caption(
        alt="All layers of FlowNetS. On the left ten convolutions lead from two frames of 384 by 512 down to 1024"
        " channels of 6 by 8. On the right four levels lead up again; each joins a skip connection, "
        "upconvolved features and an enlarged flow. Five layers predict a flow.",
        see="the number after a layer's name counts its output channels, the bold number on an arrow what the "
        "next layer reads. From row to row height and width change by a factor of 2.",
    ),
    "parameters": Caption(
        alt="Bars of parameters per layer: conv6 and conv6_1 and deconv5 tower, conv1 and all predictions are hardly "
        "there.",
        see="three tall bars at the bottom of the network: conv6_1, conv6 and deconv5. The layers close to the pixels "
        "have few parameters.",
    ),
    "error over the steps": Caption(
        alt="The error on the batch over the steps, on a logarithmic axis: it starts above zero flow's dashed line and "
        "falls far below it.",
        see="a start above the dashed line, since an untrained network is worse than the answer zero; then a fall, "
        "first steep, then slower, with some jitter.",
    ),
    "five predictions": Caption(
        alt="Five predictions of one flow, from a few coloured blocks to a picture with outlines, the truth beside "
        "them, and the colour wheel.",
        see="a few blocks of colour that get the large motion, and with each level more of the outlines; the last has "
        "some spots. The colours hardly change: all five predict the same flow.",
    ),
}


def parameters(sizes: Mapping[str, float]) -> Figure:
    """Draw a bar for each layer, in millions of parameters."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 2.6))
    ax.bar(list(sizes), list(sizes.values()), color="tab:blue")
    ax.set(ylabel="million parameters")
    ax.tick_params(axis="x", rotation=75, labelsize=7)
    return fig


def error_over_steps(errors: Sequence[float], zero: float) -> Figure:
    """Draw the error on the batch over the steps, and that of zero flow, in pixels."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.4))
    ax.semilogy(errors)
    ax.axhline(zero, color="k", ls="--", label="zero flow")
    ax.set(xlabel="step", ylabel="EPE on the batch, px")
    ax.legend()
    return fig
