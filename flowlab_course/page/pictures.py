"""Pictures in a row: most figures of the course, without plotting code in the chapters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Shaped, UInt8

from flowlab_course.page.figures import show

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ARROWS = 8  # across a picture: more of them hide what lies under them
MAP_COLOURS = "magma"  # for maps of one number a pixel: dark is little, as the eye expects
WHEEL = 80  # px of the colour wheel's side
COLOURS = "colours"  # what stands above it


def pictures(
    panels: dict[str, Shaped[np.ndarray, "_ _ *_"]], *, alt: str, see: str | None = None, **options: Any
) -> None:
    """Show pictures side by side, each under its title.

    Args:
        panels: Title to picture, see ``row_of_pictures``.
        alt: What the figure shows, see ``show``.
        see: What one should see, see ``show``.
        options: The other arguments of ``row_of_pictures``: arrows, limit, lowest, width, axes.

    Raises:
        ValueError: If a picture has another shape, or arrows belong to no picture or do not fit it.

    Example:
        >>> black = np.zeros((4, 6, 3), np.uint8)
        >>> pictures({"night": black}, alt="A black rectangle, as an example.")  # doctest: +SKIP
    """
    show(row_of_pictures(panels, **options), alt=alt, see=see)


def row_of_pictures(
    panels: dict[str, Shaped[np.ndarray, "_ _ *_"]],
    *,
    arrows: dict[str, Shaped[np.ndarray, "_ _ 2"]] | None = None,
    limit: float | int | None = None,
    lowest: float | int | None = None,
    width: float | int = 9.0,
    axes: bool = False,
) -> Figure:
    """Draw pictures side by side, each under its title.

    Args:
        panels: Title to picture: (H, W, 3) as it is, (H, W) bool in black and white, (H, W) numbers from dark to light,
            (H, W, 2) flows in colours, NaN grey, all on one scale and with the colour wheel beside them.
        arrows: Title to a flow in pixels, drawn as arrows over that picture, at their true length.
        limit: The number that is drawn lightest, and the length in pixels that has full colour; by default the largest.
        lowest: The number that is drawn darkest; by default the smallest.
        width: Of the whole row, in inches.
        axes: Write the coordinates of the pixels beside each picture.

    Raises:
        ValueError: If a picture has another shape, or arrows belong to no picture or do not fit it.
    """
    from matplotlib import pyplot as plt

    panels, arrows = _in_colours(panels, limit), arrows or {}
    for title, flow in arrows.items():
        if title not in panels or flow.shape[:2] != panels[title].shape[:2]:
            raise ValueError(f"arrows of shape {flow.shape} for {title!r} fit none of the pictures {list(panels)}")
    aspects = [_aspect(title, picture) for title, picture in panels.items()]
    height = width / sum(aspects) + 0.3  # all pictures as high as each other, and a line for the titles
    fig, row = plt.subplots(1, len(panels), figsize=(width, height), width_ratios=aspects, squeeze=False)
    for ax, (title, picture) in zip(row[0], panels.items(), strict=True):
        numbers = {"cmap": MAP_COLOURS, "vmin": lowest, "vmax": limit}
        grey = {"cmap": "gray", "vmin": 0, "vmax": 1} if picture.dtype == bool else numbers
        ax.imshow(picture, **({} if picture.ndim == 3 else grey))
        ax.set(title=title, xticks=[], yticks=[], frame_on=title != COLOURS)
        if axes and title != COLOURS:
            down, across = (range(0, size, 100) for size in picture.shape[:2])
            ax.set(xlabel="x in px", ylabel="y in px", xticks=across, yticks=down)
        if title in arrows:
            _draw_arrows(ax, arrows[title])
    return fig


def wheel(max_flow: float | int, *, zoom: int = 1) -> UInt8[np.ndarray, "H W 3"]:
    """Draw the colour wheel with the length of a full colour below it, as it stands beside every flow.

    Args:
        max_flow: The length in pixels that has the full colour.
        zoom: How many times larger than ``WHEEL`` pixels.

    Example:
        >>> wheel(30).shape
        (104, 80, 3)
    """
    import cv2

    from flowlab.field import color_wheel_legend

    side = zoom * WHEEL
    out = np.full((side + zoom * 24, side, 3), 255, np.uint8)
    out[:side] = color_wheel_legend(side)
    text, font, scale = f"{max_flow:.3g} px", cv2.FONT_HERSHEY_SIMPLEX, 0.45 * zoom
    (wide, _), _ = cv2.getTextSize(text, font, scale, zoom)
    cv2.putText(out, text, ((side - wide) // 2, side + zoom * 17), font, scale, (0, 0, 0), zoom, cv2.LINE_AA)
    return out


def _in_colours(panels: dict[str, np.ndarray], limit: float | int | None) -> dict[str, np.ndarray]:
    """Colour the flows among the panels on one scale, and put the wheel at their right."""
    flows = {title: panel for title, panel in panels.items() if panel.ndim == 3 and panel.shape[2] == 2}
    if not flows:
        return panels
    if COLOURS in panels:
        raise ValueError(f"{COLOURS!r} is the title of the colour wheel beside a flow; give this picture another one")
    from flowlab.field import flow_to_image

    lengths = [np.linalg.norm(flow, axis=2).ravel() for flow in flows.values()]
    full = limit or float(np.nanmax(np.concatenate(lengths), initial=0.0)) or 1.0
    coloured = {title: flow_to_image(np.float32(flow), max_flow=full) for title, flow in flows.items()}
    legend = wheel(full, zoom=2)
    below = 5 * legend.shape[1] // 2 - len(legend)  # all panels are equally high: white makes the wheel a small one
    return panels | coloured | {COLOURS: np.pad(legend, ((0, below), (0, 0), (0, 0)), constant_values=255)}


def _aspect(title: str, picture: np.ndarray) -> float:
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] != 3):
        raise ValueError(
            f"{title!r} must be a picture (H, W, 3), a flow (H, W, 2) or a map (H, W), got shape {picture.shape}"
        )
    return picture.shape[1] / picture.shape[0]


def _draw_arrows(ax: Axes, flow: np.ndarray) -> None:
    from matplotlib.patheffects import withStroke

    H, W = flow.shape[:2]
    step = max(W // ARROWS, 1)
    for y in range(step // 2, H, step):
        for x in range(step // 2, W, step):
            head = {"arrowstyle": "->", "lw": 1.2, "path_effects": [withStroke(linewidth=3, foreground="white")]}
            ax.annotate("", xy=(x, y) + flow[y, x], xytext=(x, y), arrowprops=head, annotation_clip=False)
