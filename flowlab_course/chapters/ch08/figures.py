"""The figures of chapter 08: patches, enlarged; and their captions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import row_of_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ZOOM = 24  # px of a figure for each pixel of a patch

CAPTIONS = {
    "three patches": Caption(
        alt="Three patches of 7 by 7 pixels: brown and grey stripes at the wheel, nearly the same ones, and others, "
        "brighter on one side.",
        see="the second patch shows the same stripes as the first one. The third does not.",
    ),
    "search window": Caption(
        alt="A place in the features of frame 1; around the same place in those of frame 2 a square of 21 by 21 "
        "dots, the displacements; and the output, a box of 441 channels, with the channels of four "
        "displacements.",
        see="one channel for each dot. The dots lie row by row, dx fastest, so that no displacement at all is the"
        " channel in the middle, 220.",
    ),
    "flow by the best match": Caption(
        alt="Five flow pictures of the motorcycle: by plain colours only whirls, by patches, random and trained "
        "filters the motorcycle; and the truth, with grey where it is not known.",
        see="on the left many small colour wheels: all pixels around a bright spot point at it. Then three times the "
        "motorcycle; then the truth.",
    ),
}


def enlarged(patches: Mapping[str, np.ndarray]) -> Figure:
    """Draw patches of a few pixels, (K, K, 3) with colours from 0 to 1, each under its title."""
    return row_of_pictures(
        {name: np.uint8(255 * patch).repeat(ZOOM, 0).repeat(ZOOM, 1) for name, patch in patches.items()}
    )
