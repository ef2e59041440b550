"""A picture in the notebook that may also be pointed at, dragged on and steered with the arrow keys."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class Pad(anywidget.AnyWidget):
    """A PNG with alt text; when ``interactive``, the pointer and the arrow keys move ``cursor``.

    Attributes:
        image: The PNG's bytes.
        alt: What the picture shows, in words, for screen readers.
        label: The pad's name.
        cursor: ``[x, y]`` as fractions of the picture, (0, 0) at the top left.
        stroke: ``{"id": n, "points": [[x, y], ...]}``, the whole drag so far. A new drag has a new id.
        step: What an arrow key adds to ``cursor``, to the right and down.
        interactive: Whether the picture takes input. Fixed at construction.
        busy: Whether the next picture is being computed; the page says so once that has taken half a second.
    """

    _esm = _HERE / "pad.js"
    _css = _HERE / "pad.css"

    image = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    cursor = traitlets.List(traitlets.Float(), default_value=[0.5, 0.5], minlen=2, maxlen=2).tag(sync=True)
    step = traitlets.List(traitlets.Float(), default_value=[0.02, 0.02], minlen=2, maxlen=2).tag(sync=True)
    stroke = traitlets.Dict(default_value={"id": 0, "points": []}).tag(sync=True)
    interactive = traitlets.Bool(default_value=False).tag(sync=True)
    busy = traitlets.Bool(default_value=False).tag(sync=True)
