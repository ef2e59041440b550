"""One step of training: forward, compared at five sizes, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowlab.training import TrainConfig
from flowlab_course.page.diagram import SMALL, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRIDES = (4, 8, 16, 32, 64)  # px of the image for each place of the five flows
ROW = 28  # px from one flow to the next


def step(config: TrainConfig | None = None) -> Figure:
    """Draw a step of training, and what is done every so many steps; the numbers are the configuration's."""
    config = config or TrainConfig()
    height, width = config.crop or config.size
    sheet = Sheet(318)
    y = 126
    pairs = sheet.box(8, y - 30, 112, 60, f"{config.batch} pairs,\n{config.size[0]} × {config.size[1]}", kind="plain")
    views = sheet.box(150, y - 30, 112, 60, f"augmentation,\n{height} × {width}", kind="plain")
    network = sheet.box(300, y - 40, 112, 80, "network", kind="first", size=10, bold=True)
    loss = sheet.box(694, y - 30, 158, 60, "loss: the sum over\nlevels and pixels", kind="result")
    for a, b in ((pairs, views), (views, network)):
        sheet.arrow(a.right, b.left)
    sheet.arrow(network.right, (452, y), kind="second")
    sheet.text(500, y - 2.5 * ROW - 8, "predicted flow", kind="second", size=SMALL, bold=True)
    sheet.text(610, y - 2.5 * ROW - 8, "weight", size=SMALL, bold=True)
    for i, (stride, weight) in enumerate(zip(STRIDES, config.loss_weights, strict=True)):
        middle = y + ROW * (i - 2)
        sheet.box(452, middle - 11, 96, 22, f"{height // stride} × {width // stride}", kind="second")
        sheet.text(610, middle, f"× {weight:g}", size=SMALL)
    sheet.arrow((652, y), loss.left, kind="result")
    truth = sheet.box(150, 222, 112, 40, "true flow", kind="result")
    sheet.arrow(views.bottom, truth.top, kind="result")
    sheet.arrow(truth.right, (loss.centre[0], truth.right[1]), loss.bottom, kind="result")
    sheet.text(500, truth.right[1] - 12, "averaged down to each of the five sizes", size=SMALL)
    adam = sheet.box(436, 8, 196, 28, f"{config.optimiser.capitalize()}, learning rate {config.lr:g}", kind="ink")
    sheet.arrow(loss.top, (loss.centre[0], 22), adam.right, dashed=True)
    sheet.arrow(adam.left, (network.centre[0], 22), network.top, dashed=True)
    sheet.text(loss.centre[0] + 10, 60, "gradients", size=SMALL, align="left")
    sheet.text(network.centre[0] - 10, 60, "new weights", size=SMALL, align="right")
    save = f"every {config.checkpoint_every:,} steps: save weights, optimiser and step"
    validate = f"every {config.validate_every:,} steps: validate on pairs put aside"
    sheet.box(8, 282, 416, 28, save)
    sheet.box(440, 282, 412, 28, validate)
    return sheet.fig
