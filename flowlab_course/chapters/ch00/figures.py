"""The figures of chapter 00: a flow with two places marked; and the captions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import row_of_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "two frames": Caption(
        alt="Two photographs of a motorcycle in a garage with axes in pixels; in the second everything lies further "
        "left.",
        see="everything lies further left in frame 2, but not by the same amount. Use the axes: follow the front "
        "wheel, then the shelf behind it.",
    ),
    "flow in colours": Caption(
        alt="Frame 1 with hub and shelf marked; its flow in colours with arrows that point left, longest on the "
        "motorcycle; and the colour wheel.",
        see="one hue, light blue, the wheel's colour for left. The motorcycle is stronger in colour than the shelf, "
        "and its arrows are longer. The green patch in the lower left corner is an error of DIS: what lies there "
        "leaves the picture.",
    ),
}


def flow_in_colours(img1: np.ndarray, flow: np.ndarray, places: Mapping[str, tuple[int, int]], limit: float) -> Figure:
    """Draw frame 1 with the named places (row, column), and its flow in colours with arrows and the wheel."""
    from matplotlib.patheffects import withStroke

    panels = {"frame 1": img1, "flow to frame 2": flow}
    fig = row_of_pictures(panels, arrows={"flow to frame 2": flow}, limit=limit, axes=True)
    for name, (y, x) in places.items():
        fig.axes[0].plot(x, y, "o", mfc="none", mec="white", mew=2, ms=9)
        around = [withStroke(linewidth=3, foreground="black")]
        fig.axes[0].text(x + 12, y, name, color="white", va="center", path_effects=around)
    return fig
