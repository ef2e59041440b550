"""Wrong answers to exercise 2.1, a warp that fetches the nearest pixel."""

import numpy as np

from flowlab_course.chapters.ch02.solutions import warp_nearest
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "2.1",
    "minus the flow",
    "You fetch from x - w(x). It does move the picture along the flow, but a warp brings frame 2 back: x + w(x).",
)
def _against_the_flow(img2, flow):
    return warp_nearest(img2, -flow)


@mistake(
    "2.1",
    "components swapped",
    "u and v have changed places: flow[..., 0] is u, for columns; flow[..., 1] is v, for rows.",
)
def _components_swapped(img2, flow):
    return warp_nearest(img2, flow[..., ::-1])


@mistake(
    "2.1", "pushed", "You push: out[target] = img2[pixel]. Fetching is the other way round: out[pixel] = img2[target]."
)
def _pushed(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    out = np.zeros_like(img2)
    out[ty[there], tx[there]] = img2[there]
    return out


@mistake("2.1", "clamped", "Outside the picture you repeat its edge. What cannot be fetched should be 0 here.")
def _clamped(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return img2[ty.clip(0, H - 1), tx.clip(0, W - 1)]


@mistake(
    "2.1",
    "wrapped round",
    "A target beyond one edge comes in again at the other (a negative index does that, too). It should give 0.",
)
def _wrapped(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return img2[ty % H, tx % W]


@mistake("2.1", "cut off", "Targets are cut down to whole numbers; the nearest pixel is the rounded one, np.rint.")
def _cut_off(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.floor(x + flow[..., 0]).astype(int), np.floor(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    out = np.zeros_like(img2)
    out[there] = img2[ty[there], tx[there]]
    return out
