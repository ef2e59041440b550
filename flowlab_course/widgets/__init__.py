"""What widgets are made of; the widgets themselves stand with the chapter that shows them."""

from flowlab_course.widgets.explorer import Explorer, Picture

__all__ = ["Explorer", "Picture"]
