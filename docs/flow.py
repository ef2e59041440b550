"""Draws the picture at the top of README.md: ``python docs/flow.py``."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import flowlab
from flowlab.datasets.samples import motorcycle, moving_photograph
from flowlab.field import color_wheel_legend
from flowlab_course.page.figures import png_bytes


def main() -> None:
    """Draw a photograph that turns, and a real stereo pair, each with its flow."""
    cat, bike = moving_photograph("chelsea", degrees=12.0, size=(144, 208)), motorcycle(reduce=0.5)
    fig, axes = plt.subplots(1, 5, figsize=(11, 1.75), width_ratios=[1.45, 1.45, 1.48, 1.48, 1], layout="constrained")
    pictures = [
        (cat.img1, "a photograph that turns"),
        (flowlab.flow_to_image(cat.flow), "its flow"),
        (bike.img1, "a real stereo pair"),
        (flowlab.flow_to_image(bike.flow, valid=bike.valid), "its flow"),
        (color_wheel_legend(144, max_flow=27), "the colours"),
    ]
    for ax, (picture, title) in zip(axes, pictures, strict=True):
        ax.imshow(picture)
        ax.set_title(title, fontsize=9)
        ax.set(xticks=[], yticks=[])
    y, x = np.mgrid[12:144:24, 12:208:24]
    axes[1].quiver(x, y, *cat.flow[y, x].transpose(2, 0, 1), angles="xy", scale_units="xy", scale=1)
    Path(__file__).with_suffix(".png").write_bytes(png_bytes(fig))


if __name__ == "__main__":
    main()
