"""Draws the picture at the top of README.md, the displacement explorer of chapter 08: ``python docs/explorer.py``."""

from pathlib import Path

from flowlab.field import write_image
from flowlab_course.chapters.ch08.matching import PAIRS, kinds
from flowlab_course.chapters.ch08.widgets import compute, cursor_over, draw


def main() -> None:
    """Search for the motorcycle's wheel, with the numbers of FlowNetC."""
    name = next(iter(PAIRS))
    search = compute(cursor_over((201, 117), name), name, kinds()[0], 20, 2, 1, 1)
    write_image(Path(__file__).with_suffix(".png"), draw(search).rgb)


if __name__ == "__main__":
    main()
