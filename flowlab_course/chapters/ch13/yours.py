"""The reader's own pictures and video: taken from an upload or a path, their flow, and which of it comes back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import ipywidgets
import numpy as np

import flowlab
from flowlab.evaluation import method_of
from flowlab.field.files import IMAGE_SUFFIXES
from flowlab_course.chapters.ch13.clips import drifting_portrait
from flowlab_course.chapters.ch13.trust import FAILS, LEAVES, in_grey
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

LONGEST_SIDE = 400  # px to which a frame is shrunk, so that two stand side by side
MOST = 60  # frames that are read of a film
OURS, YOURS = "the clip of this chapter", "yours"
METHODS = ("dis", "dis-ultrafast", "flownetc-small", "flownets-small")


@dataclass(frozen=True)
class Step:
    """A frame, its flow to the next one, and how far each pixel misses its start on the way there and back."""

    name: str
    frame: np.ndarray
    flow: np.ndarray
    distance: np.ndarray
    limit: float
    longest: float


def read_clip(path: str | Path) -> list[np.ndarray]:
    """Read a video or a folder of pictures: at most ``MOST`` frames, shrunk to ``LONGEST_SIDE``.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a frame cannot be read, there are fewer than two, or they differ in size.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise FileNotFoundError(f"there is no {path} in {Path.cwd()}; right-click the file on the left, Copy Path")
    found = []
    for frame in islice(flowlab.video.frames(path), MOST):
        if frame.image is None:
            raise ValueError(f"frame {frame.name} of {path.name} cannot be read: {frame.error}")
        found.append(_shrunk(frame.image))
    sizes = sorted({f"{image.shape[0]} x {image.shape[1]}" for image in found})
    if len(sizes) > 1:
        raise ValueError(f"the frames of {path.name} differ in size ({', '.join(sizes)}); take all with one camera")
    if len(found) < 2:
        raise ValueError(f"{path.name} holds one frame, and a flow needs two: name a video or a folder of pictures")
    return found


def _shrunk(image: np.ndarray) -> np.ndarray:
    scale = LONGEST_SIDE / max(image.shape[:2])
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image


def read_files(files: list[tuple[str, bytes]]) -> list[np.ndarray]:
    """Read uploaded files, (name, content): a video, or two and more pictures in the order of their names.

    Raises:
        ValueError: If they are neither.
    """
    pictures = [name for name, _ in files if Path(name).suffix.lower() in IMAGE_SUFFIXES]
    if len(files) == 1 and pictures:
        raise ValueError(f"{pictures[0]} is one picture, and a flow needs two: choose both at once, with Ctrl or Cmd")
    for name, content in files:
        if len(files) > 1 and name not in pictures:
            raise ValueError(f"{name} is not a picture that can be read; export it as JPEG or PNG, or upload one video")
        if not content:
            raise ValueError(f"{name} is empty")
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files:
            (Path(folder) / Path(name).name).write_bytes(content)
        name = Path(files[0][0]).name
        try:
            return read_clip(Path(folder) / name if len(files) == 1 else folder)
        except ValueError as error:
            reason = str(error).replace(f"{folder}/", "").replace(Path(folder).name, "your upload")
            raise ValueError(f"{reason} (uploaded: {', '.join(name for name, _ in files)})") from None


class YourOwn(Explorer):
    """An explorer with an upload button and a path: what is read becomes the clip that is shown."""

    def __init__(self) -> None:
        self.clips = {OURS: list(drifting_portrait(16).frames)}
        self._found: dict[tuple[str, str, int], tuple[np.ndarray, np.ndarray]] = {}
        self.upload = ipywidgets.FileUpload(
            multiple=True,
            accept="image/*,video/*",
            description="Upload two pictures or a short video",
            layout={"width": "max-content"},
        )
        self.path = ipywidgets.Text(
            placeholder="film.mp4, or a folder of pictures", description="or its path", layout={"width": "320px"}
        )
        self.button = ipywidgets.Button(
            description="Read the path", tooltip="Read the file or folder at this path", disabled=True
        )
        controls = {
            "clip": ipywidgets.Dropdown(options=list(self.clips), description="Clip"),
            "frame": ipywidgets.IntSlider(max=14, description="Frame", continuous_update=False),
            "method": ipywidgets.Dropdown(options=METHODS, description="Method"),
            "limit": ipywidgets.SelectionSlider(
                options=(0.5, 1.0, 2.0, 4.0), value=1.0, description="Limit, px", continuous_update=False
            ),
        }
        film = [("the clip of this chapter", {})]
        title = "Your own pictures or video"
        super().__init__(self.estimated, draw, controls, title=title, film=film, play={"frame": 400}, still=620)
        self.children = (ipywidgets.HBox([self.upload, self.path, self.button]), *self.children)
        controls["clip"].observe(self._fit_slider, names="value")
        self.upload.observe(lambda _: self.upload.value and self.guarded(self.take_upload), names="value")
        self.button.on_click(lambda _: self.guarded(self.take_path))
        self.path.observe(lambda _: setattr(self.button, "disabled", not self.path.value.strip()), names="value")

    def estimated(self, clip: str, frame: int, method: str, limit: float) -> Step:
        """Estimate a step of the clip; all steps of a clip and method share the colour scale of its first one."""
        frames = self.clips[clip]
        frame = min(frame, len(frames) - 2)
        first, _ = self._both_ways(clip, method, 0)
        longest = max(1.25 * float(np.quantile(np.hypot(first[..., 0], first[..., 1]), 0.99)), 1.0)
        flow, distance = self._both_ways(clip, method, frame)
        return Step(f"frame {frame}", frames[frame], flow, distance, limit, longest)

    def _both_ways(self, clip: str, method: str, frame: int) -> tuple[np.ndarray, np.ndarray]:
        key = clip, method, frame
        if key not in self._found:
            one, two = self.clips[clip][frame : frame + 2]
            run = method_of(method)
            flow = run(one, two)
            self._found[key] = flow, flowlab.consistency(flow, run(two, one))
        return self._found[key]

    def take_upload(self) -> None:
        """Read what was uploaded."""
        self._take(read_files([(file["name"], bytes(file["content"])) for file in self.upload.value]))

    def take_path(self) -> None:
        """Read what the path names."""
        if not self.path.value.strip():
            raise ValueError("the path is empty; type the name of a video or of a folder of pictures")
        self._take(read_clip(self.path.value.strip()))

    def _take(self, frames: list[np.ndarray]) -> None:
        self.clips[YOURS] = frames
        self._found = {key: found for key, found in self._found.items() if key[0] != YOURS}
        self.controls["clip"].options = list(self.clips)
        self.controls["clip"].value = YOURS
        self._fit_slider()
        self.refresh()

    def _fit_slider(self, _change: object = None) -> None:
        last = len(self.clips[self.controls["clip"].value]) - 2
        self.controls["frame"].max = self.plays["frame"].max = last


def draw(step: Step) -> Picture:
    """Draw the frame beside its flow, with what fails the test in grey and what leaves the frame in black."""
    leaves, kept = np.isinf(step.distance), step.distance <= step.limit
    colours = in_grey(step.flow, kept, leaves, step.longest)
    fails = ~kept & ~leaves
    text = (
        f"{kept.mean():.0%} of the pixels come back to within {step.limit:g} px, {fails.mean():.0%} do not "
        f"({FAILS}), {leaves.mean():.0%} leave the frame ({LEAVES})."
    )
    parts = canvas.titled(step.frame, step.name), canvas.titled(colours, "flow to the next frame")
    alt = f"{step.name} and its flow in colours, grey where the test fails, black where it leaves the frame. {text}"
    return Picture(fields.with_wheel(canvas.side_by_side(*parts), step.longest), alt, text)


def your_own() -> YourOwn:
    """Return the widget: upload two pictures or a video, or name a path, and see the flow from frame to frame."""
    return YourOwn()
