"""Figures by key: a chapter draws, and its module figures.py holds what each figure shows and what to see in it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowlab_course.page import session
from flowlab_course.page.figures import SHORTEST_ALT, show
from flowlab_course.page.pictures import pictures

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Caption:
    """The words of one figure.

    Attributes:
        alt: What the figure shows, for a reader who does not see it: at least 20 characters.
        see: One sentence, shown below the figure as "What you should see: ..."; None where the text says it.
    """

    alt: str
    see: str | None = None

    def __post_init__(self) -> None:
        if len(self.alt.strip()) < SHORTEST_ALT:
            raise ValueError(f"alt must say in at least {SHORTEST_ALT} characters what is shown, got {self.alt!r}")
        if self.see is not None and not self.see.strip():
            raise ValueError(f"see is empty for {self.alt!r}; leave it out where the chapter's text says what to see")


def captions_of(chapter: str) -> dict[str, Caption]:
    """Return the captions of a chapter by key: CAPTIONS of its module figures.py, empty where there is none.

    Args:
        chapter: Its two digits.
    """
    name = f"flowlab_course.chapters.ch{chapter}.figures"
    try:
        return getattr(importlib.import_module(name), "CAPTIONS", {})
    except ModuleNotFoundError as error:
        if error.name not in (name, name.rpartition(".")[0]):
            raise
        return {}


def figure(key: str, content: Figure | Mapping[str, np.ndarray], **options: Any) -> None:
    """Show a figure of the current chapter, with the caption that its figures.py holds under a key.

    Args:
        key: A key of CAPTIONS in the chapter's figures.py.
        content: A matplotlib figure, or pictures by title as `course.pictures` takes them.
        options: For pictures: arrows, limit, lowest, width, axes; see `course.pictures`.

    Raises:
        ValueError: If the chapter has no caption of that key.
        TypeError: If there are options for a figure that is drawn already.
    """
    known = captions_of(session.current.chapter)
    if key not in known:
        where = f"flowlab_course/chapters/ch{session.current.chapter}/figures.py"
        raise ValueError(f"{where} has no caption {key!r}; it has {', '.join(map(repr, known)) or 'none'}")
    caption = known[key]
    if isinstance(content, Mapping):
        pictures(dict(content), alt=caption.alt, see=caption.see, **options)
    elif options:
        raise TypeError(f"{', '.join(options)} belong to pictures by title; this figure is drawn already")
    else:
        show(content, alt=caption.alt, see=caption.see)
