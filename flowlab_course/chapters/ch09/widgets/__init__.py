"""The widgets of chapter 09."""

from flowlab_course.chapters.ch09.widgets.reads import who_reads_what
from flowlab_course.chapters.ch09.widgets.tiles import choose_a_tile

__all__ = ["choose_a_tile", "who_reads_what"]
