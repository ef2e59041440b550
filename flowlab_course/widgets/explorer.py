"""A widget as a pair: ``compute`` says what is true at the controls' values, ``draw`` makes a picture of it.

Both are plain functions, so both are tested by value; what lies here is the wiring between them and the controls.
"""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
import traitlets

from flowlab_course.page.keys import own_keys
from flowlab_course.widgets import canvas
from flowlab_course.widgets.film import WIDTH, film_html
from flowlab_course.widgets.pad import Pad


@dataclass(frozen=True)
class Picture:
    """What ``draw`` returns.

    Attributes:
        rgb: (H, W, 3) uint8.
        alt: What the picture shows at these values, in words.
        text: A line under the picture: the numbers that belong to it. HTML.
    """

    rgb: np.ndarray
    alt: str
    text: str = ""


class Explorer(ipywidgets.VBox):
    """Controls above, picture below; moving a control computes and draws anew.

    Args:
        compute: Called with every control's value by name; returns anything. Pure: the same values, the same result.
        draw: Called with what ``compute`` returned; returns a ``Picture``.
        controls: Name to ipywidgets control (sliders, dropdowns, checkboxes).
        title: A short name: the accessible label, and what stands in a notebook that has no kernel.
        film: (caption, values) pairs that are drawn as a static strip for readers without a kernel.
        pad: "cursor" when ``compute`` takes ``cursor`` ([x, y], fractions of the picture), "strokes" when it takes
            ``strokes`` (all drags so far, each a list of [x, y]); None for a picture that is only looked at.
        cursor: Where the pad's cursor starts.
        step: How far an arrow key moves it, to the right and down; fractions of the picture, as the cursor is.
        still: Width of one picture of the film-strip, in pixels.
        play: Name of a slider that is a course of time to the milliseconds between two of its values: it gets buttons
            that move it to its end.

    An error in ``compute`` or ``draw`` is raised where a value was set from Python, and shown in red below the
    picture where it was set by hand: a front end would swallow it otherwise.
    """

    def __init__(
        self,
        compute: Callable[..., Any],
        draw: Callable[[Any], Picture],
        controls: Mapping[str, ipywidgets.Widget],
        *,
        title: str,
        film: Iterable[tuple[str, Mapping[str, Any]]],
        pad: str | None = None,
        cursor: tuple[float, float] = (0.5, 0.5),
        step: tuple[float, float] = (0.02, 0.02),
        still: int = WIDTH,
        play: Mapping[str, int] | None = None,
    ) -> None:
        self._compute, self._draw, self._film, self._still = compute, draw, list(film), still
        self._strokes: dict[int, list[list[float]]] = {}
        self.controls, self.title, self.takes = dict(controls), title, pad
        self.pad = Pad(interactive=pad is not None, cursor=list(cursor), step=list(step), label=title)
        self._text, self._error = ipywidgets.HTML(), ipywidgets.HTML()
        times = play or {}
        self.plays = {name: _player(self.controls[name], milliseconds) for name, milliseconds in times.items()}
        rows: list[ipywidgets.Widget] = [
            ipywidgets.HBox([self.plays[name], control]) if name in self.plays else control
            for name, control in self.controls.items()
        ]
        if pad == "strokes":
            rows.append(self._clear_button())
        if len(rows) > 4:  # side by side where there is room, so that the picture stays in sight
            rows = [ipywidgets.Box(rows, layout=ipywidgets.Layout(flex_flow="row wrap"))]
        super().__init__([*rows, self.pad, self._text, self._error])
        self.add_class("flowlab-widget")
        own_keys(self)
        for control in self.controls.values():
            # Labels and choices are read whole, not cut off; sliders are long enough to aim.
            control.style.description_width = "initial"
            control.layout.width = "max-content" if isinstance(control, ipywidgets.Dropdown) else "420px"
            control.observe(self._changed, names="value")
        if pad == "cursor":
            self.pad.observe(self._changed, names="cursor")
        if pad == "strokes":
            self.pad.observe(self._drawn, names="stroke")
        self.refresh()

    def _clear_button(self) -> ipywidgets.Button:
        button = ipywidgets.Button(description="Start over", tooltip="Forget everything that was drawn")
        button.on_click(lambda _: self.clear())
        return button

    def clear(self) -> None:
        """Forget all strokes."""
        self._strokes.clear()
        self._changed()

    def values(self) -> dict[str, Any]:
        """Return what ``compute`` takes, by name, as it stands now."""
        values = {name: control.value for name, control in self.controls.items()}
        if self.takes == "cursor":
            values["cursor"] = list(self.pad.cursor)
        if self.takes == "strokes":
            values["strokes"] = list(self._strokes.values())
        return values

    def at(self, **values: Any) -> Picture:
        """Compute and draw at ``values``; what is not named keeps its present value. Moves nothing."""
        return self._draw(self._compute(**(self.values() | values)))

    def refresh(self) -> None:
        """Compute and draw at the present values."""
        self.pad.busy = True  # goes to the page at once; all else when the kernel is done
        try:
            picture = self.at()
            self.pad.image, self.pad.alt = canvas.png(picture.rgb), picture.alt
            self._text.value, self._error.value = picture.text, ""
        finally:
            self.pad.busy = False

    def _changed(self, _change: object = None) -> None:
        self.guarded(self.refresh)

    def guarded(self, step: Callable[[], None]) -> None:
        """Run ``step``; show what it raises below the picture, and raise it on."""
        try:
            step()
        except Exception as error:
            message = html.escape(f"{type(error).__name__}: {error}")
            self._error.value = f'<span class="flowlab-error">{message}</span>'
            raise

    def _drawn(self, change: Mapping[str, Any]) -> None:
        stroke = change["new"]
        self._strokes[stroke["id"]] = stroke["points"]
        self._changed()

    def drive(self) -> int:
        """Move every control over its range and back, the pad too; return the number of moves.

        Raises:
            Exception: Whatever a callback raises on the way.
        """
        moves = 0
        for control in self.controls.values():
            home = control.value
            for value in (*_values_to_try(control), home):
                control.value = value
                moves += 1
        if self.takes == "cursor":
            for cursor in ([0.0, 0.0], [1.0, 1.0], list(self.pad.cursor)):
                self.pad.cursor = cursor
                moves += 1
        if self.takes == "strokes":
            self.pad.stroke = {"id": -1, "points": [[0.4, 0.5], [0.5, 0.5], [0.6, 0.6]]}
            self.clear()
            moves += 2
        return moves

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, Any]:
        # By hand: a widget's own text/plain names its children's random model ids, so no two runs would agree.
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {
            "text/plain": f"[widget] {self.title}",
            "application/vnd.jupyter.widget-view+json": view,
        }

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        if os.environ.get("FLOWLAB_DRIVE_WIDGETS") == "1":
            self.drive()
        display(self._repr_mimebundle_(), raw=True)
        stills = [(caption, self.at(**values)) for caption, values in self._film]
        pictures = [(caption, still.rgb, still.alt) for caption, still in stills]
        display(HTML(film_html(self.title, pictures, width=self._still)))


def _player(slider: ipywidgets.Widget, milliseconds: int) -> ipywidgets.Play:
    """Return play and stop buttons that move a slider from step to step, and follow it; they stop at its end."""
    if hasattr(slider, "options"):
        trait, first, step, last = "index", 0, 1, len(slider.options) - 1
    else:
        trait, first, step, last = "value", slider.min, slider.step, slider.max

    def place_of(value: float) -> int:
        return round((value - first) / step)

    play = ipywidgets.Play(
        value=place_of(getattr(slider, trait)),
        max=place_of(last),
        interval=milliseconds,
        show_repeat=False,
        tooltip=slider.description,  # its buttons' name, see page/keys.js
        layout={"width": "90px"},
    )
    traitlets.link((play, "value"), (slider, trait), transform=(lambda place: first + place * step, place_of))
    return play


def _values_to_try(control: ipywidgets.Widget) -> list[Any]:
    if isinstance(control, ipywidgets.Checkbox | ipywidgets.ToggleButton):
        return [not control.value]
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    if hasattr(control, "min") and hasattr(control, "max"):
        return [control.min, control.max]
    raise TypeError(f"an Explorer cannot drive a {type(control).__name__}: give it a range, options or a bool")
