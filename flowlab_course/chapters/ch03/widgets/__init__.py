"""The widgets of chapter 03."""

from flowlab_course.chapters.ch03.widgets.aperture import aperture_on_an_edge
from flowlab_course.chapters.ch03.widgets.pole import barbers_pole
from flowlab_course.chapters.ch03.widgets.windows import window_noise_and_light

__all__ = ["aperture_on_an_edge", "barbers_pole", "window_noise_and_light"]
