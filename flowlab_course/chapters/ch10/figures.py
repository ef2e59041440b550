"""The captions of chapter 10's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "two streams": Caption(
        alt="FlowNetC from left to right: conv1 to conv3 for each frame, with the same weights; their correlation"
        " of 441 channels and the 32 channels of conv_redir, laid side by side as 473 channels; conv3_1, and "
        "the rest as in FlowNetS.",
        see="both frames enter the correlation, frame 1 alone enters conv_redir and the skip connection. In the "
        "bar of 473 channels the 32 are drawn true to scale.",
    ),
}
