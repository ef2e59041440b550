"""Flow on the reader's own two photographs, within five minutes of the first start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import ipywidgets
import numpy as np

import flowlab
from flowlab.datasets.samples import motorcycle, moving_photograph
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

LONGEST_SIDE = 480  # px to which an uploaded picture is shrunk: fast everywhere, and three fit on a screen
Estimate = Callable[[str, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Result:
    """A pair and the flow that a method found in it."""

    name: str
    method: str
    img1: np.ndarray
    img2: np.ndarray
    flow: np.ndarray
    blend: float


def decode(name: str, content: bytes) -> np.ndarray:
    """Decode an uploaded picture to (H, W, 3) uint8 RGB, shrunk so that its longest side is ``LONGEST_SIDE``.

    Raises:
        ValueError: If the bytes are not a picture that OpenCV reads.
    """
    data = np.frombuffer(content, np.uint8)
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if bgr is None:
        raise ValueError(
            f"{name} is not a picture that can be read; take a JPEG or a PNG (a HEIC has to be exported first)"
        )
    scale = LONGEST_SIDE / max(bgr.shape[:2])
    if scale < 1:
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


class YourPictures(Explorer):
    """An explorer with two upload buttons: "yours" becomes a pair once both pictures are there."""

    def __init__(self, estimate: Estimate, methods: list[str]) -> None:
        self._estimate = estimate
        self._found: dict[tuple[str, str], np.ndarray] = {}  # the flow of a pair by a method
        turning = moving_photograph("chelsea", degrees=6.0, size=(270, 405), reduce=1.0)
        self.pairs = {
            "two cameras, one motorcycle": motorcycle(reduce=0.55)[1:3],
            "a cat that turns": (turning.img1, turning.img2),
        }
        self.uploads = [
            ipywidgets.FileUpload(accept="image/*", description=f"Your frame {i}", layout={"width": "initial"})
            for i in (1, 2)
        ]
        controls = {
            "pair": ipywidgets.Dropdown(options=list(self.pairs), description="Pair"),
            "method": ipywidgets.Dropdown(options=methods, description="Method"),
            "blend": ipywidgets.FloatSlider(min=0, max=1, step=0.25, description="Frame 1 to frame 2"),
        }
        first, second = self.pairs
        film = [("a stereo pair", {"pair": first}), ("a photograph, turned", {"pair": second})]
        title, play = "Flow between two pictures", {"blend": 300}
        super().__init__(self.estimated, draw, controls, title=title, film=film, play=play, still=620)
        above = self.children.index(self.pad)
        self.children = (*self.children[:above], ipywidgets.HBox(self.uploads), *self.children[above:])
        for upload in self.uploads:
            upload.observe(self._uploaded, names="value")

    def estimated(self, pair: str, method: str, blend: float) -> Result:
        """Estimate the flow of the chosen pair."""
        img1, img2 = self.pairs[pair]
        if (pair, method) not in self._found:
            self._found[pair, method] = self._estimate(method, img1, img2)
        return Result(pair, method, img1, img2, self._found[pair, method], blend)

    def _uploaded(self, _change: object) -> None:
        if all(upload.value for upload in self.uploads):
            self.guarded(self.take_uploads)

    def take_uploads(self) -> None:
        """Make the two uploaded pictures the pair that is shown."""
        img1, img2 = (decode(u.value[0]["name"], bytes(u.value[0]["content"])) for u in self.uploads)
        if img1.shape != img2.shape:
            sizes = " and ".join(f"{img.shape[0]} x {img.shape[1]}" for img in (img1, img2))
            raise ValueError(
                f"the two pictures differ in size ({sizes} after shrinking); take both with the same camera, held alike"
            )
        self.pairs["yours"] = (img1, img2)
        self._found = {known: flow for known, flow in self._found.items() if known[0] != "yours"}
        self.controls["pair"].options = list(self.pairs)
        self.controls["pair"].value = "yours"


def draw(result: Result) -> Picture:
    """Draw the blend of the two frames, and the flow in colours with arrows."""
    mix = cv2.addWeighted(result.img1, 1 - result.blend, result.img2, result.blend, 0)
    length = np.hypot(result.flow[..., 0], result.flow[..., 1])
    full = float(length.max()) or 1.0
    colours = flowlab.flow_to_image(result.flow, max_flow=full)
    H, W = result.flow.shape[:2]
    step = max(16, W // 12)
    for y in range(step // 2, H, step):
        for x in range(step // 2, W, step):
            u, v = result.flow[y, x]
            canvas.arrow(colours, (x, y), (x + u, y + v))
    text = f"Median motion {np.median(length):.1f} px, largest {length.max():.1f} px (the colours' full strength)."
    alt = f"The pair '{result.name}' and its flow by {result.method}, in colours with arrows. {text}"
    name = f"frame 1 and frame 2, mixed {1 - result.blend:.2f} : {result.blend:.2f}"
    parts = canvas.titled(mix, name), canvas.titled(colours, f"flow by {result.method}")
    return Picture(fields.with_wheel(canvas.side_by_side(*parts), full), alt, text)


def flow_between_two_pictures(estimate: Estimate, methods: list[str]) -> YourPictures:
    """Return the widget: choose a pair or upload two pictures, and see the flow between them.

    Args:
        estimate: Called with (method, img1, img2), (H, W, 3) uint8; returns (H, W, 2) flow.
        methods: The methods' names, the first of them shown first.
    """
    return YourPictures(estimate, methods)
