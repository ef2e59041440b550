"""The widgets of chapter 02."""

from flowlab_course.chapters.ch02.widgets.paint import paint_a_flow
from flowlab_course.chapters.ch02.widgets.scrub import scrub_a_warp

__all__ = ["paint_a_flow", "scrub_a_warp"]
