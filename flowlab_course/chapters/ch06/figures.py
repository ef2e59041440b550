"""The captions of chapter 06's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "two views": Caption(
        alt="Two frames of a cat, a turned rectangle on each, and below them the two crops that the rectangles "
        "cut out. Arrows lead from a pixel of crop 1 up to frame 1, along the flow to frame 2, and down to "
        "crop 2; a dashed arrow leads there directly. A list says what is applied to which frame.",
        see="two ways from crop 1 to crop 2 that end at the same place: along T1, w and the inverse of T2, and "
        "along the new flow. The numbers are the paper's; those after the word about are standard deviations.",
    ),
}
