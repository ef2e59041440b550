"""A training to scrub through: one pair, predicted by the snapshots that were kept along the way."""

from __future__ import annotations

from pathlib import Path

import ipywidgets
import numpy as np

import flowlab
from flowlab.chairs import Sample
from flowlab_course.chapters.ch11.long_training import Moment, long_training, long_training_pair, moments
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

ZOOM = 2


def training_timelapse(out: str | Path, pair: Sample) -> Explorer:
    """Return the widget: a slider over the snapshots of a run.

    Args:
        out: Folder of the run.
        pair: What is predicted.
    """
    return _timelapse(moments(out, pair), pair, "A training, scrubbed")


def long_training_timelapse() -> Explorer:
    """Return the widget for the long training that is kept with the course, see long_training.py."""
    found, _ = long_training()
    return _timelapse(found, long_training_pair(), "A long training, scrubbed", film=(0, -1))


def _timelapse(found: list[Moment], pair: Sample, title: str, film: tuple[int, ...] = ()) -> Explorer:
    """Return a slider over moments, and a film-strip of some of them."""
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
        row = fields.with_wheel(canvas.side_by_side(*tiles), reach)
        return Picture(row, f"A frame, its true flow, and the network's guess. {text}.", text)

    slider = ipywidgets.IntSlider(min=0, max=len(found) - 1, description="Snapshot")
    shown = [(f"after {found[n].step} steps", {"snapshot": n % len(found)}) for n in film or (0, len(found) // 2, -1)]
    return Explorer(compute, draw, {"snapshot": slider}, title=title, film=shown, play={"snapshot": 400})


def enlarged(picture: np.ndarray) -> np.ndarray:
    """Repeat each pixel, so that small pictures are seen."""
    return picture.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
