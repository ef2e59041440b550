"""The widgets of chapter 01."""

from flowlab_course.chapters.ch01.widgets.dots import random_dots
from flowlab_course.chapters.ch01.widgets.wheel import vector_on_the_wheel

__all__ = ["random_dots", "vector_on_the_wheel"]
