"""A training to scrub through: one pair, predicted by the snapshots that were kept along the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import ipywidgets
import numpy as np

import flowlab
from flowlab.chairs import Sample
from flowlab.course.live import guess
from flowlab.course.widgets import canvas
from flowlab.course.widgets.explorer import Explorer, Picture
from flowlab.training.snapshots import FOLDER

ZOOM = 2


@dataclass(frozen=True)
class Moment:
    """What the network says at one moment of its training.

    Attributes:
        step: Updates made.
        flow: (H, W, 2), its guess.
        error: End-point error in pixels.
    """

    step: int
    flow: np.ndarray
    error: float


def moments(out: str | Path, pair: Sample) -> list[Moment]:
    """Predict a pair with every snapshot of a run.

    Raises:
        ValueError: If the run kept none.
    """
    paths = sorted((Path(out) / FOLDER).glob("step-*.safetensors"))
    if not paths:
        raise ValueError(f"{out} has no snapshots; train with snapshots=20 (--snapshots 20)")
    found = []
    for path in paths:
        flow = guess(flowlab.load_model(path), pair)
        found.append(Moment(int(path.stem.split("-")[1]), flow, flowlab.epe(flow, pair.flow)))
    return found


def training_timelapse(out: str | Path, pair: Sample) -> Explorer:
    """Return the widget: a slider over the snapshots of a run.

    Args:
        out: Folder of the run.
        pair: What is predicted.
    """
    found = moments(out, pair)
    reach = float(np.linalg.norm(pair.flow, axis=-1).max()) or 1.0

    def compute(snapshot: int) -> Moment:
        return found[snapshot]

    def draw(moment: Moment) -> Picture:
        shown = {
            "frame 1": pair.img1,
            "the truth": flowlab.flow_to_image(pair.flow, max_flow=reach),
            f"after {moment.step} steps": flowlab.flow_to_image(moment.flow, max_flow=reach),
        }
        tiles = [canvas.titled(enlarged(picture), title) for title, picture in shown.items()]
        text = f"After {moment.step} steps: end-point error {moment.error:.2f} px"
        return Picture(canvas.side_by_side(*tiles), f"A frame, its true flow, and the network's guess. {text}.", text)

    slider = ipywidgets.IntSlider(min=0, max=len(found) - 1, description="Snapshot")
    film = [(f"after {found[n].step} steps", {"snapshot": n}) for n in (0, len(found) // 2, len(found) - 1)]
    return Explorer(compute, draw, {"snapshot": slider}, title="A training, scrubbed", film=film)


def enlarged(picture: np.ndarray) -> np.ndarray:
    """Repeat each pixel, so that small pictures are seen."""
    return picture.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
