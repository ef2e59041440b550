"""The widgets of chapter 04."""

from flowlab_course.chapters.ch04.widgets.levels import pyramid_levels
from flowlab_course.chapters.ch04.widgets.smoothing import smoothness_and_iterations

__all__ = ["pyramid_levels", "smoothness_and_iterations"]
