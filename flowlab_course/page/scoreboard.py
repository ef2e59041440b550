"""One table for the whole course: the mean endpoint error of every method on the same few pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from flowlab_course.page import session
from flowlab_course.page.figures import show as show_figure
from flowlab_course.reader import progress

# Where a reader meets each method first; said when a bar is missing.
FIRST_IN = {
    "zero flow": "02",
    "Lucas-Kanade": "03",
    "Horn-Schunck": "04",
    "DIS": "04",
    "best match": "08",
    "best match, trained": "08",
    "FlowNetS": "11",
    "FlowNetC": "11",
    "FlowNetC+v": "12",
}


@dataclass(frozen=True)
class Score:
    """One method's errors.

    Attributes:
        name: The method.
        by_pair: Its mean endpoint error in pixels, for each pair.
        note: A few words on how it was run.

    Example:
        >>> Score("zero flow", {"near": 5.0, "far": 11.0})
        zero flow: 8.00 px over 2 pairs
    """

    name: str
    by_pair: dict[str, float]
    note: str = ""

    @property
    def mean(self) -> float:
        """The mean over the pairs, in pixels: each pair counts the same, whatever its size."""
        return sum(self.by_pair.values()) / len(self.by_pair)

    def __repr__(self) -> str:
        return f"{self.name}: {self.mean:.2f} px over {len(self.by_pair)} pairs"


@cache
def pairs() -> tuple:
    """Return the pairs of the board, always the same (see `flowlab.datasets.samples.scoreboard_pairs`)."""
    from flowlab.datasets.samples import scoreboard_pairs

    return tuple(scoreboard_pairs())


def add(name: str, method: Callable[[np.ndarray, np.ndarray], np.ndarray], note: str = "") -> Score:
    """Run a method on every pair of the board and keep its errors for later chapters.

    Args:
        name: How the bar is called, such as "Lucas-Kanade".
        method: Takes two RGB images (H, W, 3), float in [0, 1], and returns the flow (H, W, 2) in pixels.
        note: A few words on how it was run, shown beside the bar.

    Returns:
        Its errors.

    Raises:
        ValueError: If the flow has another shape, or is not finite.
    """
    import flowlab

    errors = {}
    for pair in pairs():
        images = (np.asarray(image, np.float32) / 255 for image in (pair.img1, pair.img2))
        flow = np.asarray(method(*images))
        if flow.shape != pair.flow.shape:
            raise ValueError(
                f"{name} returned a flow of shape {flow.shape} for {pair.name}, expected {pair.flow.shape}"
            )
        if not np.isfinite(flow).all():
            bad = int((~np.isfinite(flow)).any(axis=-1).sum())
            raise ValueError(f"{name} returned a flow that is not finite at {bad} pixels of {pair.name}")
        errors[pair.name] = float(flowlab.epe(flow.astype(np.float32), pair.flow, pair.valid))
    entry = {"epe": errors, "note": note, "chapter": session.current.chapter}
    progress.update("scoreboard", name, lambda _: entry)
    return Score(name, errors, note)


def scores() -> dict[str, Score]:
    """Return what is on the board, by name, in the order in which it was added.

    A method measured on other pairs than today's is left out: its bar could not be compared.
    """
    today = {pair.name for pair in pairs()}
    found = progress.read()["scoreboard"].items()
    return {name: Score(name, e["epe"], e.get("note", "")) for name, e in found if set(e.get("epe", {})) == today}


def show(*names: str) -> None:
    """Draw the board: a bar for each method, its value beside it, shorter is better.

    Args:
        names: Which methods, from top to bottom; all that are there if none is named. Missing ones are said.
    """
    there = scores()
    wanted = names or tuple(there)
    if missing := [name for name in wanted if name not in there]:
        print("\n".join(f"{name} is not on the board yet: run {_where(name)} first." for name in missing))
    if drawn := [there[name] for name in wanted if name in there]:
        show_figure(_draw(drawn), alt=_alt(drawn))
    elif not missing:
        print("The board is empty: scoreboard.add puts a method on it.")


def _where(name: str) -> str:
    return f"chapter {FIRST_IN[name]}" if name in FIRST_IN else "the cell that adds it"


def _draw(drawn: list[Score]):
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6.4, 0.7 + 0.36 * len(drawn)))
    labels = [f"{score.name} ({score.note})" if score.note else score.name for score in drawn]
    bars = ax.barh(labels, [score.mean for score in drawn], color="#4c72b0", height=0.62)
    ax.bar_label(bars, labels=[f" {score.mean:.2f} px" for score in drawn])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.2 * max(max(score.mean for score in drawn), 1e-3))
    ax.set_xlabel(f"mean endpoint error over {len(drawn[0].by_pair)} pairs, px; shorter is better")
    ax.spines[["top", "right"]].set_visible(False)
    return fig


def _alt(drawn: list[Score]) -> str:
    values = ", ".join(f"{score.name} {score.mean:.1f} px" for score in drawn)
    return f"Scoreboard, mean endpoint error, shorter is better: {values}."
