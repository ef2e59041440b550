"""The captions of chapter 11's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "one step": Caption(
        alt="A step of training as boxes: eight pairs, their augmentation, the network, five predicted flows with"
        " their weights, the loss, and the true flow that each of them is compared with; dashed arrows lead "
        "back from the loss through Adam to the network.",
        see="solid arrows compute the loss; the dashed way back changes the weights. The numbers are the paper's "
        "schedule, as flowlab's configuration has them.",
    ),
}
