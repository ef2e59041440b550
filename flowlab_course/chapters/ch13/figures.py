"""The figures of chapter 13 that take more than a line, and the captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import row_of_pictures

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor

CAPTIONS = {
    "two frames and their flow": Caption(
        alt="Two frames of a coffee cup with a round portrait before it, and their true flow: the table to the right, "
        "the disc to the lower left.",
        see="two motions and nothing between them: the table goes to the right, the portrait down to the left.",
    ),
    "three scales": Caption(
        alt="The same flow three times: strong and darkened colours, clear colours, and almost white.",
        see="on the left everything is beyond the scale and darkened; on the right the same motion looks like none.",
    ),
    "verdicts": Caption(
        alt="Three maps of one pair of frames: the check's verdicts, orange at the right and lower edges and red along "
        "the portrait's lower left rim; what frame 2 does not show, orange at the same edges and red in a sickle at "
        "that rim; and the true error, bright at the rim and dark at the edges.",
        see="the orange edges agree in both maps, and are dark in the error map: their flow is right. Of the covered "
        "sickle, the check marks only a part, and the error is large in all of it.",
    ),
    "frames between": Caption(
        alt="Three frames: the mean shows everything twice, the frame along the flow is sharp like the true one.",
        see="the mean is a double exposure; along the flow the face has one pair of eyes.",
    ),
    "own motion": Caption(
        alt="A map of own motion, bright on the disc, the mask above 4 pixels, and the true disc.",
        see="a disc with a soft rim: at its border DIS mixes both motions.",
    ),
    "a made pair": Caption(
        alt="Left view, right view and disparity of a made stereo pair: a rectangle of one photograph before "
        "another, further to the left in the right view; in the disparity a bright rectangle on a darker ground.",
        see="the rectangle shifts further to the left than the background; its disparity is larger.",
    ),
    "motorcycle": Caption(
        alt="The motorcycle, its disparity by the small network, brighter where it is near, and the measured truth.",
        see="near parts are brighter, as in the truth, with blurred rims: the network works at a quarter of the size.",
    ),
}


def verdicts(distance: np.ndarray, leaves: np.ndarray, covered: np.ndarray, error: np.ndarray) -> Figure:
    """Draw the verdicts at 1 px, the pixels that frame 2 does not show, and the true error up to 4 px."""
    from matplotlib.patches import Patch

    fine, wrong, away = (230, 230, 230), (200, 30, 60), (255, 160, 0)
    check, truth = (np.full((*distance.shape, 3), fine, np.uint8) for _ in range(2))
    check[distance > 1], check[np.isinf(distance)] = wrong, away
    truth[covered], truth[leaves] = wrong, away
    panels = {"the check, limit 1 px": check, "not in frame 2": truth, "true error, 0 to 4 px": error}
    fig = row_of_pictures(panels, limit=4, lowest=0)
    names = {"passes; visible": fine, "fails inside the frame; covered": wrong, "leaves the frame": away}
    keys = [Patch(fc=np.array(colour) / 255, ec="black", label=name) for name, colour in names.items()]
    fig.set_figheight(fig.get_figheight() + 0.5)  # room for the legend
    fig.legend(handles=keys, ncols=3, loc="outside lower center", frameon=False)
    return fig


def made_pair(left: Tensor, right: Tensor, disparity: Tensor) -> Figure:
    """Draw both views of a stereo pair, and the disparity in px."""
    views = {"left": left, "right": right}
    panels = {name: (255 * view).byte().permute(1, 2, 0).numpy() for name, view in views.items()}
    return row_of_pictures({**panels, "disparity": disparity.numpy()}, limit=37, lowest=0)
