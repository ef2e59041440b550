"""What can be written for a step: one file of each kind, named after frame 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flowlab.field import draw_arrows, flow_to_image, write_flow, write_image
from flowlab.video.steps import Step

# Kind: the end of its files' names, and what they hold (for the help text).
KINDS = {
    "flo": (".flo", "the flow as numbers (Middlebury's format)"),
    "kitti": (".kitti.png", "the flow in KITTI's 16-bit PNG, rounded to 1/64 px"),
    "color": (".color.png", "the flow in colours"),
    "arrows": (".arrows.png", "arrows on frame 1"),
    "mask": (".mask.png", "white where the way there and back ends where it began, else black"),
    "video": (".mp4", "one video of the flow in colours, flow.mp4"),
}
BACKWARD = ("flo", "kitti", "color")  # kinds that --backward writes of the way back, too
VIDEO = "flow.mp4"


@dataclass(frozen=True)
class Outputs:
    """Which kinds are written, and where to.

    Attributes:
        folder: Where to.
        kinds: Out of ``KINDS``.
        backward: Write NAME.backward.flo and the like as well.
    """

    folder: Path
    kinds: tuple[str, ...]
    backward: bool = False

    @property
    def needs_backward(self) -> bool:
        """Tell whether the way back has to be estimated."""
        return self.backward or "mask" in self.kinds

    def paths(self, name: str) -> list[Path]:
        """List the files of the step that begins with the frame of this name; the video is not among them."""
        ends = [KINDS[kind][0] for kind in self.kinds if kind != "video"]
        back = [f".backward{KINDS[kind][0]}" for kind in self.kinds if self.backward and kind in BACKWARD]
        return [self.folder / f"{name}{end}" for end in [*ends, *back]]

    def write(self, step: Step, max_flow: float | int) -> None:
        """Write the files of a step, each in one step.

        Raises:
            OSError: If a file cannot be written.
            ValueError: If a flow is too long for KITTI's format.
        """
        for kind in self.kinds:
            self._write(step.first.name + KINDS[kind][0], kind, step, step.flow, max_flow)
            if self.backward and kind in BACKWARD:
                self._write(f"{step.first.name}.backward{KINDS[kind][0]}", kind, step, step.backward_flow, max_flow)

    def _write(self, name: str, kind: str, step: Step, flow: np.ndarray, max_flow: float | int) -> None:
        path = self.folder / name
        if kind in ("flo", "kitti"):
            write_flow(path, flow)
        elif kind == "color":
            write_image(path, colours(flow, max_flow))
        elif kind == "arrows":
            write_image(path, draw_arrows(step.first.image, flow))
        elif kind == "mask":
            write_image(path, step.consistent.astype(np.uint8) * 255)


def colours(flow: np.ndarray, max_flow: float | int) -> np.ndarray:
    """Colour a flow, all of a run on the same scale."""
    return flow_to_image(flow, max_flow=max_flow)


def scale_for(flow: np.ndarray) -> float:
    """Choose the length that gets the full colour, from the first flow: its fastest hundredth, in two digits.

    Example:
        >>> scale_for(np.full((4, 4, 2), (3.0, 4.04), np.float32)), scale_for(np.zeros((4, 4, 2), np.float32))
        (5.1, 1.0)
    """
    fastest = max(float(np.quantile(np.hypot(flow[..., 0], flow[..., 1]), 0.99)), 1.0)
    digit = 10 ** (np.floor(np.log10(fastest)) - 1)
    return float(f"{np.ceil(fastest / digit - 1e-9) * digit:.3g}")


def checked_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds, each once, in the order of ``KINDS``.

    Raises:
        ValueError: If one is unknown, or there is none.
    """
    asked = set(kinds)
    unknown = sorted(asked - set(KINDS))
    if unknown or not asked:
        got = ", ".join(unknown) or "none"
        raise ValueError(f"an output is one of {', '.join(KINDS)}, got {got}")
    return tuple(kind for kind in KINDS if kind in asked)
