"""The captions of chapter 01's figures, and pictures of flows with a wheel each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import wheel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "a turn": Caption(
        alt="A cat, the same cat turned clockwise by 12 degrees, and the flow as arrows that circle the middle of the "
        "picture.",
        see="arrows that run clockwise round the middle, and are longer the further out they begin. In the middle "
        "nothing moves.",
    ),
    "two scales": Caption(
        alt="Four colour pictures of a rotation: two alike under automatic scale, and under a fixed scale one strong, "
        "one pale; below each the colour wheel with the length of its full colour.",
        see="the first two pictures are alike though one flow is ten times as long as the other, as the numbers below "
        "the wheels say. The last two have the same scale, and differ.",
    ),
    "two wheels": Caption(
        alt="The two colour wheels, each with the turning cat's flow drawn in its colours.",
        see="the same flow twice. The second wheel goes from dark to light and from blue to ochre, which eyes without "
        "green or red cones tell apart.",
    ),
    "a zoom": Caption(
        alt="An astronaut, the same nearer, and the flow in all colours of the wheel beside it, with arrows that point "
        "away from the middle, twice as long as the flow.",
        see="arrows that point away from the middle on every side, and are longer the further out they begin. They are "
        "drawn twice as long as the flow is.",
    ),
    "a lost disc": Caption(
        alt="Two flows of the widget's dots with the colour wheel: at 4 pixels a frame a pale red disc with arrows to "
        "the right before light blue with arrows to the left, at 6 pixels arrows to the left with a pale smear in the "
        "middle.",
        see="at 4 px the disc in the colour of right. At 6 px a smear, and hardly anything in the colour of right, "
        "though the dots are the same.",
    ),
    "a stereo pair": Caption(
        alt="The motorcycle; its true flow, all in the hue of leftward motion, with unknown pixels marked; the colour "
        "wheel.",
        see="one hue, stronger where things are near. Grey does not mean zero: the flow of these pixels is unknown.",
    ),
}


def under_wheels(pictures: Mapping[str, np.ndarray], full: Sequence[float]) -> Figure:
    """Draw pictures of flows side by side, each with its own colour wheel below it.

    Args:
        pictures: Title to picture.
        full: The length in pixels that has the full colour in each.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, len(pictures), figsize=(9, 3), height_ratios=(2, 1))
    for (above, below), (title, picture), length in zip(axes.T, pictures.items(), full, strict=True):
        above.imshow(picture)
        above.set(title=title, xticks=[], yticks=[])
        below.imshow(wheel(length, zoom=2))
        below.axis("off")
    return fig
