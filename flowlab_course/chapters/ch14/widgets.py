"""A search from coarse to fine, with as many levels as one likes: what each further level finds, and what it loses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets
import numpy as np
import torch
from torch import Tensor

import flowlab
from flowlab.datasets.samples import Pair
from flowlab_course.page import scoreboard
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

MOST = 6  # levels
FULL = 30  # px that have the full colour
Search = Callable[[Tensor, Tensor, int, int], Tensor]


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        pair: Where.
        flow: (H, W, 2) px.
        levels: How many it had.
        d: Pixels that it searched each way, at each level.
        epe: px.
    """

    pair: Pair
    flow: np.ndarray
    levels: int
    d: int
    epe: float

    @property
    def reach(self) -> int:
        """The farthest motion that all levels together can find, in pixels of the picture."""
        return self.d * (2**self.levels - 1)


class LevelsOfSearch(Explorer):
    """The explorer of a search function, its results kept once they are there."""

    def __init__(self, search: Search) -> None:
        self.search, self.results = search, {}
        self.pairs = {pair.name: pair for pair in scoreboard.pairs()}
        names = list(self.pairs)
        controls = {
            "name": ipywidgets.Dropdown(options=names, value="rocket leaps", description="Pair"),
            "levels": ipywidgets.IntSlider(value=4, min=1, max=MOST, description="Levels", continuous_update=False),
            "d": ipywidgets.IntSlider(value=4, min=1, max=5, description="Search d, px", continuous_update=False),
        }
        film = [
            ("one level: too far to be found", {"levels": 1}),
            ("four levels", {"levels": 4}),
            ("six levels: begun too coarse", {"levels": MOST}),
        ]
        super().__init__(self.found, draw, controls, title="Levels of a search", film=film)

    def found(self, name: str, levels: int, d: int) -> Found:
        """Search one pair."""
        if (name, levels, d) not in self.results:
            pair = self.pairs[name]
            a, b = (torch.from_numpy(img).permute(2, 0, 1)[None].float() / 255 for img in (pair.img1, pair.img2))
            with torch.no_grad():
                flow = self.search(a, b, levels, d)[0].permute(1, 2, 0).contiguous().numpy()
            error = flowlab.epe(flow, pair.flow, pair.valid)
            self.results[name, levels, d] = Found(pair, flow, levels, d, error)
        return self.results[name, levels, d]


def draw(found: Found) -> Picture:
    """Draw what was found beside the truth, on one scale."""
    pair = found.pair
    pictures = {
        f"{found.levels} levels of {found.d} px": flowlab.flow_to_image(found.flow, max_flow=FULL),
        "the truth": flowlab.flow_to_image(pair.flow, max_flow=FULL, valid=pair.valid),
    }
    longest = float(np.hypot(pair.flow[..., 0], pair.flow[..., 1])[pair.valid].max())
    text = f"Reach {found.reach} px, longest true motion {longest:.0f} px. Error {found.epe:.2f} px."
    alt = f"The flow of '{pair.name}' by a search with {found.levels} levels, beside the truth. {text}"
    row = canvas.side_by_side(*(canvas.titled(rgb, name) for name, rgb in pictures.items()))
    return Picture(fields.with_wheel(row, FULL), alt, text)


def levels_of_search(search: Search) -> LevelsOfSearch:
    """Return the widget: pair, levels and reach of a search from coarse to fine.

    Args:
        search: Called with two images (1, 3, H, W), the number of levels and d; returns a flow (1, 2, H, W).
    """
    return LevelsOfSearch(search)
