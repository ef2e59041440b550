"""The flow between neighbouring frames; all flows of a source as files; a stopped run continues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, UInt8
from tqdm import tqdm

from flowlab._disk import locked_folder, write_json
from flowlab.field import draw_arrows, flow_to_image, occlusion, read_flow, read_image, write_flow, write_image
from flowlab.video.frames import Frame, VideoWriter, expected, frames, rate
from flowlab.video.manifest import MANIFEST, VIDEO, claim, names_of, remove

KINDS = {  # the suffix of each kind's files
    "flo": ".flo",  # the flow as numbers (Middlebury's format)
    "kitti": ".kitti.png",  # the flow in KITTI's 16-bit PNG, rounded to 1/64 px
    "color": ".color.png",  # the flow in colours
    "arrows": ".arrows.png",  # arrows on frame 1
    "mask": ".mask.png",  # white where forward and backward flow agree, else black
    "video": ".mp4",  # one video of the flow in colours, flow.mp4
}
BACKWARD = ("flo", "kitti", "color")  # kinds that are also written of the backward flow
BROKEN_GREY = 128
STILL = 1.0  # px: full colour as long as nothing moves further

Estimate = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class FlowStep:
    """Two neighbouring frames and the flow between them.

    Attributes:
        first: Frame 1; results are named after it.
        second: Frame 2.
        flow: (H, W, 2) float32 from frame 1 to frame 2, or None where either is broken.
        backward_flow: (H, W, 2) from frame 2 to frame 1, on frame 2's grid; None if not requested.
        consistent: (H, W) bool, True where forward and backward flow agree (``flowlab.occlusion``
            is the opposite), or None without the backward flow.
    """

    first: Frame
    second: Frame
    flow: Float[np.ndarray, "H W 2"] | None
    backward_flow: Float[np.ndarray, "H W 2"] | None = None
    consistent: Bool[np.ndarray, "H W"] | None = None


def flows(
    frames: Iterable[Frame],
    estimate: Estimate,
    *,
    backward: bool = False,
    skip: Callable[[Frame], bool] | None = None,
) -> Iterator[FlowStep]:
    """Estimate the flow from each frame to the next, with at most three frames in memory.

    Args:
        frames: From ``flowlab.video.frames``, or your own.
        estimate: Called with two frames (H, W, 3) uint8; returns (H, W, 2) pixels.
        backward: Also estimate the flow from frame 2 to frame 1, and compare both.
        skip: Called with frame 1 of each step, in order; True leaves the step out, not estimated.

    Returns:
        An iterator of steps, one fewer than there are frames. The two steps of a broken frame have no flow.

    Raises:
        ValueError: If two frames differ in size; the message names both.

    Example:
        >>> import cv2
        >>> from flowlab.classical import run
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> clip = [Frame(i, str(i), np.roll(smooth, 2 * i, axis=1)) for i in range(3)]
        >>> [step.flow[32, 32].round().tolist() for step in flows(clip, lambda a, b: run("dis", a, b))]
        [[2.0, 0.0], [2.0, 0.0]]
    """
    first = readable = None  # the frame before, and the last one with an image
    for second in frames:
        if second.image is not None:
            if readable is not None:
                require_one_size(readable, second)
            readable = second
        if first is not None and not (skip and skip(first)):
            if first.image is None or second.image is None:
                yield FlowStep(first, second, None)
            else:
                flow = estimate(first.image, second.image)
                back = estimate(second.image, first.image) if backward else None
                yield FlowStep(first, second, flow, back, ~occlusion(flow, back) if backward else None)
        first = second


def require_one_size(one: Frame, two: Frame) -> None:
    """Refuse two frames that differ in size, by a ValueError that names both."""
    (h, w), (H, W) = one.image.shape[:2], two.image.shape[:2]
    if (h, w) != (H, W):
        sizes = f"{one.name} is {h} x {w} (height x width) and {two.name} is {H} x {W}"
        raise ValueError(f"{sizes}; flow needs frames of one size")


@dataclass(frozen=True)
class Outputs:
    """The kinds of files that are written, and their folder."""

    folder: Path
    kinds: tuple[str, ...]  # keys of KINDS
    backward: bool = False  # also write NAME.backward.flo and the like

    @property
    def needs_backward(self) -> bool:
        """Tell whether the backward flow is needed."""
        return self.backward or "mask" in self.kinds

    def files(self, name: str) -> list[tuple[Path, str, bool]]:
        """List path, kind, and backward or not, of each file of the step of this frame 1."""
        return [
            (self.folder / f"{name}{'.backward' * back}{KINDS[kind]}", kind, back)
            for back in (False, True)
            for kind in self.kinds
            if kind != "video" and (not back or (self.backward and kind in BACKWARD))
        ]

    def endings(self) -> list[str]:
        """List what the names of all files end with."""
        return [path.name for path, *_ in self.files("")] + [VIDEO] * ("video" in self.kinds)

    def write(self, step: FlowStep, max_flow: float) -> None:
        """Write the files of a step, each of them whole or not at all.

        An OSError if a file cannot be written, a ValueError if a flow is too long for "kitti".
        """
        for path, kind, back in self.files(step.first.name):
            flow = step.backward_flow if back else step.flow
            if kind in ("flo", "kitti"):
                write_flow(path, flow)
            elif kind == "color":
                write_image(path, flow_to_image(flow, max_flow))
            elif kind == "arrows":
                write_image(path, draw_arrows(step.first.image, flow))
            else:
                write_image(path, step.consistent.astype(np.uint8) * 255)

    def draw(self, name: str, max_flow: float) -> None:
        """Draw a step's missing pictures in colours from its .flo files, if they are there."""
        files = {(kind, back): path for path, kind, back in self.files(name)}
        for (kind, back), path in files.items():
            numbers = files.get(("flo", back))
            if kind == "color" and numbers and numbers.exists() and not path.exists():
                write_image(path, flow_to_image(read_flow(numbers)[0], max_flow))

    def read_colors(self, name: str, max_flow: float) -> UInt8[np.ndarray, "H W 3"] | None:
        """Read a step's flow in colours from its files, or return None if no kind holds it."""
        forward = {kind: path for path, kind, back in self.files(name) if not back}
        if "color" in forward:
            return read_image(forward["color"])
        path = forward.get("flo", forward.get("kitti"))
        return flow_to_image(read_flow(path)[0], max_flow) if path else None


def scale_for(flow: np.ndarray) -> float:
    """Choose full colour from a flow: its 99th percentile, at least 1, rounded up to two digits.

    Example:
        >>> scale_for(np.full((4, 4, 2), (3.0, 4.04), np.float32)), scale_for(np.zeros((4, 4, 2), np.float32))
        (5.1, 1.0)
    """
    fastest = max(float(np.quantile(np.hypot(flow[..., 0], flow[..., 1]), 0.99)), STILL)
    digit = 10 ** (np.floor(np.log10(fastest)) - 1)
    return float(f"{np.ceil(fastest / digit - 1e-9) * digit:.3g}")


@dataclass
class Report:
    """The result of a run: numbers of frames and of steps from one frame to the next."""

    frames: int = 0  # of the source, with broken ones
    estimated: int = 0  # steps whose flow was estimated in this run
    kept: int = 0  # steps whose files were there already
    removed: int = 0  # results that were there, but not of these frames
    broken: list[str] = field(default_factory=list)  # name and error of each broken frame
    max_flow: float | None = None  # length of full colour in pixels, in all images of the run


@dataclass
class Job:
    """The flows between all neighbouring frames of a source, as files.

    Files that are there are kept, so a run that was stopped continues. Only flow.mp4 is encoded from the start again,
    from the files where a kind holds the flow ("flo", "kitti" or "color"), else from flows estimated again.
    A step is made again if one of its images has another size in bytes, time of change or
    neighbour, and all steps of a video if its bytes are others. Full colour is the 99th percentile
    of the first flow in which that is more than 1 px, and 1 px if there is none.

    Attributes:
        source: A folder of images, or a video.
        outputs: The kinds of files, and their folder.
        estimate: Called with two frames (H, W, 3) uint8; returns (H, W, 2) pixels.
        method: The name of the method; the folder of another method's results is refused.
        max_flow: Length of full colour in pixels; None to choose it from the first flow that moves.

    Raises:
        ValueError: By ``run``: if the source is not a folder of images or a video, two frames
            differ in size, or the folder is the source or holds results of another source or method.
        OSError: By ``run``: if the folder or a file cannot be written.
    """

    source: Path
    outputs: Outputs
    estimate: Estimate
    method: str
    max_flow: float | None = None

    def run(self, *, progress: bool = False) -> Report:
        """Estimate and write the files that are missing."""
        folder = self.outputs.folder
        with closing(frames(self.source)) as source:
            next(source)  # refuses a bad source before the folder is made
        for target in (folder, folder / VIDEO):
            if target.exists() and target.samefile(self.source):
                raise ValueError(f"{target} is the source itself; choose another folder with --out")
        mine = {"source": str(self.source.resolve()), "method": self.method}
        mine |= {"max_flow": self.max_flow, "size": None}
        with locked_folder(folder):
            run = _Run(self, *claim(folder, mine, self.outputs.endings()))
            try:
                run.pass_over(progress)
            except _DrawAgainError:
                run.pass_over(progress)
        return run.report


class _DrawAgainError(Exception):
    """The scale of colours was found after pictures had been drawn."""


class _Run:
    """One run of a job: its record, what it has done, and the video that it writes."""

    def __init__(self, job: Job, state: dict, removed: int) -> None:
        self.job, self.outputs, self.state = job, job.outputs, state
        self.report = Report(removed=removed, max_flow=state["max_flow"])
        self.made: set[str] = set()  # names of the steps that were estimated, in either pass

    @property
    def scale(self) -> float:
        return self.state["max_flow"] or STILL

    def pass_over(self, progress: bool) -> None:
        """Estimate and write what is missing."""
        job, report, made = self.job, self.report, self.outputs.folder / VIDEO
        report.frames, report.kept, report.broken = 0, 0, []
        wanted = "video" in self.outputs.kinds and not made.exists()
        self.video = VideoWriter(made, rate(job.source)) if wanted else None
        self.waiting: list[tuple] = []  # for the video, until the size of its frames is known
        self.shown = False  # a picture in colours, in the video
        both = self.outputs.needs_backward
        steps = flows(self._count(progress), job.estimate, backward=both, skip=self._keep)
        with self.video or nullcontext():
            for step in steps:
                self._write(step)
        report.estimated = len(self.made)
        report.max_flow = self.scale if self.state["size"] else self.state["max_flow"]

    def _count(self, progress: bool) -> Iterator[Frame]:
        """Pass frames on, count them, and note the broken ones."""
        source, total = frames(self.job.source), expected(self.job.source)
        for frame in tqdm(source, total=total, unit="frame", disable=not progress):
            self.report.frames += 1
            if frame.image is None:
                self.report.broken.append(f"frame {frame.name}: {frame.error}")
            self.latest = frame
            yield frame

    def _keep(self, first: Frame) -> bool:
        """Tell whether the files of a step are there; show its colours."""
        self.outputs.draw(first.name, self.scale)
        if not all(p.exists() and p.stat().st_size for p, *_ in self.outputs.files(first.name)):
            return False
        if self.video:
            colors = self.outputs.read_colors(first.name, self.scale) if self.state["size"] else None
            if colors is None:
                return False
            self._show(colors, first, self.latest)
        self.report.kept += first.name not in self.made
        return True

    def _write(self, step: FlowStep) -> None:
        if step.flow is not None:
            again = self._scale_found(step.flow)
            self.outputs.write(step, self.scale)
            self.made.add(step.first.name)
            if again:
                raise _DrawAgainError
        if self.video:
            colors = None if step.flow is None else flow_to_image(step.flow, self.scale)
            self._show(colors, step.first, step.second)

    def _scale_found(self, flow: np.ndarray) -> bool:
        """Note size and scale, unless they are known; tell whether pictures have another scale."""
        state, folder = self.state, self.outputs.folder
        found = state["max_flow"] is None and scale_for(flow) > STILL
        if not found and state["size"]:
            return False
        state["size"], drawn = list(flow.shape[:2]), 0
        if found:
            names = names_of(folder, self.job.source, state["inputs"])
            drawn = remove(folder, names, [".color.png", ".backward.color.png"]) + self.shown
            state["max_flow"] = scale_for(flow)
        write_json(folder / MANIFEST, state)
        return bool(drawn)

    def _show(self, colors: np.ndarray | None, first: Frame, second: Frame) -> None:
        """Append a step to the video, grey if it is broken."""
        self.shown |= colors is not None
        self.waiting.append((colors, first.time, second.time))
        if self.state["size"]:
            grey = np.full((*self.state["size"], 3), BROKEN_GREY, np.uint8)
            for picture, time, end in self.waiting:
                self.video.add(grey if picture is None else picture, time, end)
            self.waiting.clear()
