"""The captions of chapter 07's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "hourglass": Caption(
        alt="All layers of FlowNetS. On the left ten convolutions lead from two frames of 384 by 512 down to 1024"
        " channels of 6 by 8. On the right four levels lead up again; each joins a skip connection, "
        "upconvolved features and an enlarged flow. Five layers predict a flow.",
        see="the number after a layer's name counts its output channels, the bold number on an arrow what the "
        "next layer reads. From row to row height and width change by a factor of 2.",
    ),
}
