"""The captions of chapter 08's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "search window": Caption(
        alt="A place in the features of frame 1; around the same place in those of frame 2 a square of 21 by 21 "
        "dots, the displacements; and the output, a box of 441 channels, with the channels of four "
        "displacements.",
        see="one channel for each dot. The dots lie row by row, dx fastest, so that no displacement at all is the"
        " channel in the middle, 220.",
    ),
}
