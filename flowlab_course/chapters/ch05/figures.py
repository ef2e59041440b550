"""The captions of chapter 05's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "layers of a scene": Caption(
        alt="Three sheets above each other: a row of houses, a couch, a chair, each with an arrow for its "
        "motion. Beside them the two frames, the flow in colours and the occluded pixels that follow from "
        "them.",
        see="the chair moves to the left in front of the couch, which moves to the right. In the flow each pixel "
        "has the motion of the layer in front. Black pixels of the last picture are covered in frame 2, or "
        "outside of it.",
    ),
}
