"""All flows of a folder or a video into a folder of results: with progress, and resumed where a kill stopped it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

from flowlab._disk import ensure_folder, write_atomically
from flowlab.video.frames import Frame, expected, frames, rate
from flowlab.video.outputs import KINDS, VIDEO, Outputs, colours, scale_for
from flowlab.video.parts import Parts
from flowlab.video.steps import Estimate, Step, flows

__all__ = ["KINDS", "Job", "Report"]

MANIFEST = "flowlab-predict.json"
PARTS = ".flow-parts"
BROKEN_GREY = 128


@dataclass
class Report:
    """What a run did.

    Attributes:
        frames: Frames of the source, broken ones included.
        estimated: Steps whose flow was estimated now.
        kept: Steps whose results were there already.
        broken: A line for each broken frame: its name, and what is wrong.
        max_flow: Length in pixels that has the full colour, in all pictures of the run.
    """

    frames: int = 0
    estimated: int = 0
    kept: int = 0
    broken: list[str] = field(default_factory=list)
    max_flow: float | int | None = None


@dataclass
class Job:
    """The flows between all neighbouring frames of a source, as files.

    Attributes:
        source: A folder of pictures, or a video.
        outputs: What to write, and where to.
        estimate: Called with two frames (H, W, 3) uint8; returns (H, W, 2) pixels.
        method: Its name, noted in the folder: another method's results are not mixed in.
        max_flow: Pixels that have the full colour; None to choose it from the first flow.

    Raises:
        ValueError: By ``run``: if the source is none, two frames differ in size, or the folder holds the results of
            another source or method.
        OSError: By ``run``: if the folder or a file cannot be written.
    """

    source: Path
    outputs: Outputs
    estimate: Estimate
    method: str
    max_flow: float | int | None = None

    def run(self, *, progress: bool = False) -> Report:
        """Estimate and write what is not there yet; the same call goes on after a kill."""
        coming = frames(self.source)
        total = expected(self.source)  # refuses what is no source, before a folder is made for it
        ensure_folder(self.outputs.folder)
        state, report = self._claim(), Report()
        wants_video = "video" in self.outputs.kinds and not self._video_stands(state, total)
        parts = Parts(self.outputs.folder / PARTS, rate(self.source)) if wants_video else None

        def done(first: Frame) -> bool:
            whole = all(path.exists() for path in self.outputs.paths(first.name))
            there = whole and (parts is None or parts.has(first.index))
            report.kept += there
            return there

        with tqdm(total=total, unit="frame", disable=not progress) as bar:
            noted = _noted(coming, report, bar)
            try:
                for step in flows(noted, self.estimate, backward=self.outputs.needs_backward, skip=done):
                    self._write(step, state, report, parts)
            except BaseException:
                if parts:
                    parts.close(whole=False)
                raise
        if parts and parts.finish(self.outputs.folder / VIDEO):
            self._note(state | {"frames of the video": report.frames})
        report.max_flow = state["max_flow"]
        return report

    def _write(self, step: Step, state: dict, report: Report, parts: Parts | None) -> None:
        if step.flow is not None:
            if state["size"] is None:
                state["max_flow"] = state["max_flow"] or scale_for(step.flow)
                state["size"] = list(step.flow.shape[:2])
                self._note(state)
            self.outputs.write(step, state["max_flow"])
            report.estimated += 1
        if parts and state["size"]:
            grey = np.full((*state["size"], 3), BROKEN_GREY, np.uint8)
            parts.add(step.first.index, grey if step.flow is None else colours(step.flow, state["max_flow"]))

    def _claim(self) -> dict:
        """Make the folder this job's, or make sure that it is."""
        path = self.outputs.folder / MANIFEST
        mine = {"source": str(self.source.resolve()), "method": self.method, "max_flow": self.max_flow, "size": None}
        if not path.exists():
            self._note(mine)
            return mine
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            theirs = {key: state[key] for key in mine}
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{path} is damaged; take another folder, or remove the file to begin anew") from None
        asked = {key: mine[key] for key in ("source", "method")}
        if self.max_flow is not None:
            asked["max_flow"] = self.max_flow
        wrong = [f"{key} {theirs[key]} instead of {value}" for key, value in asked.items() if theirs[key] != value]
        if wrong:
            raise ValueError(f"{self.outputs.folder} holds other results: {', '.join(wrong)}; choose another folder")
        return state

    def _note(self, state: dict) -> None:
        write_atomically(self.outputs.folder / MANIFEST, [(json.dumps(state, indent=1) + "\n").encode()])

    def _video_stands(self, state: dict, total: int | None) -> bool:
        """Tell whether the video is there, of as many frames as the source has."""
        made = state.get("frames of the video")
        return made is not None and (self.outputs.folder / VIDEO).exists() and total in (None, made)


def _noted(coming: Iterable[Frame], report: Report, bar: tqdm) -> Iterator[Frame]:
    """Pass frames on, count them, and keep the broken ones' names."""
    for frame in coming:
        report.frames += 1
        if frame.image is None:
            report.broken.append(f"frame {frame.name}: {frame.fault}")
        yield frame
        bar.update()
