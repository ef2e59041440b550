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
        see="arrows that run round the middle, nothing at the centre, and longer the further out.",
    ),
    "two scales": Caption(
        alt="Four colour pictures of a rotation: two alike under automatic scale, and under a fixed scale one strong, "
        "one pale; below each the colour wheel with the length of its full colour.",
        see="the first two are the same picture though one flow is ten times the other, as the numbers below the "
        "wheels say; the last two have one wheel, and differ.",
    ),
    "two wheels": Caption(
        alt="The two colour wheels, each with the turning cat's flow drawn in its colours.",
        see="the same flow twice. The second wheel goes from dark to light and from blue to yellow, which such an eye "
        "tells apart.",
    ),
    "a zoom": Caption(
        alt="An astronaut, the same nearer, and the flow: arrows that point away from the middle, all colours of the "
        "wheel, which is drawn beside it.",
        see="the whole wheel, laid over the picture: each side moves away from the middle in its own direction.",
    ),
    "a stereo pair": Caption(
        alt="The motorcycle; its true flow, all in the hue of leftward motion, with unknown pixels marked; the colour "
        "wheel.",
        see="one hue, stronger where things are near. The grey pixels are not zero flow: nobody knows their flow.",
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
