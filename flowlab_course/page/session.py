"""The first and the last cell of a chapter."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from flowlab_course.page.profile import Profile, profile
from flowlab_course.reader import progress

# Opaque white, so that lines and labels stay readable on JupyterLab's dark theme.
STYLE = {
    "figure.dpi": 96,
    "savefig.dpi": 96,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 10,
}


@dataclass
class Session:
    """What this kernel is reading: the chapter's two digits, and how many claims have held."""

    chapter: str = ""
    claims: int = 0


current = Session()


class _Begun(Profile):
    """A profile that shows nothing when `begin` is the last line of a cell: begin has said it already."""

    def _ipython_display_(self) -> None:
        pass


def begin(chapter: str) -> Profile:
    """Start a chapter: figures, threads, progress; say which profile it runs on.

    Args:
        chapter: Its two digits, such as "01".

    Returns:
        The profile, see `flowlab_course.page.profile`.

    Raises:
        ValueError: If `chapter` is not two digits, or FLOWLAB_THREADS is not a whole number from 1.
    """
    if not isinstance(chapter, str) or not re.fullmatch(r"\d\d", chapter):
        raise ValueError(f'begin takes the two digits of a chapter, such as "01", got {chapter!r}')
    import matplotlib as mpl

    found = profile()
    _limit_threads()
    mpl.rcParams.update(STYLE)
    current.chapter, current.claims = chapter, 0
    progress.update("chapters", chapter, lambda entry: {"begun": progress.now()} | entry)
    print(f"Chapter {chapter} · profile {found.name}")
    return _Begun(found.name, found.device)


def end() -> None:
    """Close a chapter: free the GPU, say how many claims held and how many exercises are solved.

    Tensors, modules and optimisers that the notebook still names move to the CPU; none is lost.

    Raises:
        RuntimeError: If no chapter was begun in this kernel.
    """
    from flowlab_course.exercises.registry import exercises_of
    from flowlab_course.page.gpu import free_gpu

    if not current.chapter:
        raise RuntimeError('no chapter has begun in this kernel: run its first code cell, course.begin("...")')
    free_gpu()
    chapter, claims = current.chapter, current.claims
    exercises = exercises_of(int(chapter))
    done = progress.read()["exercises"]
    solved = sum(bool(done.get(exercise.id, {}).get("solved")) for exercise in exercises)
    progress.update("chapters", chapter, lambda entry: entry | {"ended": progress.now(), "claims": claims})
    print(f"Chapter {chapter}: {claims} claims held, {solved} of {len(exercises)} exercises solved.")


def _limit_threads() -> None:
    asked = os.environ.get("FLOWLAB_THREADS")
    if not asked:
        return
    if not asked.isdigit() or int(asked) < 1:
        raise ValueError(f"FLOWLAB_THREADS must be a whole number from 1, got {asked!r}")
    import cv2
    import torch

    torch.set_num_threads(int(asked))
    cv2.setNumThreads(int(asked))
